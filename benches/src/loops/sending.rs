//! The end that jobs go into, where that is the sender of a channel.

use std::thread::JoinHandle;

use pool_measure::contender::Jobs;

/// A sender, and the threads that end when it is dropped.
#[derive(Debug)]
pub struct Sending<S> {
    /// `None` only while it is dropped.
    sender: Option<S>,
    threads: Vec<JoinHandle<()>>,
}

/// What a library's sender does with a job.
pub trait SendJob<J>: Send + Sync {
    /// Sends it; waits for room, where there is a bound.
    ///
    /// # Panics
    ///
    /// If no worker is left to receive it: the results were dropped before.
    fn send(&self, job: J);
}

impl<S> Sending<S> {
    /// `threads` must end of themselves once `sender` is dropped.
    pub fn new(sender: S, threads: Vec<JoinHandle<()>>) -> Self {
        Self { sender: Some(sender), threads }
    }
}

impl<J, S: SendJob<J>> Jobs<J> for Sending<S> {
    fn submit(&self, job: J) {
        self.sender.as_ref().expect("there is a sender until it is dropped").send(job);
    }
}

impl<S> Drop for Sending<S> {
    fn drop(&mut self) {
        self.sender = None;
        for thread in self.threads.drain(..) {
            // A panic has been reported by the panic hook, and the jobs it cost are missing.
            _ = thread.join();
        }
    }
}
