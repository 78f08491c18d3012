//! A clock that stands still, and a pool in which everything happens at known times: all on the
//! thread of a test.

use std::{
    cell::Cell,
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use super::clock::Clock;
use crate::contender::{Contender, Jobs, Shape};

/// A moment, since the test began.
#[derive(Clone, Copy)]
pub(super) struct Virtual(Duration);

thread_local! {
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

impl Clock for Virtual {
    fn now() -> Self {
        Self(NOW.get())
    }

    fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    fn after(self, later: Duration) -> Self {
        Self(self.0 + later)
    }

    fn sleep_until(due: Self) {
        NOW.set(NOW.get().max(due.0));
    }
}

/// A pool that hands a job over in 5 us to the worker that is free first, which does it in 10 us.
pub(super) struct Fake;

/// What takes a job.
pub(super) struct FakeJobs<J>(Box<dyn Fn(J) + Send + Sync>);

/// The results, each with when it comes.
pub(super) struct FakeResults<T>(Arc<Mutex<VecDeque<(Duration, T)>>>);

impl Contender for Fake {
    type Jobs<J: Send + 'static> = FakeJobs<J>;
    type Results<T: Send + 'static> = FakeResults<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let results = Arc::new(Mutex::new(VecDeque::new()));
        let outlet = Arc::clone(&results);
        let free: BinaryHeap<_> = (0..shape.workers).map(|_| Reverse(NOW.get())).collect();
        let free = Mutex::new(free);
        let take = move |job| {
            let now = NOW.get();
            let mut free = free.lock().unwrap();
            let Reverse(is_free) = free.pop().unwrap();
            let start = is_free.max(now + Duration::from_micros(5));
            let end = start + Duration::from_micros(10);
            free.push(Reverse(end));
            NOW.set(start);
            outlet.lock().unwrap().push_back((end, handler(job)));
            NOW.set(now);
        };
        (FakeJobs(Box::new(take)), FakeResults(results))
    }
}

impl<J> Jobs<J> for FakeJobs<J> {
    fn submit(&self, job: J) {
        (self.0)(job);
    }
}

impl<T> Iterator for FakeResults<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let (end, result) = self.0.lock().unwrap().pop_front()?;
        NOW.set(NOW.get().max(end));
        Some(result)
    }
}
