//! A clock that stands still, and a pool in which everything happens at known times: all on the
//! thread of a test.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use pool::{CancellationToken, Context, JobId, WorkerId};

use super::{Ends, clock::Clock};
use crate::words::Handler;

/// The moment that it is now.
#[derive(Default)]
pub(super) struct Still(Mutex<Duration>);

impl Clock for Still {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep_until(&self, due: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = due.max(*now);
    }
}

/// A pool that hands a job over in 5 us to the worker that is free first, which does it in 10 us.
pub(super) fn fake(workers: usize, clock: Arc<Still>) -> impl FnOnce(Handler) -> Ends {
    let (of_submit, of_results) = (Arc::clone(&clock), clock);
    move |handler| {
        let (sender, results) = mpsc::channel();
        let free: BinaryHeap<_> = (0..workers).map(|_| Reverse(of_submit.now())).collect();
        let free = Mutex::new(free);
        let (worker, job, token) = (WorkerId::new(0), JobId::new(0), CancellationToken::new());
        let context = Context::new(worker, job, None, token, None);
        let submit = move |word| {
            let now = of_submit.now();
            let mut free = free.lock().unwrap();
            let Reverse(is_free) = free.pop().unwrap();
            let start = is_free.max(now + Duration::from_micros(5));
            let end = start + Duration::from_micros(10);
            free.push(Reverse(end));
            *of_submit.0.lock().unwrap() = start;
            sender.send((end, handler(word, &context))).unwrap();
            *of_submit.0.lock().unwrap() = now;
        };
        let results = results.into_iter().map(move |(end, word)| {
            of_results.sleep_until(end);
            word
        });
        Ends { results: Box::new(results), submit: Box::new(submit) }
    }
}
