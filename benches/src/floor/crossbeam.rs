//! Bounded channel in, channel out.

use std::thread;

use crossbeam::channel;

use crate::{Contender, Jobs};

/// The bare loop over crossbeam.
#[derive(Debug)]
pub struct Crossbeam;

impl Contender for Crossbeam {
    type Jobs = channel::Sender<u64>;
    type Results = channel::IntoIter<u64>;

    fn start(workers: usize, queue: usize, results: Option<usize>) -> (Self::Jobs, Self::Results) {
        let (jobs, receiver) = channel::bounded(queue);
        let (sender, results) = results.map_or_else(channel::unbounded, channel::bounded);
        for _ in 0..workers {
            let (receiver, sender) = (receiver.clone(), sender.clone());
            thread::spawn(move || {
                for job in receiver {
                    if sender.send(job + 1).is_err() {
                        break;
                    }
                }
            });
        }
        (jobs, results.into_iter())
    }
}

impl Jobs for channel::Sender<u64> {
    fn submit(&self, job: u64) {
        self.send(job).expect("the workers are there");
    }
}
