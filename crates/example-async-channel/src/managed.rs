//! What the layer needs from async-channel.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use async_channel::{Receiver, Sender, TryRecvError, TrySendError};
use futures_core::Stream;
use pool::{
    RecvTimeoutError, SpawnError, Wait,
    implement::{block_on, check_memory},
    sync::yielding,
};
use pool_managed::{AsyncLibrary, Crew, Inlet, Library, Outlet, Queue};

/// async-channel, as the layer sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Channels;

impl Library for Channels {
    const NAME: &'static str = "async-channel";

    type Queue<M: Send + 'static> = BothEnds<M>;
    type Outlet<M: Send + 'static> = Completions<M>;
    type Inlet<M: Send + 'static> = Unread<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<BothEnds<M>, SpawnError> {
        // A bounded channel is an array, allocated at once.
        check_memory::<M>("queue", capacity)?;
        let (sender, receiver) = async_channel::bounded(capacity);
        Ok(BothEnds { sender, receiver })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Completions<M>, Unread<M>), SpawnError> {
        check_memory::<M>("results", capacity.unwrap_or(0))?;
        let (sender, receiver) =
            capacity.map_or_else(async_channel::unbounded, async_channel::bounded);
        Ok((Completions(sender), Unread(Box::pin(receiver))))
    }

    fn start<M: Send + 'static>(queue: &Arc<BothEnds<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let jobs = queue.receiver.clone();
        crew.spawn_all(move |mut work| {
            // `recv_blocking` parks at once where nothing is there, so it is tried a few times
            // first.
            let next =
                || yielding(|| jobs.try_recv().ok()).map_or_else(|| jobs.recv_blocking(), Ok);
            while next().is_ok_and(&mut work) {}
        })
    }
}

impl AsyncLibrary for Channels {
    async fn recv<M: Send + 'static>(queue: &BothEnds<M>) -> M {
        queue.receiver.recv().await.expect("a sender is kept with the receiver")
    }

    async fn send<M: Send + 'static>(outlet: &Completions<M>, message: M) -> Result<(), M> {
        outlet.0.send(message).await.map_err(async_channel::SendError::into_inner)
    }

    fn poll_recv<M: Send + 'static>(
        inlet: &mut Unread<M>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<M>> {
        inlet.0.as_mut().poll_next(cx)
    }
}

/// A bounded channel, both of whose ends may be shared, block and be awaited.
#[derive(Debug)]
pub struct BothEnds<M> {
    sender: Sender<M>,
    receiver: Receiver<M>,
}

impl<M: Send + 'static> Queue<M> for BothEnds<M> {
    fn send(&self, message: M) {
        self.sender.send_blocking(message).expect("a receiver is kept with the sender");
    }

    fn try_recv(&self) -> Option<M> {
        self.receiver.try_recv().ok()
    }
}

/// The workers' end of the results: bounded or not, one type.
#[derive(Debug)]
pub struct Completions<M>(Sender<M>);

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        self.0.send_blocking(message).map_err(async_channel::SendError::into_inner)
    }

    fn try_send(&self, message: M) -> bool {
        !matches!(self.0.try_send(message), Err(TrySendError::Full(_)))
    }
}

/// The reader's end of the results. In a box, because as a stream it must not move.
#[derive(Debug)]
pub struct Unread<M>(Pin<Box<Receiver<M>>>);

impl<M: Send + 'static> Inlet<M> for Unread<M> {
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        match wait {
            Wait::Never => self.0.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::TimedOut,
                TryRecvError::Closed => RecvTimeoutError::Ended,
            }),
            // `recv_blocking` has no timed form.
            Wait::Until(deadline) => {
                let received =
                    block_on(poll_fn(|cx| Channels::poll_recv(self, cx)), Some(deadline));
                received.ok_or(RecvTimeoutError::TimedOut)?.ok_or(RecvTimeoutError::Ended)
            }
            Wait::Forever => yielding(|| self.0.try_recv().ok())
                .map_or_else(|| self.0.recv_blocking().map_err(|_| RecvTimeoutError::Ended), Ok),
        }
    }
}
