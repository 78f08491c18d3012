//! How completions travel: rayon has no channel, so its users take std's.

use std::{sync::mpsc, time::Duration};

use pool::{
    Completion, Config, Ended, RecvTimeoutError, Results, SpawnError, TryRecvError,
    implement::{PutBack, check_memory, discard},
};

/// Sends a completion; discards it if the results are gone. Blocks the thread, which is
/// one of rayon's, while bounded results are full.
type SendFn<T, E> = dyn Fn(Completion<T, E>) + Send + Sync;

type Channel<T, E> = (Box<SendFn<T, E>>, NativeResults<T, E>);

/// A channel for so many completions as configured.
pub(super) fn channel<T, E>(config: &Config) -> Result<Channel<T, E>, SpawnError>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let (send, receiver): (Box<SendFn<T, E>>, _) = if let Some(bound) = config.results_capacity() {
        // All of the slots are allocated at once.
        check_memory::<Completion<T, E>>("results", bound)?;
        let (sender, receiver) = mpsc::sync_channel(bound);
        (Box::new(move |completion| sender.send(completion).unwrap_or_else(discard)), receiver)
    } else if config.discards_results() {
        // Without a sender, so the results have ended.
        (Box::new(discard), mpsc::channel().1)
    } else {
        let (sender, receiver) = mpsc::channel();
        (Box::new(move |completion| sender.send(completion).unwrap_or_else(discard)), receiver)
    };
    Ok((send, NativeResults { receiver, put_back: PutBack::new() }))
}

/// The receiving half of a pool over rayon's threads: of a channel of std.
#[derive(Debug)]
pub struct NativeResults<T, E> {
    receiver: mpsc::Receiver<Completion<T, E>>,
    put_back: PutBack<T, E>,
}

impl<T: Send, E: Send> Results<T, E> for NativeResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.next().ok_or(Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.put_back.pop_or_else(|| self.receiver.try_recv()).map_err(|error| match error {
            mpsc::TryRecvError::Empty => TryRecvError::Empty,
            mpsc::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        let received = self.put_back.pop_or_else(|| self.receiver.recv_timeout(timeout));
        received.map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            mpsc::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }

    fn put_back(&mut self, completion: Completion<T, E>) {
        self.put_back.push(completion);
    }
}

impl<T: Send, E: Send> Iterator for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Completion<T, E>> {
        self.put_back.pop().or_else(|| self.receiver.recv().ok())
    }
}

impl<T, E> Drop for NativeResults<T, E> {
    fn drop(&mut self) {
        // Each by itself: a `Drop` that panics does not keep the others.
        self.receiver.try_iter().for_each(discard);
    }
}
