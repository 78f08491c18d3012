//! What the layer needs from crossfire.

use std::{
    pin::Pin,
    sync::{Arc, Once},
    task::{Context, Poll},
    time::Instant,
};

use crossfire::{
    MAsyncRx, MRx, MTx, SendError, TryRecvError, TrySendError,
    flavor::Flavor,
    mpmc::{self, Array, List},
    stream::AsyncStream,
};
use futures_core::Stream;
use pool::{RecvTimeoutError, SpawnError, Wait, implement::check_memory};
use pool_managed::{AsyncLibrary, Crew, Inlet, Library, Outlet, Queue};

/// crossfire's channels, as the layer sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Channels;

impl Library for Channels {
    const NAME: &'static str = "crossfire";

    type Queue<M: Send + 'static> = BothEnds<M>;
    type Outlet<M: Send + 'static> = Completions<M>;
    type Inlet<M: Send + 'static> = Unread<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<BothEnds<M>, SpawnError> {
        // Or it spins as on a machine with many cores of its own.
        static DETECTED: Once = Once::new();
        DETECTED.call_once(crossfire::detect_backoff_cfg);
        // A bounded channel is an array, allocated at once.
        check_memory::<M>("queue", capacity)?;
        let (sender, receiver) = mpmc::bounded_blocking(capacity);
        Ok(BothEnds { sender, receiver })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Completions<M>, Unread<M>), SpawnError> {
        check_memory::<M>("results", capacity.unwrap_or(0))?;
        // Not of `mpsc`, which is leaner: its receiver cannot block again once it was awaited.
        Ok(match capacity {
            Some(capacity) => {
                let (sender, receiver) = mpmc::bounded_blocking(capacity);
                (Completions::Bounded(sender), Unread::Bounded(Reader::new(receiver)))
            }
            None => {
                let (sender, receiver) = mpmc::unbounded_blocking();
                (Completions::Unbounded(sender), Unread::Unbounded(Reader::new(receiver)))
            }
        })
    }

    fn start<M: Send + 'static>(queue: &Arc<BothEnds<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        // Each worker has a receiver of its own. `recv` spins and yields before it parks.
        let jobs = queue.receiver.clone();
        crew.spawn_all(move |mut work| while jobs.recv().is_ok_and(&mut work) {})
    }
}

impl AsyncLibrary for Channels {
    async fn recv<M: Send + 'static>(queue: &BothEnds<M>) -> M {
        let receiver = queue.receiver.clone().into_async();
        receiver.recv().await.expect("a sender is kept with the receiver")
    }

    async fn send<M: Send + 'static>(outlet: &Completions<M>, message: M) -> Result<(), M> {
        match outlet {
            Completions::Bounded(sender) => {
                let sender = sender.clone().into_async();
                sender.send(Movable(message)).await.map_err(|SendError(Movable(unsent))| unsent)
            }
            // Has room.
            Completions::Unbounded(_) => outlet.send(message),
        }
    }

    fn poll_recv<M: Send + 'static>(
        inlet: &mut Unread<M>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<M>> {
        match inlet {
            Unread::Bounded(reader) => reader.poll_recv(cx),
            Unread::Unbounded(reader) => reader.poll_recv(cx),
        }
    }
}

/// A bounded channel, both of whose ends may be shared, block and be awaited.
#[derive(Debug)]
pub struct BothEnds<M: 'static> {
    sender: MTx<Array<M>>,
    receiver: MRx<Array<M>>,
}

impl<M: Send + 'static> Queue<M> for BothEnds<M> {
    fn send(&self, message: M) {
        self.sender.send(message).expect("a receiver is kept with the sender");
    }

    fn try_recv(&self) -> Option<M> {
        self.receiver.try_recv().ok()
    }
}

/// A message on its way out. crossfire awaits room for such alone as may move while it waits, and
/// nothing is ever pinned in here.
#[derive(Debug)]
pub struct Movable<M>(M);

impl<M> Unpin for Movable<M> {}

/// The workers' end of the results: a bounded and an unbounded channel are two types.
#[derive(Debug)]
#[non_exhaustive]
pub enum Completions<M: 'static> {
    /// Over an array.
    Bounded(MTx<Array<Movable<M>>>),
    /// Over a list of arrays.
    Unbounded(MTx<List<Movable<M>>>),
}

impl<M: Send + 'static> Outlet<M> for Completions<M> {
    fn send(&self, message: M) -> Result<(), M> {
        let sent = match self {
            Self::Bounded(sender) => sender.send(Movable(message)),
            Self::Unbounded(sender) => sender.send(Movable(message)),
        };
        sent.map_err(|SendError(Movable(unsent))| unsent)
    }

    fn try_send(&self, message: M) -> bool {
        let sent = match self {
            Self::Bounded(sender) => sender.try_send(Movable(message)),
            Self::Unbounded(sender) => sender.try_send(Movable(message)),
        };
        !matches!(sent, Err(TrySendError::Full(_)))
    }
}

/// The reader's end of the results.
#[non_exhaustive]
pub enum Unread<M: 'static> {
    /// Over an array.
    Bounded(Reader<Array<Movable<M>>>),
    /// Over a list of arrays.
    Unbounded(Reader<List<Movable<M>>>),
}

impl<M: Send + 'static> Inlet<M> for Unread<M> {
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        match self {
            Self::Bounded(reader) => reader.recv(wait),
            Self::Unbounded(reader) => reader.recv(wait),
        }
    }
}

/// A receiver at which a task may wait.
pub struct Reader<F: Flavor> {
    receiver: MRx<F>,
    /// While a task waits.
    waiting: Option<AsyncStream<F>>,
}

impl<M, F: Flavor<Item = Movable<M>>> Reader<F> {
    fn new(receiver: MRx<F>) -> Self {
        Self { receiver, waiting: None }
    }

    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        // No task waits any more.
        self.waiting = None;
        let received = match wait {
            Wait::Never => self.receiver.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::TimedOut,
                TryRecvError::Disconnected => RecvTimeoutError::Ended,
            }),
            Wait::Until(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                self.receiver.recv_timeout(left).map_err(|error| match error {
                    crossfire::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
                    crossfire::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
                })
            }
            Wait::Forever => self.receiver.recv().map_err(|_| RecvTimeoutError::Ended),
        };
        received.map(|Movable(message)| message)
    }

    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<M>> {
        let to_stream = || MAsyncRx::from(self.receiver.clone()).into_stream();
        let stream = self.waiting.get_or_insert_with(to_stream);
        let polled = Pin::new(stream).poll_next(cx);
        if polled.is_ready() {
            self.waiting = None;
        }
        polled.map(|received| received.map(|Movable(message)| message))
    }
}
