//! The very end of a thread.

use std::{any::Any, cell::RefCell};

use super::discard;
use crate::sync::thread_local;

thread_local! {
    static KEPT: Kept = const { Kept(RefCell::new(Vec::new())) };
}

struct Kept(RefCell<Vec<Box<dyn Any>>>);

/// Drops `value` as this thread exits, after every thread-local that is first used after this
/// call; at once, if that moment has passed.
///
/// A worker that begins with this drops it when nothing of the user's can still run on its
/// thread. So a join that waits for that, with its timeout, has no untimed wait before it: what
/// [`JoinHandle::join`](std::thread::JoinHandle::join) then waits for is the system's.
///
/// The order in which a thread drops its thread-locals is not promised by std; on Linux, macOS
/// and Windows it is the reverse of their first use.
///
/// ```
/// use std::{sync::mpsc, thread};
/// use pool::implement::drop_at_thread_exit;
///
/// let (alive, ended) = mpsc::channel::<()>();
/// thread::spawn(move || {
///     drop_at_thread_exit(alive);
///     // Whatever the thread does.
/// });
/// ended.recv().unwrap_err(); // disconnected: the thread has done it
/// ```
pub fn drop_at_thread_exit(value: impl Any) {
    let mut value = Some(value);
    _ = KEPT.try_with(|kept| {
        kept.0.borrow_mut().extend(value.take().map(|value| Box::new(value) as Box<dyn Any>));
    });
}

impl Drop for Kept {
    fn drop(&mut self) {
        // A panic in a thread-local's destructor would abort the process.
        self.0.take().into_iter().for_each(discard);
    }
}
