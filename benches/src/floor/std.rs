//! `sync_channel`, with its receiver behind a mutex.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
};

use crate::{Contender, Jobs};

/// The bare loop over `std::sync::mpsc`.
#[derive(Debug)]
pub struct Std;

impl Contender for Std {
    type Jobs = mpsc::SyncSender<u64>;
    type Results = mpsc::IntoIter<u64>;

    fn start(workers: usize, queue: usize, results: Option<usize>) -> (Self::Jobs, Self::Results) {
        let (jobs, receiver) = mpsc::sync_channel(queue);
        let receiver = Arc::new(Mutex::new(receiver));
        // One arm of the two is `Sender`, the other `SyncSender`.
        let results = match results {
            Some(results) => {
                let (sender, results) = mpsc::sync_channel(results);
                spawn(workers, &receiver, move |result| sender.send(result).is_ok());
                results
            }
            None => {
                let (sender, results) = mpsc::channel();
                spawn(workers, &receiver, move |result| sender.send(result).is_ok());
                results
            }
        };
        (jobs, results.into_iter())
    }
}

fn spawn(
    workers: usize,
    receiver: &Arc<Mutex<mpsc::Receiver<u64>>>,
    send: impl Fn(u64) -> bool + Clone + Send + 'static,
) {
    for _ in 0..workers {
        let (receiver, send) = (Arc::clone(receiver), send.clone());
        thread::spawn(move || {
            loop {
                let received = receiver.lock().expect("no worker panics").recv();
                let Ok(job) = received else { break };
                if !send(job + 1) {
                    break;
                }
            }
        });
    }
}

impl Jobs for mpsc::SyncSender<u64> {
    fn submit(&self, job: u64) {
        self.send(job).expect("the workers are there");
    }
}
