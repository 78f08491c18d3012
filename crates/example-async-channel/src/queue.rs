//! How jobs wait: a bounded channel, whose receiver the workers share as it is.

use ::pool::machinery::{JobReceiver, JobSender, Queued};

/// The sending end.
#[derive(Debug)]
pub(crate) struct Sender<J>(async_channel::Sender<Queued<J>>);

/// The receiving end.
#[derive(Debug)]
pub(crate) struct Receiver<J>(async_channel::Receiver<Queued<J>>);

/// A queue for `capacity` jobs.
pub(crate) fn bounded<J>(capacity: usize) -> (Sender<J>, Receiver<J>) {
    let (sender, receiver) = async_channel::bounded(capacity);
    (Sender(sender), Receiver(receiver))
}

impl<J: Send + 'static> JobSender<J> for Sender<J> {
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>> {
        self.0.try_send(job).map_err(async_channel::TrySendError::into_inner)
    }
}

impl<J: Send + 'static> JobReceiver<J> for Receiver<J> {
    fn try_recv(&self) -> Option<Queued<J>> {
        self.0.try_recv().ok()
    }
}

impl<J> Receiver<J> {
    /// Waits for a job; `None` once the queue has ended.
    pub(crate) fn recv(&self) -> Option<Queued<J>> {
        self.0.recv_blocking().ok()
    }
}
