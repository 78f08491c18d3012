//! `mpsc` in, behind an async mutex, and `mpsc` out; a current-thread runtime a worker.

use std::{sync::Arc, thread};

use tokio::{
    runtime::Builder,
    sync::{Mutex, mpsc},
};

use crate::{Contender, Jobs};

/// The bare loop over Tokio.
#[derive(Debug)]
pub struct Tokio;

/// Where its results come out.
#[derive(Debug)]
pub enum TokioResults {
    /// Any number of them.
    Unbounded(mpsc::UnboundedReceiver<u64>),
    /// So many.
    Bounded(mpsc::Receiver<u64>),
}

impl Contender for Tokio {
    type Jobs = mpsc::Sender<u64>;
    type Results = TokioResults;

    fn start(workers: usize, queue: usize, results: Option<usize>) -> (Self::Jobs, Self::Results) {
        let (jobs, receiver) = mpsc::channel(queue);
        let receiver = Arc::new(Mutex::new(receiver));
        let results = match results {
            Some(results) => {
                let (sender, results) = mpsc::channel(results);
                spawn(workers, &receiver, move |result| {
                    let sender = sender.clone();
                    async move { sender.send(result).await.is_ok() }
                });
                TokioResults::Bounded(results)
            }
            None => {
                let (sender, results) = mpsc::unbounded_channel();
                spawn(workers, &receiver, move |result| {
                    let sent = sender.send(result).is_ok();
                    async move { sent }
                });
                TokioResults::Unbounded(results)
            }
        };
        (jobs, results)
    }
}

fn spawn<F: Future<Output = bool>>(
    workers: usize,
    receiver: &Arc<Mutex<mpsc::Receiver<u64>>>,
    send: impl Fn(u64) -> F + Clone + Send + 'static,
) {
    for _ in 0..workers {
        let (receiver, send) = (Arc::clone(receiver), send.clone());
        let runtime = Builder::new_current_thread().build().expect("a runtime can be built");
        thread::spawn(move || {
            runtime.block_on(async {
                loop {
                    let received = receiver.lock().await.recv().await;
                    let Some(job) = received else { break };
                    if !send(job + 1).await {
                        break;
                    }
                }
            });
        });
    }
}

impl Jobs for mpsc::Sender<u64> {
    fn submit(&self, job: u64) {
        self.blocking_send(job).expect("the workers are there");
    }
}

impl Iterator for TokioResults {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        match self {
            Self::Unbounded(results) => results.blocking_recv(),
            Self::Bounded(results) => results.blocking_recv(),
        }
    }
}
