//! What the layer needs from crossbeam.

use std::{sync::Arc, time::Instant};

use crossbeam_channel::{self as channel, Receiver, Sender, TrySendError};
use pool::{Ended, RecvTimeoutError, SpawnError, TryRecvError, implement::check_memory};
use pool_managed::{Crew, Inlet, Library, Outlet, Queue, Undelivered, yielding};

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
        crew.spawn_all(move |mut worker| {
            let mut run = |message| worker.run(message);
            while recv(&receiver).is_ok_and(&mut run) {}
        })
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

    fn try_send(&self, message: M) -> Result<(), Undelivered<M>> {
        self.0.try_send(message).map_err(|error| match error {
            TrySendError::Full(message) => Undelivered::Full(message),
            TrySendError::Disconnected(message) => Undelivered::Abandoned(message),
        })
    }
}

/// The reader's end of the results.
#[derive(Debug)]
pub struct Unread<M>(Receiver<M>);

impl<M: Send> Inlet<M> for Unread<M> {
    fn recv(&mut self) -> Result<M, Ended> {
        recv(&self.0).map_err(|_| Ended)
    }

    fn try_recv(&mut self) -> Result<M, TryRecvError> {
        self.0.try_recv().map_err(|error| match error {
            channel::TryRecvError::Empty => TryRecvError::Empty,
            channel::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_deadline(&mut self, deadline: Instant) -> Result<M, RecvTimeoutError> {
        self.0.recv_deadline(deadline).map_err(|error| match error {
            channel::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            channel::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }
}
