//! A way out by `std::sync::mpsc`, for libraries that have no channel of their own.

use std::time::Instant;

use pool::{
    Ended, RecvTimeoutError, SpawnError, TryRecvError,
    implement::check_memory,
    sync::mpsc::{self, TrySendError},
};

use crate::{Inlet, Outlet, Undelivered, yielding};

/// The workers' end: a bounded and an unbounded sender are two types.
#[derive(Debug)]
#[non_exhaustive]
pub enum Sender<M> {
    /// Of `mpsc::channel`.
    Unbounded(mpsc::Sender<M>),
    /// Of `mpsc::sync_channel`.
    Bounded(mpsc::SyncSender<M>),
}

/// The reader's end.
#[derive(Debug)]
pub struct Receiver<M>(mpsc::Receiver<M>);

/// A channel for `capacity` messages, or for any number.
///
/// # Errors
///
/// If the system has not the memory: a `sync_channel` allocates its whole bound at once.
pub fn channel<M>(capacity: Option<usize>) -> Result<(Sender<M>, Receiver<M>), SpawnError> {
    check_memory::<M>("results", capacity.unwrap_or(0))?;
    let (sender, receiver) = match capacity {
        Some(capacity) => {
            let (sender, receiver) = mpsc::sync_channel(capacity);
            (Sender::Bounded(sender), receiver)
        }
        None => {
            let (sender, receiver) = mpsc::channel();
            (Sender::Unbounded(sender), receiver)
        }
    };
    Ok((sender, Receiver(receiver)))
}

impl<M: Send + 'static> Outlet<M> for Sender<M> {
    fn send(&self, message: M) -> Result<(), M> {
        let sent = match self {
            Self::Unbounded(sender) => sender.send(message),
            Self::Bounded(sender) => sender.send(message),
        };
        sent.map_err(|mpsc::SendError(message)| message)
    }

    fn try_send(&self, message: M) -> Result<(), Undelivered<M>> {
        let sent = match self {
            Self::Unbounded(sender) => sender.send(message).map_err(Into::into),
            Self::Bounded(sender) => sender.try_send(message),
        };
        sent.map_err(|error| match error {
            TrySendError::Full(message) => Undelivered::Full(message),
            TrySendError::Disconnected(message) => Undelivered::Abandoned(message),
        })
    }
}

impl<M: Send> Inlet<M> for Receiver<M> {
    fn recv(&mut self) -> Result<M, Ended> {
        yielding(|| self.0.try_recv().ok()).map_or_else(|| self.0.recv().map_err(|_| Ended), Ok)
    }

    fn try_recv(&mut self) -> Result<M, TryRecvError> {
        self.0.try_recv().map_err(|error| match error {
            mpsc::TryRecvError::Empty => TryRecvError::Empty,
            mpsc::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_deadline(&mut self, deadline: Instant) -> Result<M, RecvTimeoutError> {
        // `recv_deadline` is unstable.
        let left = deadline.saturating_duration_since(Instant::now());
        self.0.recv_timeout(left).map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            mpsc::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }
}
