//! Being on time.

use std::{
    hint, thread,
    time::{Duration, Instant},
};

/// How long before its time a sleeper is to be awake, and to spin: about by so much the timers
/// of Linux are late (by 50 us on purpose, and then the thread has yet to be woken). Sleeping
/// alone is 70 us late in the middle, and spinning for the last 60 still 10; for the last 100,
/// a tenth of a microsecond.
const SPIN: Duration = Duration::from_micros(100);

/// Returns when it is `due`, at once if it has been.
pub(super) fn wait_until(due: Instant) {
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        if left > SPIN {
            thread::sleep(left.saturating_sub(SPIN));
        } else {
            hint::spin_loop();
        }
    }
}
