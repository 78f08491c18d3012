//! `mpsc` in, behind an async mutex, and `mpsc` out; a current-thread runtime a worker.

use std::{sync::Arc, thread};

use tokio::{
    runtime::Builder,
    sync::{Mutex, mpsc},
};

use pool_measure::contender::{Contender, Shape};

use super::{SendJob, Sending};

/// The loop over Tokio.
#[derive(Debug)]
pub struct Tokio;

/// Where a result goes in: one of the two senders of `tokio::sync::mpsc`.
#[derive(Debug)]
pub enum TokioOutlet<T> {
    /// Any number of results may wait.
    Unbounded(mpsc::UnboundedSender<T>),
    /// So many; then the worker does.
    Bounded(mpsc::Sender<T>),
}

/// Where results come out.
#[derive(Debug)]
pub enum TokioResults<T> {
    /// Any number of them.
    Unbounded(mpsc::UnboundedReceiver<T>),
    /// So many.
    Bounded(mpsc::Receiver<T>),
}

impl Contender for Tokio {
    type Jobs<J: Send + 'static> = Sending<mpsc::Sender<J>>;
    type Results<T: Send + 'static> = TokioResults<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (jobs, receiver) = mpsc::channel(shape.queue);
        let (outlet, results) = TokioOutlet::new(shape.results);
        let (receiver, handler) = (Arc::new(Mutex::new(receiver)), Arc::new(handler));
        let worker = |number| {
            let (receiver, outlet) = (Arc::clone(&receiver), outlet.clone());
            let handler = Arc::clone(&handler);
            let runtime = Builder::new_current_thread().build().expect("a runtime can be built");
            thread::spawn(move || {
                shape.placement.settle(number);
                runtime.block_on(async {
                    loop {
                        let received = receiver.lock().await.recv().await;
                        let Some(job) = received else { break };
                        if !outlet.send(handler(job)).await {
                            break;
                        }
                    }
                });
            })
        };
        let threads = (0..shape.workers).map(worker).collect();
        (Sending::new(jobs, threads), results)
    }
}

impl<J: Send> SendJob<J> for mpsc::Sender<J> {
    fn send(&self, job: J) {
        assert!(self.blocking_send(job).is_ok(), "the workers are there");
    }
}

impl<T> TokioOutlet<T> {
    /// A channel for so many results, or for any number.
    pub fn new(results: Option<usize>) -> (Self, TokioResults<T>) {
        match results {
            Some(results) => {
                let (sender, receiver) = mpsc::channel(results);
                (Self::Bounded(sender), TokioResults::Bounded(receiver))
            }
            None => {
                let (sender, receiver) = mpsc::unbounded_channel();
                (Self::Unbounded(sender), TokioResults::Unbounded(receiver))
            }
        }
    }

    /// Sends a result; waits for room. False if the receiver is gone.
    pub async fn send(&self, result: T) -> bool {
        match self {
            Self::Unbounded(sender) => sender.send(result).is_ok(),
            Self::Bounded(sender) => sender.send(result).await.is_ok(),
        }
    }
}

impl<T> Clone for TokioOutlet<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Unbounded(sender) => Self::Unbounded(sender.clone()),
            Self::Bounded(sender) => Self::Bounded(sender.clone()),
        }
    }
}

impl<T> Iterator for TokioResults<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Unbounded(results) => results.blocking_recv(),
            Self::Bounded(results) => results.blocking_recv(),
        }
    }
}
