//! How completions travel: a channel, bounded or not; both are one type.

use std::time::Duration;

use ::pool::{
    Completion, Ended, RecvTimeoutError, Results, TryRecvError,
    machinery::{Outlet, discard},
};
use crossbeam::channel;

/// The workers' end.
#[derive(Debug)]
pub(crate) struct Sender<T, E>(channel::Sender<Completion<T, E>>);

/// The receiving half of a pool over crossbeam.
#[derive(Debug)]
pub struct CrossbeamResults<T, E>(channel::Receiver<Completion<T, E>>);

/// A way out for `capacity` completions, or for any number.
pub(crate) fn channel<T, E>(capacity: Option<usize>) -> (Sender<T, E>, CrossbeamResults<T, E>) {
    let (sender, receiver) = capacity.map_or_else(channel::unbounded, channel::bounded);
    (Sender(sender), CrossbeamResults(receiver))
}

impl<T, E> Sender<T, E> {
    /// Delivers a completion, waiting for room; discards it if nobody will receive it.
    pub(crate) fn send(&self, completion: Completion<T, E>) {
        if let Err(channel::SendError(completion)) = self.0.send(completion) {
            discard(completion);
        }
    }
}

impl<T: Send + 'static, E: Send + 'static> Outlet for Sender<T, E> {
    type Output = T;
    type Error = E;

    fn try_send(&self, completion: Completion<T, E>) -> Result<(), Completion<T, E>> {
        match self.0.try_send(completion) {
            Ok(()) => Ok(()),
            Err(channel::TrySendError::Full(completion)) => Err(completion),
            Err(channel::TrySendError::Disconnected(completion)) => {
                discard(completion);
                Ok(())
            }
        }
    }
}

impl<T: Send, E: Send> Results<T, E> for CrossbeamResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.0.recv().map_err(|_| Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.0.try_recv().map_err(|error| match error {
            channel::TryRecvError::Empty => TryRecvError::Empty,
            channel::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.0.recv_timeout(timeout).map_err(|error| match error {
            channel::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            channel::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }
}

impl<T: Send, E: Send> Iterator for CrossbeamResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T, E> Drop for CrossbeamResults<T, E> {
    fn drop(&mut self) {
        // A bounded channel keeps queued messages until the last sender goes too (crossbeam
        // issue 1102).
        self.0.try_iter().for_each(discard);
    }
}
