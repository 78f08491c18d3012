//! How completions travel: rayon has no channel, so its users take std's.

use std::{sync::mpsc, time::Duration};

use pool::{
    Completion, Ended, RecvTimeoutError, Results, SpawnError, TryRecvError,
    implement::{check_memory, discard},
};

/// Sends a completion; discards it if nobody can receive it any more. Blocks the thread, which is
/// one of rayon's, while bounded results are full.
type SendFn<T, E> = dyn Fn(Completion<T, E>) + Send + Sync;

type Channel<T, E> = (Box<SendFn<T, E>>, NativeResults<T, E>);

/// A channel for so many completions, or for any number.
pub(super) fn channel<T, E>(capacity: Option<usize>) -> Result<Channel<T, E>, SpawnError>
where
    T: Send + 'static,
    E: Send + 'static,
{
    // Two types of senders with the same methods.
    if let Some(capacity) = capacity {
        // All of the slots are allocated at once.
        check_memory::<Completion<T, E>>("results", capacity)?;
        let (sender, results) = mpsc::sync_channel(capacity);
        let send = move |completion| sender.send(completion).unwrap_or_else(discard);
        Ok((Box::new(send), NativeResults(results)))
    } else {
        let (sender, results) = mpsc::channel();
        let send = move |completion| sender.send(completion).unwrap_or_else(discard);
        Ok((Box::new(send), NativeResults(results)))
    }
}

/// The receiving half of a pool over rayon's threads: of a channel of std.
#[derive(Debug)]
pub struct NativeResults<T, E>(mpsc::Receiver<Completion<T, E>>);

impl<T: Send, E: Send> Results<T, E> for NativeResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.0.recv().map_err(|mpsc::RecvError| Ended)
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

impl<T: Send, E: Send> Iterator for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Completion<T, E>> {
        self.0.iter().next()
    }
}

impl<T, E> Drop for NativeResults<T, E> {
    fn drop(&mut self) {
        // Each by itself: a `Drop` that panics does not keep the others.
        self.0.try_iter().for_each(discard);
    }
}
