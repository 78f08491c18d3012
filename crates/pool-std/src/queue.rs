//! How jobs wait: a `sync_channel`, whose one receiver the workers share behind a mutex.

use ::pool::{
    machinery::{JobReceiver, JobSender, Queued},
    sync::{
        Mutex, lock,
        mpsc::{self, TrySendError},
    },
};

/// The sending end.
#[derive(Debug)]
pub(crate) struct Sender<J>(mpsc::SyncSender<Queued<J>>);

/// The receiving end.
#[derive(Debug)]
pub(crate) struct Receiver<J>(Mutex<mpsc::Receiver<Queued<J>>>);

/// A queue for `capacity` jobs.
pub(crate) fn bounded<J>(capacity: usize) -> (Sender<J>, Receiver<J>) {
    let (sender, receiver) = mpsc::sync_channel(capacity);
    (Sender(sender), Receiver(Mutex::new(receiver)))
}

impl<J: Send + 'static> JobSender<J> for Sender<J> {
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>> {
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) | TrySendError::Disconnected(job) => job,
        })
    }
}

impl<J: Send + 'static> JobReceiver<J> for Receiver<J> {
    fn try_recv(&self) -> Option<Queued<J>> {
        // Held by another: a worker that waits, so there is nothing here.
        self.0.try_lock().ok()?.try_recv().ok()
    }

    fn drain_one(&self) -> Option<Queued<J>> {
        lock(&self.0).try_recv().ok()
    }
}

impl<J> Receiver<J> {
    /// Waits for a job; `None` once the queue has ended.
    pub(crate) fn recv(&self) -> Option<Queued<J>> {
        // The lock is held while waiting, and let go by the return of this function: a handler
        // that ran under it would make the pool one worker wide (the classic slip is to receive
        // in the head of a `while let` or `match`).
        lock(&self.0).recv().ok()
    }
}
