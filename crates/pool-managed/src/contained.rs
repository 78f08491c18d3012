//! What belongs to the user, and may panic as it is dropped or woken: that goes no further.

use std::{
    ops::Deref,
    sync::Arc,
    task::{Wake, Waker},
};

use pool::implement::{contain, discard};

/// A value whose `Drop` may panic.
pub(crate) struct Contained<T>(Option<T>);

impl<T> Contained<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Some(value))
    }
}

impl<T> Deref for Contained<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("there until it is dropped")
    }
}

impl<T> Drop for Contained<T> {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}

impl Wake for Contained<Waker> {
    fn wake(self: Arc<Self>) {
        _ = contain(|| Waker::wake_by_ref(&self));
    }
}

/// A waker that does not panic: a library may call it anywhere but under a lock.
#[derive(Default)]
pub(crate) struct ContainedWaker {
    /// The last one that was made, for a task that polls again.
    last: Option<(Waker, Waker)>,
}

impl ContainedWaker {
    /// A waker that wakes `waker`, and contains its panic.
    pub(crate) fn of(&mut self, waker: &Waker) -> &Waker {
        if !self.last.as_ref().is_some_and(|(last, _)| last.will_wake(waker)) {
            let contained = Waker::from(Arc::new(Contained::new(waker.clone())));
            let replaced = self.last.replace((waker.clone(), contained));
            discard(replaced);
        }
        &self.last.as_ref().expect("just made").1
    }
}
