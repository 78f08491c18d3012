//! How completions travel: a channel, bounded or not; both are one type.

use std::{
    sync::{
        Arc,
        atomic::{Ordering, fence},
    },
    time::Duration,
};

use ::pool::{
    Completion, Ended, RecvTimeoutError, Results, TryRecvError,
    machinery::{Abandoned, Outlet, discard},
};
use crossbeam::channel;

/// The workers' end.
#[derive(Debug)]
pub(crate) struct Sender<T, E> {
    completions: channel::Sender<Completion<T, E>>,
    /// Of a bounded channel a receiver as well, for what nobody will read.
    unread: Option<channel::Receiver<Completion<T, E>>>,
    abandoned: Arc<Abandoned>,
}

/// The receiving half of a pool over crossbeam.
#[derive(Debug)]
pub struct CrossbeamResults<T, E> {
    receiver: channel::Receiver<Completion<T, E>>,
    abandoned: Arc<Abandoned>,
}

/// A way out for `capacity` completions, or for any number.
pub(crate) fn channel<T, E>(capacity: Option<usize>) -> (Sender<T, E>, CrossbeamResults<T, E>) {
    let (sender, receiver) = capacity.map_or_else(channel::unbounded, channel::bounded);
    let abandoned = Arc::default();
    let unread = capacity.map(|_| receiver.clone());
    let results = CrossbeamResults { receiver, abandoned: Arc::clone(&abandoned) };
    (Sender { completions: sender, unread, abandoned }, results)
}

impl<T, E> Sender<T, E> {
    /// Delivers a completion, waiting for room; discards it if nobody will receive it.
    pub(crate) fn send(&self, completion: Completion<T, E>) {
        if let Err(channel::SendError(completion)) = self.completions.send(completion) {
            discard(completion);
        }
        if let Some(unread) = &self.unread {
            // Pairs with the fence in the reader's drop.
            fence(Ordering::SeqCst);
            if self.abandoned.is_gone() {
                unread.try_iter().for_each(discard);
            }
        }
    }
}

impl<T: Send + 'static, E: Send + 'static> Outlet for Sender<T, E> {
    type Output = T;
    type Error = E;

    fn try_send(&self, completion: Completion<T, E>) -> Result<(), Completion<T, E>> {
        let Some(_reader) = self.abandoned.keep() else {
            discard(completion);
            return Ok(());
        };
        self.completions.try_send(completion).map_err(channel::TrySendError::into_inner)
    }
}

impl<T: Send, E: Send> Results<T, E> for CrossbeamResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.receiver.recv().map_err(|_| Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.receiver.try_recv().map_err(|error| match error {
            channel::TryRecvError::Empty => TryRecvError::Empty,
            channel::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.receiver.recv_timeout(timeout).map_err(|error| match error {
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
        self.abandoned.go();
        if self.receiver.capacity().is_some() {
            // A bounded channel keeps queued messages until the last sender goes too (crossbeam
            // issue 1102). The fence pairs with the one in `Sender::send`.
            fence(Ordering::SeqCst);
            self.receiver.try_iter().for_each(discard);
        }
    }
}
