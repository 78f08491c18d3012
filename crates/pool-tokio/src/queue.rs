//! How jobs wait: a bounded `mpsc` channel, at whose one receiver the workers wait in turn.

use std::future::poll_fn;

use ::pool::{
    machinery::{JobReceiver, JobSender, Queued},
    sync::{Mutex, lock},
};
use tokio::sync::mpsc::{self, error::TrySendError};

/// The sending end.
#[derive(Debug)]
pub(crate) struct Sender<J>(mpsc::Sender<Queued<J>>);

/// The receiving end.
#[derive(Debug)]
pub(crate) struct Receiver<J> {
    /// Held by the worker that waits: the channel wakes only whoever polled it last.
    turn: tokio::sync::Mutex<()>,
    /// Locked for one look at a time and never while waiting, so that a stop waits for no task:
    /// in the async lane that could be one of its own thread.
    channel: Mutex<mpsc::Receiver<Queued<J>>>,
}

/// A queue for `capacity` jobs.
pub(crate) fn bounded<J>(capacity: usize) -> (Sender<J>, Receiver<J>) {
    let (sender, receiver) = mpsc::channel(capacity);
    let (turn, channel) = (tokio::sync::Mutex::default(), Mutex::new(receiver));
    (Sender(sender), Receiver { turn, channel })
}

impl<J: Send + 'static> JobSender<J> for Sender<J> {
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>> {
        self.0.try_send(job).map_err(TrySendError::into_inner)
    }
}

impl<J: Send + 'static> JobReceiver<J> for Receiver<J> {
    fn try_recv(&self) -> Option<Queued<J>> {
        // Held by another: a worker that takes a job, or that finds nothing here.
        self.channel.try_lock().ok()?.try_recv().ok()
    }

    fn drain_one(&self) -> Option<Queued<J>> {
        lock(&self.channel).try_recv().ok()
    }
}

impl<J> Receiver<J> {
    /// Waits for a job; `None` once the queue has ended.
    pub(crate) async fn recv(&self) -> Option<Queued<J>> {
        // Let go by the return of this function, or as its future is dropped: the next in turn
        // looks for itself before it waits.
        let _turn = self.turn.lock().await;
        poll_fn(|cx| lock(&self.channel).poll_recv(cx)).await
    }
}
