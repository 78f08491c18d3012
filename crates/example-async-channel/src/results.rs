//! How completions travel: a channel, bounded or not; both are one type, and one end of it
//! can be received from by blocking and by awaiting.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{self, Poll},
    time::{Duration, Instant},
};

use ::pool::{
    AsyncResults, Completion, Ended, RecvTimeoutError, Results, TryRecvError,
    machinery::{Outlet, block_on, discard, yielding},
};
use futures_core::Stream;

/// The workers' end.
#[derive(Debug)]
pub(crate) struct Sender<T, E>(async_channel::Sender<Completion<T, E>>);

/// The receiving half of a pool over async-channel: also a [`Stream`].
#[derive(Debug)]
pub struct AsyncChannelResults<T, E>(
    /// In a box, because as a stream it must not move.
    Pin<Box<async_channel::Receiver<Completion<T, E>>>>,
);

/// A way out for `capacity` completions, or for any number.
pub(crate) fn channel<T, E>(capacity: Option<usize>) -> (Sender<T, E>, AsyncChannelResults<T, E>) {
    let (sender, receiver) = capacity.map_or_else(async_channel::unbounded, async_channel::bounded);
    (Sender(sender), AsyncChannelResults(Box::pin(receiver)))
}

impl<T, E> Sender<T, E> {
    /// Delivers a completion, waiting for room; discards it if nobody will receive it.
    pub(crate) fn send(&self, completion: Completion<T, E>) {
        if let Err(async_channel::SendError(completion)) = self.0.send_blocking(completion) {
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
            Err(async_channel::TrySendError::Full(completion)) => Err(completion),
            Err(async_channel::TrySendError::Closed(completion)) => {
                discard(completion);
                Ok(())
            }
        }
    }
}

impl<T: Send, E: Send> Results<T, E> for AsyncChannelResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        yielding(|| self.0.try_recv().ok())
            .map_or_else(|| self.0.recv_blocking().map_err(|_| Ended), Ok)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.0.try_recv().map_err(|error| match error {
            async_channel::TryRecvError::Empty => TryRecvError::Empty,
            async_channel::TryRecvError::Closed => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        // `recv_blocking` has no timed form.
        match block_on(poll_fn(|cx| self.poll_recv(cx)), Instant::now().checked_add(timeout)) {
            Some(received) => received.ok_or(RecvTimeoutError::Ended),
            None => Err(RecvTimeoutError::TimedOut),
        }
    }
}

impl<T: Send, E: Send> Iterator for AsyncChannelResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T: Send, E: Send> AsyncResults<T, E> for AsyncChannelResults<T, E> {
    fn poll_recv(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Completion<T, E>>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T: Send, E: Send> Stream for AsyncChannelResults<T, E> {
    type Item = Completion<T, E>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Completion<T, E>>> {
        self.poll_recv(cx)
    }
}

impl<T, E> Drop for AsyncChannelResults<T, E> {
    fn drop(&mut self) {
        // async-channel keeps queued messages until the last sender goes too (its issue 23).
        // Closed first, so that none comes after.
        self.0.close();
        while let Ok(completion) = self.0.try_recv() {
            discard(completion);
        }
    }
}
