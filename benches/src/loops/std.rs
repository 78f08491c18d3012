//! `sync_channel`, with its receiver behind a mutex.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
};

use pool_measure::contender::{Contender, Outlet, Shape};

use super::{SendJob, Sending};

/// The loop over `std::sync::mpsc`.
#[derive(Debug)]
pub struct Std;

impl Contender for Std {
    type Jobs<J: Send + 'static> = Sending<mpsc::SyncSender<J>>;
    type Results<T: Send + 'static> = mpsc::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (jobs, receiver) = mpsc::sync_channel(shape.queue);
        let (outlet, results) = Outlet::new(shape.results);
        let (receiver, handler) = (Arc::new(Mutex::new(receiver)), Arc::new(handler));
        let worker = |number| {
            let (receiver, outlet) = (Arc::clone(&receiver), outlet.clone());
            let handler = Arc::clone(&handler);
            thread::spawn(move || {
                shape.placement.settle(number);
                loop {
                    let received = receiver.lock().expect("no worker panics").recv();
                    let Ok(job) = received else { break };
                    if !outlet.send(handler(job)) {
                        break;
                    }
                }
            })
        };
        let threads = (0..shape.workers).map(worker).collect();
        (Sending::new(jobs, threads), results.into_iter())
    }
}

impl<J: Send> SendJob<J> for mpsc::SyncSender<J> {
    fn send(&self, job: J) {
        assert!(self.send(job).is_ok(), "the workers are there");
    }
}
