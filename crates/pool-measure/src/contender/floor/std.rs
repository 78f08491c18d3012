//! `sync_channel`, with its receiver behind a mutex.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
};

use super::threads::{self, Sending};
use crate::contender::{Contender, Shape};

/// The bare loop over `std::sync::mpsc`.
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
        // One arm of the two is `Sender`, the other `SyncSender`.
        let (threads, results) = match shape.results {
            Some(results) => {
                let (sender, results) = mpsc::sync_channel(results);
                (
                    spawn(shape, receiver, handler, move |result| sender.send(result).is_ok()),
                    results,
                )
            }
            None => {
                let (sender, results) = mpsc::channel();
                (
                    spawn(shape, receiver, handler, move |result| sender.send(result).is_ok()),
                    results,
                )
            }
        };
        (Sending::new(jobs, threads), results.into_iter())
    }
}

fn spawn<J, T>(
    shape: Shape,
    receiver: mpsc::Receiver<J>,
    handler: impl Fn(J) -> T + Send + Sync + 'static,
    send: impl Fn(T) -> bool + Clone + Send + 'static,
) -> Vec<JoinHandle<()>>
where
    J: Send + 'static,
    T: Send + 'static,
{
    let (receiver, handler) = (Arc::new(Mutex::new(receiver)), Arc::new(handler));
    let worker = || {
        let (receiver, handler, send) = (Arc::clone(&receiver), Arc::clone(&handler), send.clone());
        thread::spawn(move || {
            loop {
                let received = receiver.lock().expect("no worker panics").recv();
                let Ok(job) = received else { break };
                if !send(handler(job)) {
                    break;
                }
            }
        })
    };
    (0..shape.workers).map(|_| worker()).collect()
}

impl<J: Send> threads::Send<J> for mpsc::SyncSender<J> {
    fn send(&self, job: J) {
        assert!(self.send(job).is_ok(), "the workers are there");
    }
}
