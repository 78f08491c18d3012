//! One `spawn` a job, and a channel out. Nothing bounds the queue: rayon has no way to.

use std::sync::mpsc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{Contender, Jobs};

/// The bare loop over rayon.
#[derive(Debug)]
pub struct Rayon;

/// Where its jobs go.
#[derive(Debug)]
pub struct RayonJobs {
    threads: ThreadPool,
    results: Results,
}

#[derive(Clone, Debug)]
enum Results {
    Unbounded(mpsc::Sender<u64>),
    Bounded(mpsc::SyncSender<u64>),
}

impl Contender for Rayon {
    type Jobs = RayonJobs;
    type Results = mpsc::IntoIter<u64>;

    fn start(workers: usize, _queue: usize, results: Option<usize>) -> (Self::Jobs, Self::Results) {
        let threads = ThreadPoolBuilder::new().num_threads(workers).build();
        let threads = threads.expect("a pool can be started");
        let (results, receiver) = match results {
            Some(results) => {
                let (sender, receiver) = mpsc::sync_channel(results);
                (Results::Bounded(sender), receiver)
            }
            None => {
                let (sender, receiver) = mpsc::channel();
                (Results::Unbounded(sender), receiver)
            }
        };
        (RayonJobs { threads, results }, receiver.into_iter())
    }
}

impl Jobs for RayonJobs {
    fn submit(&self, job: u64) {
        let results = self.results.clone();
        self.threads.spawn(move || {
            // Nobody is there any more if the visit was given up.
            _ = match results {
                Results::Unbounded(results) => results.send(job + 1).ok(),
                Results::Bounded(results) => results.send(job + 1).ok(),
            };
        });
    }
}
