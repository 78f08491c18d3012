//! What the layer needs from crossbeam.

use std::sync::Arc;

use crossbeam_channel::{self as channel, Receiver, Sender, TryRecvError, TrySendError};
use pool::{RecvTimeoutError, SpawnError, Wait, implement::check_memory, sync::yielding};
use pool_managed::{Crew, Inlet, Library, Outlet, Queue};

/// crossbeam's channels, as the layer sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Channels;

impl Library for Channels {
    const NAME: &'static str = "crossbeam";

    type Queue<M: Send + 'static> = BothEnds<M>;
    type Outlet<M: Send + 'static> = Completions<M>;
    type Inlet<M: Send + 'static> = Unread<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<BothEnds<M>, SpawnError> {
        // A bounded channel is an array, allocated at once.
        check_memory::<M>("queue", capacity)?;
        let (sender, receiver) = channel::bounded(capacity);
        Ok(BothEnds { sender, receiver })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Completions<M>, Unread<M>), SpawnError> {
        check_memory::<M>("results", capacity.unwrap_or(0))?;
        let (sender, receiver) = capacity.map_or_else(channel::unbounded, channel::bounded);
        Ok((Completions(sender), Unread(receiver)))
    }

    fn start<M: Send + 'static>(queue: &Arc<BothEnds<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        // Each worker has a receiver of its own.
        let receiver = queue.receiver.clone();
        crew.spawn_all(move |mut work| while recv(&receiver).is_ok_and(&mut work) {})
    }
}

/// Yields before it waits as the library does, which spins first: where threads share a core, that
/// keeps from it the thread that is to send.
fn recv<M>(receiver: &Receiver<M>) -> Result<M, channel::RecvError> {
    yielding(|| (!receiver.is_empty()).then_some(()));
    receiver.recv()
}

/// A bounded channel, both of whose ends may be shared.
#[derive(Debug)]
pub struct BothEnds<M> {
    sender: Sender<M>,
    receiver: Receiver<M>,
}

impl<M: Send + 'static> Queue<M> for BothEnds<M> {
    fn send(&self, message: M) {
        self.sender.send(message).expect("a receiver is kept with the sender");
    }

    fn try_recv(&self) -> Option<M> {
        self.receiver.try_recv().ok()
    }
}

/// The workers' end of the results: bounded or not, one type.
#[derive(Debug)]
pub struct Completions<M>(Sender<M>);

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        self.0.send(message).map_err(channel::SendError::into_inner)
    }

    fn try_send(&self, message: M) -> bool {
        !matches!(self.0.try_send(message), Err(TrySendError::Full(_)))
    }
}

/// The reader's end of the results.
#[derive(Debug)]
pub struct Unread<M>(Receiver<M>);

impl<M: Send> Inlet<M> for Unread<M> {
    #[inline]
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        match wait {
            Wait::Never => self.0.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::TimedOut,
                TryRecvError::Disconnected => RecvTimeoutError::Ended,
            }),
            Wait::Until(deadline) => self.0.recv_deadline(deadline).map_err(|error| match error {
                channel::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
                channel::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
            }),
            Wait::Forever => recv(&self.0).map_err(|_| RecvTimeoutError::Ended),
        }
    }
}
