//! Trying a few times before going to sleep.

use pool::sync::yield_now;

/// As often as crossbeam's channels yield before they park.
const YIELDS: usize = 4;

/// Tries up to a few times, and between tries lets other threads run. `None` if no try
/// succeeded, and it is time to sleep.
///
/// To sleep, and to be woken for one message, costs both sides many times an empty job. A
/// thread that yields first often finds several. On an idle machine the yields cost a few system
/// calls before a long sleep.
///
/// ```
/// let mut tries = 0;
/// let done = pool_managed::yielding(|| {
///     tries += 1;
///     (tries == 5).then_some("done")
/// });
/// assert_eq!(done, Some("done"));
/// let mut tries = 0;
/// assert_eq!(pool_managed::yielding(|| { tries += 1; None::<()> }), None);
/// assert_eq!(tries, 5);
/// ```
pub fn yielding<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..YIELDS {
        if let Some(done) = attempt() {
            return Some(done);
        }
        yield_now();
    }
    attempt()
}
