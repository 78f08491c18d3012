//! How completions travel: an `mpsc` channel, bounded or not, which differ in both ends.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{self, Poll},
    time::{Duration, Instant},
};

use ::pool::{
    AsyncResults, Completion, Ended, RecvTimeoutError, Results, TryRecvError,
    machinery::{Outlet, block_on, discard, yielding},
    sync::yield_now,
};
use futures_core::Stream;
use tokio::{
    sync::mpsc::{self, error},
    task::coop::unconstrained,
};

/// The workers' end.
#[derive(Debug)]
pub(crate) enum Sender<T, E> {
    Unbounded(mpsc::UnboundedSender<Completion<T, E>>),
    Bounded(mpsc::Sender<Completion<T, E>>),
}

/// The receiving half of a pool over Tokio: also a [`Stream`].
#[derive(Debug)]
pub struct TokioResults<T, E>(Receiver<T, E>);

#[derive(Debug)]
enum Receiver<T, E> {
    Unbounded(mpsc::UnboundedReceiver<Completion<T, E>>),
    Bounded(mpsc::Receiver<Completion<T, E>>),
}

/// A way out for `capacity` completions, or for any number.
pub(crate) fn channel<T, E>(capacity: Option<usize>) -> (Sender<T, E>, TokioResults<T, E>) {
    match capacity {
        Some(capacity) => {
            let (sender, receiver) = mpsc::channel(capacity);
            (Sender::Bounded(sender), TokioResults(Receiver::Bounded(receiver)))
        }
        None => {
            let (sender, receiver) = mpsc::unbounded_channel();
            (Sender::Unbounded(sender), TokioResults(Receiver::Unbounded(receiver)))
        }
    }
}

impl<T, E> Sender<T, E> {
    /// Delivers a completion, waiting for room; discards it if nobody will receive it.
    pub(crate) async fn send(&self, completion: Completion<T, E>) {
        let sent = match self {
            Self::Unbounded(sender) => sender.send(completion),
            Self::Bounded(sender) => sender.send(completion).await,
        };
        if let Err(error::SendError(completion)) = sent {
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
            Err(error::TrySendError::Full(completion)) => Err(completion),
            Err(error::TrySendError::Closed(completion)) => {
                discard(completion);
                Ok(())
            }
        }
    }
}

impl<T: Send, E: Send> TokioResults<T, E> {
    /// Waits for the next completion until `deadline` passes; `None` means forever.
    fn wait(&mut self, deadline: Option<Instant>) -> Result<Completion<T, E>, RecvTimeoutError> {
        // Neither `blocking_recv`, which panics on a thread that runs async code, nor
        // `tokio::time::timeout`, which needs a runtime to run on. And `unconstrained` by the
        // budget of a task that may be running here: while it is blocked it gets no new one.
        block_on(unconstrained(poll_fn(|cx| self.poll_recv(cx))), deadline)
            .ok_or(RecvTimeoutError::TimedOut)?
            .ok_or(RecvTimeoutError::Ended)
    }
}

impl<T: Send, E: Send> Results<T, E> for TokioResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        yielding(|| self.try_recv().ok()).map_or_else(|| self.wait(None).map_err(|_| Ended), Ok)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        let received = match &mut self.0 {
            Receiver::Unbounded(receiver) => receiver.try_recv(),
            Receiver::Bounded(receiver) => receiver.try_recv(),
        };
        received.map_err(|error| match error {
            error::TryRecvError::Empty => TryRecvError::Empty,
            error::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.wait(Instant::now().checked_add(timeout))
    }
}

impl<T: Send, E: Send> Iterator for TokioResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T: Send, E: Send> AsyncResults<T, E> for TokioResults<T, E> {
    fn poll_recv(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Completion<T, E>>> {
        match &mut self.0 {
            Receiver::Unbounded(receiver) => receiver.poll_recv(cx),
            Receiver::Bounded(receiver) => receiver.poll_recv(cx),
        }
    }
}

impl<T: Send, E: Send> Stream for TokioResults<T, E> {
    type Item = Completion<T, E>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Completion<T, E>>> {
        self.poll_recv(cx)
    }
}

impl<T, E> Drop for TokioResults<T, E> {
    fn drop(&mut self) {
        // Tokio's own drop stops at a message that is only half sent; what is behind it stays until
        // the last sender goes. Closed first, so that nothing comes after what is there.
        match &mut self.0 {
            Receiver::Unbounded(receiver) => {
                receiver.close();
                loop {
                    match receiver.try_recv() {
                        Ok(completion) => discard(completion),
                        // Somebody is just about to send.
                        Err(error::TryRecvError::Empty) => yield_now(),
                        Err(error::TryRecvError::Disconnected) => break,
                    }
                }
            }
            Receiver::Bounded(receiver) => {
                receiver.close();
                // Whoever has a permit and is to send yet is not waited for: in the async lane
                // that may be a task of this thread.
                while let Ok(completion) = receiver.try_recv() {
                    discard(completion);
                }
            }
        }
    }
}
