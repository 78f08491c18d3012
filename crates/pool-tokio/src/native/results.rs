//! How completions travel: by one of Tokio's channels, which a thread or a task may receive from.

use std::{
    iter,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_core::Stream;
use pool::{
    AsyncResults, Completion, Config, Ended, RecvTimeoutError, Results, TryRecvError,
    implement::{PutBack, discard},
};
use tokio::sync::{
    Semaphore,
    mpsc::{self, error},
};

use super::wait_for;

/// A channel for so many completions as configured.
pub(super) fn channel<T, E>(
    config: &Config,
) -> (mpsc::Sender<Completion<T, E>>, NativeResults<T, E>) {
    // An unbounded channel is of another type; this bound takes no memory until it is used.
    let bound = config.results_capacity().unwrap_or(Semaphore::MAX_PERMITS);
    let (completions, mut receiver) = mpsc::channel(bound);
    if config.discards_results() {
        receiver.close();
    }
    (completions, NativeResults { receiver, put_back: PutBack::new(), from_tasks: false })
}

/// The receiving half of a pool over Tokio's tasks.
#[derive(Debug)]
pub struct NativeResults<T, E> {
    receiver: mpsc::Receiver<Completion<T, E>>,
    put_back: PutBack<T, E>,
    /// Whether workers send by `.await`, and may need the thread that this is dropped on.
    pub(super) from_tasks: bool,
}

impl<T: Send, E: Send> Results<T, E> for NativeResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        wait_for(self.recv_async(), None).unwrap_or(Err(Ended))
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.put_back.pop_or_else(|| self.receiver.try_recv()).map_err(|error| match error {
            error::TryRecvError::Empty => TryRecvError::Empty,
            error::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        match wait_for(self.recv_async(), Instant::now().checked_add(timeout)) {
            Some(received) => received.map_err(|Ended| RecvTimeoutError::Ended),
            None => Err(RecvTimeoutError::TimedOut),
        }
    }

    fn put_back(&mut self, completion: Completion<T, E>) {
        self.put_back.push(completion);
    }
}

impl<T: Send, E: Send> AsyncResults<T, E> for NativeResults<T, E> {
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Completion<T, E>>> {
        match self.put_back.pop() {
            Some(completion) => Poll::Ready(Some(completion)),
            None => self.receiver.poll_recv(cx),
        }
    }
}

impl<T: Send, E: Send> Iterator for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T: Send, E: Send> Stream for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_recv(cx)
    }
}

impl<T, E> Drop for NativeResults<T, E> {
    fn drop(&mut self) {
        self.receiver.close();
        // With those for which a worker has a permit, and is about to send. Where that may need
        // this thread, the last worker that leaves discards them.
        let rest = iter::from_fn(|| {
            if self.from_tasks {
                return self.receiver.try_recv().ok();
            }
            wait_for(self.receiver.recv(), None).flatten()
        });
        // Each by itself: a `Drop` that panics does not keep the others.
        rest.for_each(discard);
    }
}
