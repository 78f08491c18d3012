//! Trying a few times before going to sleep.

use crate::sync::yield_now;

/// As often as crossbeam's channels yield before they park.
const YIELDS: usize = 4;

/// Tries up to a few times, and between tries lets other threads run. `None` if it was all
/// in vain, and it is time to go to sleep.
///
/// To sleep, and to be woken by whoever has just one thing to hand over, costs both sides
/// many times an empty job. A thread that yields first finds more than one, or finds out that
/// nobody else has anything to do, which costs it a few system calls before a long sleep.
pub fn yielding<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..YIELDS {
        if let Some(done) = attempt() {
            return Some(done);
        }
        yield_now();
    }
    attempt()
}
