//! How completions travel: `channel` or `sync_channel`, which have one receiver in common
//! and a sender each.

use std::time::Duration;

use ::pool::{
    Completion, Ended, RecvTimeoutError, Results, TryRecvError,
    machinery::{Outlet, discard, yielding},
    sync::mpsc,
};

/// The workers' end.
#[derive(Debug)]
pub(crate) enum Sender<T, E> {
    Unbounded(mpsc::Sender<Completion<T, E>>),
    Bounded(mpsc::SyncSender<Completion<T, E>>),
}

/// The receiving half of a pool over rayon.
#[derive(Debug)]
pub struct RayonResults<T, E>(mpsc::Receiver<Completion<T, E>>);

/// A way out for `capacity` completions, or for any number.
pub(crate) fn channel<T, E>(capacity: Option<usize>) -> (Sender<T, E>, RayonResults<T, E>) {
    match capacity {
        Some(capacity) => {
            let (sender, receiver) = mpsc::sync_channel(capacity);
            (Sender::Bounded(sender), RayonResults(receiver))
        }
        None => {
            let (sender, receiver) = mpsc::channel();
            (Sender::Unbounded(sender), RayonResults(receiver))
        }
    }
}

impl<T, E> Sender<T, E> {
    /// Delivers a completion, waiting for room; discards it if nobody will receive it.
    pub(crate) fn send(&self, completion: Completion<T, E>) {
        let sent = match self {
            Self::Unbounded(sender) => sender.send(completion),
            Self::Bounded(sender) => sender.send(completion),
        };
        if let Err(mpsc::SendError(completion)) = sent {
            discard(completion);
        }
    }
}

impl<T: Send + 'static, E: Send + 'static> Outlet for Sender<T, E> {
    type Output = T;
    type Error = E;

    fn try_send(&self, completion: Completion<T, E>) -> Result<(), Completion<T, E>> {
        let sent = match self {
            Self::Unbounded(sender) => sender.send(completion).map_err(Into::into),
            Self::Bounded(sender) => sender.try_send(completion),
        };
        match sent {
            Ok(()) => Ok(()),
            Err(mpsc::TrySendError::Full(completion)) => Err(completion),
            Err(mpsc::TrySendError::Disconnected(completion)) => {
                discard(completion);
                Ok(())
            }
        }
    }
}

impl<T: Send, E: Send> Results<T, E> for RayonResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        yielding(|| self.0.try_recv().ok()).map_or_else(|| self.0.recv().map_err(|_| Ended), Ok)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.0.try_recv().map_err(|error| match error {
            mpsc::TryRecvError::Empty => TryRecvError::Empty,
            mpsc::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.0.recv_timeout(timeout).map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            mpsc::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }
}

impl<T: Send, E: Send> Iterator for RayonResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}
