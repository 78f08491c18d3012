//! Wakers of the user's, made safe to be called by a library.

use std::{
    sync::Arc,
    task::{Wake, Waker},
};

use pool::implement::{contain, discard};

/// A waker that does not panic: a library may call it wherever it likes.
#[derive(Debug, Default)]
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
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(waker) = &self.0 {
            _ = contain(|| waker.wake_by_ref());
        }
    }
}

impl Drop for Containing {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts that it is called, and panics.
    #[derive(Default)]
    struct Panics {
        wakes: AtomicUsize,
    }

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            self.wakes.fetch_add(1, Ordering::Relaxed);
            panic!("as it is woken");
        }
    }

    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("as it is dropped");
        }
    }

    #[test]
    fn a_waker_that_panics_as_it_is_woken_or_dropped_is_contained() {
        let (panics, mut contained) = (Arc::new(Panics::default()), ContainedWaker::default());
        let waker = Waker::from(Arc::clone(&panics));
        let kept_by_the_library = contained.of(&waker).clone();
        let woken = kept_by_the_library.clone();
        woken.wake_by_ref();
        woken.wake();
        assert_eq!(panics.wakes.load(Ordering::Relaxed), 2);
        drop((panics, waker));
        contained.of(Waker::noop());
        drop(kept_by_the_library);
    }
}
