//! What the layer needs from flume.

use std::{
    mem,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use flume::{Receiver, Sender, TryRecvError, TrySendError};
use pool::{
    RecvTimeoutError, SpawnError, Wait,
    sync::{Mutex, atomic, lock, yielding},
};
use pool_managed::{AsyncLibrary, Crew, Inlet, Library, Outlet, Queue};

/// flume's channels, as the layer sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Channels;

impl Library for Channels {
    const NAME: &'static str = "flume";

    type Queue<M: Send + 'static> = BothEnds<M>;
    type Outlet<M: Send + 'static> = Completions<M>;
    type Inlet<M: Send + 'static> = Unread<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<BothEnds<M>, SpawnError> {
        // A bounded channel grows as it fills.
        let (sender, receiver) = flume::bounded(capacity);
        Ok(BothEnds(sender, receiver))
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Completions<M>, Unread<M>), SpawnError> {
        let (sender, receiver) = capacity.map_or_else(flume::unbounded, flume::bounded);
        let task = Arc::<Task>::default();
        Ok((Completions(sender, Arc::clone(&task)), Unread { receiver, task }))
    }

    fn start<M: Send + 'static>(queue: &Arc<BothEnds<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let jobs = queue.1.clone();
        crew.spawn_all(move |mut work| {
            // `recv` parks at once where nothing is there, so it is tried a few times first. By
            // iterators: an `Option` moves in fewer pieces than `try_recv`'s `Result`, and that
            // shows in an empty job.
            let next = || yielding(|| jobs.try_iter().next()).or_else(|| jobs.iter().next());
            while next().is_some_and(&mut work) {}
        })
    }
}

impl AsyncLibrary for Channels {
    async fn recv<M: Send + 'static>(queue: &BothEnds<M>) -> M {
        queue.1.recv_async().await.expect("a sender is kept with the receiver")
    }

    async fn send<M: Send + 'static>(outlet: &Completions<M>, message: M) -> Result<(), M> {
        let sent = outlet.0.send_async(message).await.map_err(flume::SendError::into_inner);
        outlet.1.wake();
        sent
    }

    fn poll_recv<M: Send + 'static>(
        inlet: &mut Unread<M>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<M>> {
        let look = || match inlet.receiver.try_recv() {
            Err(TryRecvError::Empty) => Poll::Pending,
            received => Poll::Ready(received.ok()),
        };
        if let ready @ Poll::Ready(_) = look() {
            return ready;
        }
        drop(inlet.task.replace(Some(cx.waker().clone())));
        // Again: a message sent before the waker was there has not woken it.
        look()
    }
}

/// A bounded channel, both of whose ends may be shared, block and be awaited.
#[derive(Debug)]
pub struct BothEnds<M>(Sender<M>, Receiver<M>);

impl<M: Send + 'static> Queue<M> for BothEnds<M> {
    fn send(&self, message: M) {
        self.0.send(message).expect("a receiver is kept with the sender");
    }

    fn try_recv(&self) -> Option<M> {
        self.1.try_recv().ok()
    }
}

/// The workers' end of the results: bounded or not, one type.
#[derive(Debug)]
pub struct Completions<M>(Sender<M>, Arc<Task>);

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        match self.0.send(message) {
            Ok(()) => {
                self.1.wake();
                Ok(())
            }
            // The reader has gone.
            Err(unread) => Err(unread.into_inner()),
        }
    }

    fn try_send(&self, message: M) -> bool {
        let sent = !matches!(self.0.try_send(message), Err(TrySendError::Full(_)));
        self.1.wake();
        sent
    }
}

impl<M> Drop for Completions<M> {
    fn drop(&mut self) {
        // The sender first, so that the task finds that the results have ended.
        self.0 = flume::bounded(0).0;
        self.1.wake();
    }
}

/// The reader's end of the results, at which a task may wait.
pub struct Unread<M> {
    receiver: Receiver<M>,
    task: Arc<Task>,
}

impl<M> Drop for Unread<M> {
    fn drop(&mut self) {
        // The workers may keep their end for long.
        drop(self.task.replace(None));
    }
}

/// Where the task that waits for a result leaves its waker, which is code of the user's. flume
/// would call it, and drop it, under the lock of its channel. So it never gets there.
#[derive(Debug, Default)]
struct Task {
    /// Whether there is a waker: while no task waits, a send has one load more, and no lock.
    waits: atomic::AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Task {
    /// Leaves a waker, or none. Returns the one before, to be woken or dropped after the lock.
    #[cold]
    fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        let mut place = lock(&self.waker);
        // Relaxed: under the lock, so it agrees with the waker. Read in `wake`.
        self.waits.store(waker.is_some(), atomic::Ordering::Relaxed);
        mem::replace(&mut *place, waker)
    }

    /// Wakes the task, if one waits, after a call of the channel.
    #[inline]
    fn wake(&self) {
        // Relaxed: the channel's lock pairs it with the store in `replace`. A task that missed what
        // that call did under the lock had looked there before, and stored `true` before that. So
        // this loads that `true`; or a later `false`, of a thread that took the waker since, and
        // wakes the task.
        if self.waits.load(atomic::Ordering::Relaxed) {
            _ = self.replace(None).map(Waker::wake);
        }
    }
}

impl<M: Send> Inlet<M> for Unread<M> {
    #[inline]
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        match wait {
            Wait::Never => self.receiver.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::TimedOut,
                TryRecvError::Disconnected => RecvTimeoutError::Ended,
            }),
            Wait::Until(deadline) => {
                self.receiver.recv_deadline(deadline).map_err(|error| match error {
                    flume::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
                    flume::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
                })
            }
            Wait::Forever => yielding(|| self.receiver.try_recv().ok())
                .map_or_else(|| self.receiver.recv().map_err(|_| RecvTimeoutError::Ended), Ok),
        }
    }
}
