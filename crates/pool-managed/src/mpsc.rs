//! A way out by `std::sync::mpsc`, for libraries that have no channel of their own.

use std::time::Instant;

use pool::{
    RecvTimeoutError, SpawnError, Wait,
    implement::check_memory,
    sync::{
        mpsc::{self, TrySendError},
        yielding,
    },
};

/// The reader's end.
pub use pool::sync::mpsc::Receiver;

use crate::{Inlet, Outlet};

/// The workers' end: a bounded and an unbounded sender are two types.
#[derive(Debug)]
#[non_exhaustive]
pub enum Sender<M> {
    /// Of `mpsc::channel`.
    Unbounded(mpsc::Sender<M>),
    /// Of `mpsc::sync_channel`.
    Bounded(mpsc::SyncSender<M>),
}

/// A channel for `capacity` messages, or for any number.
///
/// # Errors
///
/// If the system has not the memory: a `sync_channel` allocates its whole bound at once.
pub fn channel<M>(capacity: Option<usize>) -> Result<(Sender<M>, Receiver<M>), SpawnError> {
    check_memory::<M>("results", capacity.unwrap_or(0))?;
    Ok(match capacity {
        Some(capacity) => {
            let (sender, receiver) = mpsc::sync_channel(capacity);
            (Sender::Bounded(sender), receiver)
        }
        None => {
            let (sender, receiver) = mpsc::channel();
            (Sender::Unbounded(sender), receiver)
        }
    })
}

impl<M: Send + 'static> Outlet<M> for Sender<M> {
    fn send(&self, message: M) -> Result<(), M> {
        let sent = match self {
            Self::Unbounded(sender) => sender.send(message),
            Self::Bounded(sender) => sender.send(message),
        };
        sent.map_err(|mpsc::SendError(message)| message)
    }

    fn try_send(&self, message: M) -> bool {
        let sent = match self {
            Self::Unbounded(sender) => sender.send(message).map_err(Into::into),
            Self::Bounded(sender) => sender.try_send(message),
        };
        !matches!(sent, Err(TrySendError::Full(_)))
    }
}

impl<M: Send> Inlet<M> for Receiver<M> {
    #[inline]
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        // By its own methods, which have the same names.
        let receiver = &*self;
        match wait {
            Wait::Never => receiver.try_recv().map_err(|error| match error {
                mpsc::TryRecvError::Empty => RecvTimeoutError::TimedOut,
                mpsc::TryRecvError::Disconnected => RecvTimeoutError::Ended,
            }),
            Wait::Until(deadline) => {
                // `recv_deadline` is unstable.
                let left = deadline.saturating_duration_since(Instant::now());
                receiver.recv_timeout(left).map_err(|error| match error {
                    mpsc::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
                    mpsc::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
                })
            }
            Wait::Forever => yielding(|| receiver.try_recv().ok())
                .map_or_else(|| receiver.recv().map_err(|_| RecvTimeoutError::Ended), Ok),
        }
    }
}
