//! What the layer needs from Tokio: its channels.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use pool::{
    RecvTimeoutError, SpawnError, Wait,
    implement::{Padded, block_on},
    sync::{Mutex, lock, yielding},
};
use pool_managed::{AsyncLibrary, Crew, Inlet, Library, Outlet, Queue};
use tokio::{
    sync::mpsc::{
        self,
        error::{SendError, TryRecvError, TrySendError},
    },
    task::coop::unconstrained,
};

/// Tokio's channels, as the layer sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Channels;

impl Library for Channels {
    const NAME: &'static str = "tokio";

    type Queue<M: Send + 'static> = InTurn<M>;
    type Outlet<M: Send + 'static> = Completions<M>;
    type Inlet<M: Send + 'static> = Unread<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<InTurn<M>, SpawnError> {
        let (sender, receiver) = mpsc::channel(capacity);
        let (turn, receiver) = (tokio::sync::Mutex::default(), Padded(Mutex::new(receiver)));
        Ok(InTurn { sender: Padded(sender), turn, receiver })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Completions<M>, Unread<M>), SpawnError> {
        Ok(match capacity {
            Some(capacity) => {
                let (sender, receiver) = mpsc::channel(capacity);
                (Completions::Bounded(sender), Unread::Bounded(receiver))
            }
            None => {
                let (sender, receiver) = mpsc::unbounded_channel();
                (Completions::Unbounded(sender), Unread::Unbounded(receiver))
            }
        })
    }

    fn start<M: Send + 'static>(queue: &Arc<InTurn<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let queue = Arc::clone(queue);
        // Threads, not tasks, and outside of every runtime: a handler may block, and code that
        // needs a runtime says so. `blocking_recv` wants the receiver to itself.
        crew.spawn_all(move |mut work| {
            let wait = || block_on(queue.recv(), None).expect("without a deadline it waits");
            while work(yielding(|| queue.try_recv()).unwrap_or_else(wait)) {}
        })
    }
}

impl AsyncLibrary for Channels {
    async fn recv<M: Send + 'static>(queue: &InTurn<M>) -> M {
        queue.recv().await
    }

    async fn send<M: Send + 'static>(outlet: &Completions<M>, message: M) -> Result<(), M> {
        let sent = match outlet {
            Completions::Unbounded(sender) => sender.send(message),
            Completions::Bounded(sender) => sender.send(message).await,
        };
        sent.map_err(|SendError(message)| message)
    }

    fn poll_recv<M: Send + 'static>(
        inlet: &mut Unread<M>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<M>> {
        match inlet {
            Unread::Unbounded(receiver) => receiver.poll_recv(cx),
            Unread::Bounded(receiver) => receiver.poll_recv(cx),
        }
    }
}

/// A bounded channel, at whose one receiver the workers wait in turn.
#[derive(Debug)]
pub struct InTurn<M> {
    /// Apart from the rest, as submitters read it for each job.
    sender: Padded<mpsc::Sender<M>>,
    /// Held by the worker that waits: the channel wakes only the task that polled it last.
    turn: tokio::sync::Mutex<()>,
    /// Locked for one look at a time and never while waiting. So a stop waits for no task: in
    /// the async lane, that could be one of its own thread.
    receiver: Padded<Mutex<mpsc::Receiver<M>>>,
}

impl<M> InTurn<M> {
    async fn recv(&self) -> M {
        // Let go by the return of this function, or as its future is dropped: the next in turn
        // looks for itself before it waits.
        let _turn = self.turn.lock().await;
        let received = poll_fn(|cx| lock(&self.receiver).poll_recv(cx)).await;
        received.expect("its sender is kept with the receiver")
    }
}

impl<M: Send + 'static> Queue<M> for InTurn<M> {
    fn send(&self, message: M) {
        // `blocking_send` panics on a thread that runs async code, and there is room.
        self.sender.try_send(message).expect("there is room, and the receiver is kept with it");
    }

    fn try_recv(&self) -> Option<M> {
        // Locked: by a worker that takes a job, or that finds nothing here.
        self.receiver.try_lock().ok()?.try_recv().ok()
    }
}

/// The workers' end of the results: a bounded and an unbounded sender are two types.
#[derive(Debug)]
#[non_exhaustive]
pub enum Completions<M> {
    /// Of `unbounded_channel`.
    Unbounded(mpsc::UnboundedSender<M>),
    /// Of `channel`.
    Bounded(mpsc::Sender<M>),
}

impl<M> Completions<M> {
    fn send_at_once(&self, message: M) -> Result<(), TrySendError<M>> {
        match self {
            Self::Unbounded(sender) => sender.send(message).map_err(Into::into),
            Self::Bounded(sender) => sender.try_send(message),
        }
    }
}

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        match self.send_at_once(message) {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(message)) => Err(message),
            Err(TrySendError::Full(message)) => {
                block_on(Channels::send(self, message), None).expect("without a deadline it waits")
            }
        }
    }

    fn try_send(&self, message: M) -> bool {
        !matches!(self.send_at_once(message), Err(TrySendError::Full(_)))
    }
}

/// The reader's end of the results: two types as well.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unread<M> {
    /// Of `unbounded_channel`.
    Unbounded(mpsc::UnboundedReceiver<M>),
    /// Of `channel`.
    Bounded(mpsc::Receiver<M>),
}

impl<M: Send + 'static> Unread<M> {
    fn look(&mut self) -> Result<M, RecvTimeoutError> {
        let received = match self {
            Self::Unbounded(receiver) => receiver.try_recv(),
            Self::Bounded(receiver) => receiver.try_recv(),
        };
        received.map_err(|error| match error {
            TryRecvError::Empty => RecvTimeoutError::TimedOut,
            TryRecvError::Disconnected => RecvTimeoutError::Ended,
        })
    }

    /// Waits for the next message until `deadline` passes; `None` means forever.
    fn wait(&mut self, deadline: Option<Instant>) -> Result<M, RecvTimeoutError> {
        // Neither `blocking_recv`, which panics on a thread that runs async code, nor
        // `tokio::time::timeout`, which needs a runtime to run on. And `unconstrained` by the
        // budget of a task that may be running here: while it is blocked it gets no new one.
        block_on(unconstrained(poll_fn(|cx| Channels::poll_recv(self, cx))), deadline)
            .ok_or(RecvTimeoutError::TimedOut)?
            .ok_or(RecvTimeoutError::Ended)
    }
}

impl<M: Send + 'static> Inlet<M> for Unread<M> {
    #[inline]
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        match wait {
            Wait::Never => self.look(),
            Wait::Until(deadline) => self.wait(Some(deadline)),
            Wait::Forever => yielding(|| self.look().ok()).map_or_else(|| self.wait(None), Ok),
        }
    }
}
