//! The time that loops go by: the system's, or in a test one that stands still.

use std::{
    hint, thread,
    time::{Duration, Instant},
};

/// Tells the time, since some moment.
pub(super) trait Clock: Send + Sync {
    fn now(&self) -> Duration;

    /// Sleeps until `due`; returns at once if it has been.
    fn sleep_until(&self, due: Duration);
}

impl Clock for Instant {
    fn now(&self) -> Duration {
        self.elapsed()
    }

    fn sleep_until(&self, due: Duration) {
        thread::sleep(due.saturating_sub(self.now()));
    }
}

/// How long before its time a sleeper is to be awake: by about so much it is late, once
/// [`be_woken_on_time`] was called.
const EARLY: Duration = Duration::from_micros(30);

/// Returns when it is `due`, at once if it has been. Sleeps for most of the time, and gives the
/// core to others for the rest: the thread that receives may have no other.
pub(super) fn wait_until(due: Duration, clock: &dyn Clock) {
    loop {
        let left = due.saturating_sub(clock.now());
        if left.is_zero() {
            return;
        }
        if left > EARLY {
            thread::sleep(left.saturating_sub(EARLY));
        } else {
            hint::spin_loop();
            thread::yield_now();
        }
    }
}

/// Has the calling thread woken at its time: Linux lets threads sleep for 50 us longer, to wake
/// several at once.
pub(super) fn be_woken_on_time() {
    #[cfg(target_os = "linux")]
    {
        // Where that is refused, the thread is late, and its lateness is noted.
        _ = nix::sys::prctl::set_timerslack(1);
    }
}
