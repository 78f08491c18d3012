//! Wakers of the user's, made safe to be called by a library.

use std::{
    sync::Arc,
    task::{Wake, Waker},
};

use pool::implement::{contain, discard};

/// A waker that does not panic: a library may call it wherever it likes.
#[derive(Default)]
pub(crate) struct ContainedWaker {
    /// The last one that was made, for a task that polls again.
    last: Option<(Waker, Waker)>,
}

struct Containing(Option<Waker>);

impl ContainedWaker {
    /// A waker that wakes `waker`, and contains its panic.
    pub(crate) fn of(&mut self, waker: &Waker) -> &Waker {
        if !self.last.as_ref().is_some_and(|(last, _)| last.will_wake(waker)) {
            let contained = Waker::from(Arc::new(Containing(Some(waker.clone()))));
            let replaced = self.last.replace((waker.clone(), contained));
            discard(replaced);
        }
        &self.last.as_ref().expect("just made").1
    }
}

impl Wake for Containing {
    fn wake(self: Arc<Self>) {
        self.0.iter().for_each(|waker| _ = contain(|| waker.wake_by_ref()));
    }
}

impl Drop for Containing {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}
