//! What the layer needs from flume.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use flume::{Receiver, Sender, TryRecvError, TrySendError, r#async::RecvStream};
use futures_core::Stream;
use pool::{RecvTimeoutError, SpawnError, Wait, sync::yielding};
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
        Ok((Completions(sender), Unread { receiver, waiting: None }))
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
        outlet.0.send_async(message).await.map_err(flume::SendError::into_inner)
    }

    fn poll_recv<M: Send + 'static>(
        inlet: &mut Unread<M>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<M>> {
        // A new stream at every poll: only its first looks for a message and begins to wait
        // under one lock. A later one does them apart, and a message sent in between wakes no
        // task.
        inlet.waiting = None;
        let stream = inlet.waiting.insert(inlet.receiver.clone().into_stream());
        let polled = Pin::new(stream).poll_next(cx);
        if polled.is_ready() {
            inlet.waiting = None;
        }
        polled
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
pub struct Completions<M>(Sender<M>);

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        self.0.send(message).map_err(flume::SendError::into_inner)
    }

    fn try_send(&self, message: M) -> bool {
        !matches!(self.0.try_send(message), Err(TrySendError::Full(_)))
    }
}

/// The reader's end of the results, at which a task may wait.
pub struct Unread<M: 'static> {
    receiver: Receiver<M>,
    /// While a task waits.
    waiting: Option<RecvStream<'static, M>>,
}

impl<M: Send> Inlet<M> for Unread<M> {
    #[inline]
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        // No task waits any more: flume might wake it, and leave the message in the channel, while
        // this thread sleeps there.
        self.waiting = None;
        let receiver = &self.receiver;
        match wait {
            Wait::Never => receiver.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::TimedOut,
                TryRecvError::Disconnected => RecvTimeoutError::Ended,
            }),
            Wait::Until(deadline) => {
                receiver.recv_deadline(deadline).map_err(|error| match error {
                    flume::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
                    flume::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
                })
            }
            Wait::Forever => yielding(|| receiver.try_recv().ok())
                .map_or_else(|| receiver.recv().map_err(|_| RecvTimeoutError::Ended), Ok),
        }
    }
}
