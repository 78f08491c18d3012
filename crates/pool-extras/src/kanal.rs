//! What the layer needs from kanal.
//!
//! Not an `AsyncLibrary`: a receive of kanal's that is given up after its first poll may take a
//! message with it, as its documentation says.
//!
//! Two cases of the suite fail, both because of its timed receive. That never sleeps, so nothing can
//! be seen to wait in it. And once its time is up, it does not look whether the channel has ended.

use std::{sync::Arc, time::Instant};

use kanal::{ReceiveError, ReceiveErrorTimeout, Receiver, Sender};
use pool::{
    RecvTimeoutError, SpawnError, Wait,
    implement::{check_memory, contain},
};
use pool_managed::{Crew, Inlet, Library, Outlet, Queue};

/// kanal's channels, as the layer sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Channels;

impl Library for Channels {
    const NAME: &'static str = "kanal";

    type Queue<M: Send + 'static> = BothEnds<M>;
    type Outlet<M: Send + 'static> = Completions<M>;
    type Inlet<M: Send + 'static> = Unread<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<BothEnds<M>, SpawnError> {
        // A bounded channel is a deque, allocated at once.
        check_memory::<M>("queue", capacity)?;
        let (sender, receiver) = kanal::bounded(capacity);
        Ok(BothEnds { sender, receiver })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Completions<M>, Unread<M>), SpawnError> {
        check_memory::<M>("results", capacity.unwrap_or(0))?;
        let (sender, receiver) = capacity.map_or_else(kanal::unbounded, kanal::bounded);
        Ok((Completions(sender), Unread(receiver)))
    }

    fn start<M: Send + 'static>(queue: &Arc<BothEnds<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        // `recv` yields many times before it parks.
        let jobs = queue.receiver.clone();
        crew.spawn_all(move |mut work| while jobs.recv().is_ok_and(&mut work) {})
    }
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
        self.receiver.try_recv().ok().flatten()
    }
}

/// The workers' end of the results: bounded or not, one type.
#[derive(Debug)]
pub struct Completions<M>(Sender<M>);

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        // A message without a reader is dropped in there, and not given back.
        _ = contain(|| self.0.send(message));
        Ok(())
    }

    fn try_send(&self, message: M) -> bool {
        // An error if the reader has gone, `false` if there is no room.
        self.0.try_send(message).unwrap_or(true)
    }
}

/// The reader's end of the results.
#[derive(Debug)]
pub struct Unread<M>(Receiver<M>);

impl<M: Send> Inlet<M> for Unread<M> {
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        match wait {
            Wait::Never => match self.0.try_recv() {
                Ok(received) => received.ok_or(RecvTimeoutError::TimedOut),
                Err(ReceiveError::Closed | ReceiveError::SendClosed) => {
                    Err(RecvTimeoutError::Ended)
                }
            },
            Wait::Until(deadline) => {
                // Spins until the time is up.
                let left = deadline.saturating_duration_since(Instant::now());
                self.0.recv_timeout(left).map_err(|error| match error {
                    ReceiveErrorTimeout::Timeout => RecvTimeoutError::TimedOut,
                    ReceiveErrorTimeout::Closed | ReceiveErrorTimeout::SendClosed => {
                        RecvTimeoutError::Ended
                    }
                })
            }
            Wait::Forever => self.0.recv().map_err(|_| RecvTimeoutError::Ended),
        }
    }
}
