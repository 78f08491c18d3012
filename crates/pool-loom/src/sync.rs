//! loom's primitives, in the place of those of `pool::sync`.

use std::{sync::PoisonError, time::Duration};

pub use std::sync::Arc;

pub use loom::sync::{Mutex, MutexGuard, atomic};

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn nap(_: Duration) {
    loom::thread::yield_now();
}

/// Tries once: a second look finds nothing that a schedule without it would not.
pub(crate) fn yielding<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    attempt()
}
