//! How jobs wait: a bounded `mpsc` channel, whose one receiver the workers share behind an
//! async mutex.

use ::pool::machinery::{JobReceiver, JobSender, Queued, block_on};
use tokio::sync::{
    Mutex,
    mpsc::{self, error::TrySendError},
};

/// The sending end.
#[derive(Debug)]
pub(crate) struct Sender<J>(mpsc::Sender<Queued<J>>);

/// The receiving end.
#[derive(Debug)]
pub(crate) struct Receiver<J>(Mutex<mpsc::Receiver<Queued<J>>>);

/// A queue for `capacity` jobs.
pub(crate) fn bounded<J>(capacity: usize) -> (Sender<J>, Receiver<J>) {
    let (sender, receiver) = mpsc::channel(capacity);
    (Sender(sender), Receiver(Mutex::new(receiver)))
}

impl<J: Send + 'static> JobSender<J> for Sender<J> {
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>> {
        self.0.try_send(job).map_err(TrySendError::into_inner)
    }
}

impl<J: Send + 'static> JobReceiver<J> for Receiver<J> {
    fn try_recv(&self) -> Option<Queued<J>> {
        // Held by another: a worker that waits, so there is nothing here.
        self.0.try_lock().ok()?.try_recv().ok()
    }

    fn drain_one(&self) -> Option<Queued<J>> {
        let mut receiver = match self.0.try_lock() {
            Ok(receiver) => receiver,
            // Not `blocking_lock`, which panics on a thread that runs async code.
            Err(_) => block_on(self.0.lock(), None)?,
        };
        receiver.try_recv().ok()
    }
}

impl<J> Receiver<J> {
    /// Waits for a job; `None` once the queue has ended.
    pub(crate) async fn recv(&self) -> Option<Queued<J>> {
        // The lock is held while waiting, and let go by the return of this function.
        self.0.lock().await.recv().await
    }
}
