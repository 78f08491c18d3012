//! The primitives all coordination is built from.
//!
//! All waiting of one thread for another goes through these, so that building with
//! `--cfg shuttle` puts a model checker's primitives in their place and runs the same code under
//! thousands of schedules. `scripts/shuttle` does that: the properties are in `pool-shuttle`, and
//! each finds a bug that was planted for it. That model is sequentially consistent: what weaker
//! orderings allow is argued at each atomic, and played in `pool-loom`.

use std::time::{Duration, Instant};

#[cfg(not(shuttle))]
pub use std::{
    sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, atomic, mpsc},
    thread, thread_local,
};

#[cfg(shuttle)]
pub use shuttle::{
    sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, mpsc},
    thread, thread_local,
};

#[cfg(shuttle)]
pub mod watched;

#[cfg(shuttle)]
pub mod atomic {
    //! Atomics that can be watched.

    pub use shuttle::sync::atomic::{Ordering, fence};

    pub use super::watched::{AtomicBool, AtomicU64};
}

// Reference counts need no schedule of their own, and std's `Arc` coerces to `Arc<dyn Trait>`.
pub use std::sync::{Arc, PoisonError, Weak};

/// Parks the thread for at most `duration`.
///
/// The model checker has no time. There the time is always up at once: other threads run
/// first or they do not, which are the schedules that matter.
pub fn nap(duration: Duration) {
    #[cfg(not(shuttle))]
    thread::park_timeout(duration);
    #[cfg(shuttle)]
    {
        _ = duration;
        thread::yield_now();
    }
}

/// Sleeps for `duration`. Unlike a [`nap`], it does not end when the thread is unparked.
///
/// For the model checker, which has no time, it is the same.
pub fn sleep(duration: Duration) {
    #[cfg(not(shuttle))]
    thread::sleep(duration);
    #[cfg(shuttle)]
    {
        _ = duration;
        thread::yield_now();
    }
}

/// Lets other threads run for a moment.
///
/// The model checker lets them at every step anyway. If it saw this one, it would take the thread
/// for the least urgent, and seldom get to what comes after the yields.
pub fn yield_now() {
    #[cfg(not(shuttle))]
    thread::yield_now();
}

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
/// let done = pool::sync::yielding(|| {
///     tries += 1;
///     (tries == 5).then_some("done")
/// });
/// assert_eq!(done, Some("done"));
/// let mut tries = 0;
/// assert_eq!(pool::sync::yielding(|| { tries += 1; None::<()> }), None);
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

/// Locks, whether or not an earlier holder panicked.
///
/// No code of a user runs under a lock of a pool's, so a poisoned one still guards a consistent
/// value.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    let guard = mutex.lock().unwrap_or_else(PoisonError::into_inner);
    #[cfg(shuttle)]
    watched::access(mutex, watched::Kind::Lock);
    guard
}

/// Waits until `look` finds something in what `mutex` guards, or until `deadline` passes
/// (`None` means forever): then `None`. Looks again whenever `signal` is notified.
pub fn wait_for<T, R>(
    mutex: &Mutex<T>,
    signal: &Condvar,
    deadline: Option<Instant>,
    mut look: impl FnMut(&mut T) -> Option<R>,
) -> Option<R> {
    let mut guard = lock(mutex);
    loop {
        if let Some(found) = look(&mut guard) {
            return Some(found);
        }
        guard = match deadline.map(|at| at.saturating_duration_since(Instant::now())) {
            None => signal.wait(guard).unwrap_or_else(PoisonError::into_inner),
            Some(Duration::ZERO) => return None,
            Some(left) => {
                signal.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0
            }
        };
    }
}
