//! What the layer needs from `std::sync::mpsc`.

use std::sync::Arc;

use pool::{
    SpawnError,
    implement::{Padded, check_memory},
    sync::{Mutex, lock, mpsc, yielding},
};
use pool_managed::{Crew, Library, Queue, mpsc as results};

/// `std::sync::mpsc`, as the layer sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mpsc;

impl Library for Mpsc {
    const NAME: &'static str = "std";

    type Queue<M: Send + 'static> = SharedReceiver<M>;
    type Outlet<M: Send + 'static> = results::Sender<M>;
    type Inlet<M: Send + 'static> = results::Receiver<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<SharedReceiver<M>, SpawnError> {
        // A `sync_channel` allocates its whole bound at once.
        check_memory::<M>("queue", capacity)?;
        let (sender, receiver) = mpsc::sync_channel(capacity);
        Ok(SharedReceiver { sender, receiver: Padded(Mutex::new(receiver)) })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(results::Sender<M>, results::Receiver<M>), SpawnError> {
        results::channel(capacity)
    }

    fn start<M: Send + 'static>(
        queue: &Arc<SharedReceiver<M>>,
        crew: Crew<M>,
    ) -> Result<(), SpawnError> {
        let queue = Arc::clone(queue);
        crew.spawn_all(move |mut work| while work(queue.recv()) {})
    }
}

/// A `sync_channel`, whose one receiver the workers share behind a mutex.
#[derive(Debug)]
pub struct SharedReceiver<M> {
    sender: mpsc::SyncSender<M>,
    /// Apart from the sender, which submitters read for each job.
    receiver: Padded<Mutex<mpsc::Receiver<M>>>,
}

impl<M> SharedReceiver<M> {
    fn recv(&self) -> M
    where
        M: Send + 'static,
    {
        // The lock is held while waiting, and let go by the return of this function. A handler
        // that ran under it would make the pool one worker wide: the classic slip is to receive
        // in the head of a `while let` or `match`.
        yielding(|| self.try_recv()).unwrap_or_else(|| {
            lock(&self.receiver).recv().expect("its sender is kept with the receiver")
        })
    }
}

impl<M: Send + 'static> Queue<M> for SharedReceiver<M> {
    fn send(&self, message: M) {
        self.sender.send(message).unwrap_or_else(|_| unreachable!("the receiver is kept with it"));
    }

    fn try_recv(&self) -> Option<M> {
        // Locked: by a worker that waits, so there is nothing here, or is about to take a job.
        self.receiver.try_lock().ok()?.try_recv().ok()
    }
}
