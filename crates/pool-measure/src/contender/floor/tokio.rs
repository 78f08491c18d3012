//! `mpsc` in, behind an async mutex, and `mpsc` out; a current-thread runtime a worker.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::{
    runtime::Builder,
    sync::{Mutex, mpsc},
};

use super::threads::{self, Sending};
use crate::contender::{Contender, Shape};

/// The bare loop over Tokio.
#[derive(Debug)]
pub struct Tokio;

/// Where its results come out.
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
        let (threads, results) = match shape.results {
            Some(results) => {
                let (sender, results) = mpsc::channel(results);
                let send = move |result| {
                    let sender = sender.clone();
                    async move { sender.send(result).await.is_ok() }
                };
                (spawn(shape, receiver, handler, send), TokioResults::Bounded(results))
            }
            None => {
                let (sender, results) = mpsc::unbounded_channel();
                let send = move |result| {
                    let sent = sender.send(result).is_ok();
                    async move { sent }
                };
                (spawn(shape, receiver, handler, send), TokioResults::Unbounded(results))
            }
        };
        (Sending::new(jobs, threads), results)
    }
}

fn spawn<J, T, F>(
    shape: Shape,
    receiver: mpsc::Receiver<J>,
    handler: impl Fn(J) -> T + Send + Sync + 'static,
    send: impl Fn(T) -> F + Clone + Send + 'static,
) -> Vec<JoinHandle<()>>
where
    J: Send + 'static,
    T: Send + 'static,
    F: Future<Output = bool>,
{
    let (receiver, handler) = (Arc::new(Mutex::new(receiver)), Arc::new(handler));
    let worker = || {
        let (receiver, handler, send) = (Arc::clone(&receiver), Arc::clone(&handler), send.clone());
        let runtime = Builder::new_current_thread().build().expect("a runtime can be built");
        thread::spawn(move || {
            runtime.block_on(async {
                loop {
                    let received = receiver.lock().await.recv().await;
                    let Some(job) = received else { break };
                    if !send(handler(job)).await {
                        break;
                    }
                }
            });
        })
    };
    (0..shape.workers).map(|_| worker()).collect()
}

impl<J: Send> threads::Send<J> for mpsc::Sender<J> {
    fn send(&self, job: J) {
        assert!(self.blocking_send(job).is_ok(), "the workers are there");
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
