//! How completions travel: a channel, bounded or not; both are one type, and one end of it
//! can be received from by blocking and by awaiting.

use std::{
    pin::Pin,
    sync::Arc,
    task::{self, Poll},
    time::Duration,
};

use ::pool::{
    AsyncResults, Completion, Ended, RecvTimeoutError, Results, TryRecvError,
    machinery::{Abandoned, Outlet, discard, yielding},
};
use flume::r#async::RecvStream;
use futures_core::Stream;

/// The workers' end.
#[derive(Debug)]
pub(crate) struct Sender<T, E> {
    completions: flume::Sender<Completion<T, E>>,
    /// A receiver as well, for what nobody will read.
    unread: flume::Receiver<Completion<T, E>>,
    abandoned: Arc<Abandoned>,
}

/// The receiving half of a pool over flume: also a [`Stream`].
#[derive(Debug)]
pub struct FlumeResults<T: 'static, E: 'static> {
    receiver: flume::Receiver<Completion<T, E>>,
    /// While a task waits.
    waiting: Option<RecvStream<'static, Completion<T, E>>>,
    abandoned: Arc<Abandoned>,
}

/// A way out for `capacity` completions, or for any number.
pub(crate) fn channel<T, E>(capacity: Option<usize>) -> (Sender<T, E>, FlumeResults<T, E>) {
    let (sender, receiver) = capacity.map_or_else(flume::unbounded, flume::bounded);
    let abandoned = Arc::default();
    let unread = receiver.clone();
    let results = FlumeResults { receiver, waiting: None, abandoned: Arc::clone(&abandoned) };
    (Sender { completions: sender, unread, abandoned }, results)
}

impl<T, E> Sender<T, E> {
    /// Delivers a completion, waiting for room; discards it if nobody will receive it.
    pub(crate) fn send(&self, completion: Completion<T, E>) {
        if let Err(flume::SendError(completion)) = self.completions.send(completion) {
            discard(completion);
        }
        if self.abandoned.is_gone() {
            self.unread.try_iter().for_each(discard);
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
        self.completions.try_send(completion).map_err(flume::TrySendError::into_inner)
    }
}

impl<T, E> FlumeResults<T, E> {
    /// The receiver, with no task waiting at it: a waiting one would be woken in our stead,
    /// and the message would lie there.
    fn receiver(&mut self) -> &flume::Receiver<Completion<T, E>> {
        self.waiting = None;
        &self.receiver
    }
}

impl<T: Send, E: Send> Results<T, E> for FlumeResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        let receiver = self.receiver();
        yielding(|| receiver.try_recv().ok()).map_or_else(|| receiver.recv().map_err(|_| Ended), Ok)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.receiver().try_recv().map_err(|error| match error {
            flume::TryRecvError::Empty => TryRecvError::Empty,
            flume::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.receiver().recv_timeout(timeout).map_err(|error| match error {
            flume::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            flume::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }
}

impl<T: Send, E: Send> Iterator for FlumeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T: Send, E: Send> AsyncResults<T, E> for FlumeResults<T, E> {
    fn poll_recv(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Completion<T, E>>> {
        // A new stream at every poll: only its first looks for a message and begins to wait
        // under one lock. A later one does them apart, and a message sent in between wakes
        // nobody.
        self.waiting = None;
        let stream = self.waiting.insert(self.receiver.clone().into_stream());
        let polled = Pin::new(stream).poll_next(cx);
        if polled.is_ready() {
            self.waiting = None;
        }
        polled
    }
}

impl<T: Send, E: Send> Stream for FlumeResults<T, E> {
    type Item = Completion<T, E>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Completion<T, E>>> {
        self.poll_recv(cx)
    }
}

impl<T, E> Drop for FlumeResults<T, E> {
    fn drop(&mut self) {
        // flume keeps queued messages until the last sender goes too (flume issue 89).
        self.abandoned.go();
        self.receiver().try_iter().for_each(discard);
    }
}
