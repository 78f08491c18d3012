//! What a library has to say: how jobs wait, how workers wait, how completions travel.

use std::{
    future::Future,
    sync::Arc,
    task::{Context, Poll},
};

use pool::{RecvTimeoutError, SpawnError, Wait};

use crate::Crew;

/// A library that carries messages between threads; [`Managed`](crate::Managed) makes it a
/// backend that keeps every law.
///
/// It needs two channels: a [`Queue`] that workers share, and a way out, whose ends are an
/// [`Outlet`] and an [`Inlet`]. Nothing here counts, bounds, cancels or refuses: the layer does.
pub trait Library: Sized + Send + Sync + 'static {
    /// The backend's name: `"crossbeam"`.
    const NAME: &'static str;

    // Not `Message`: the compiler would go round in circles where a job holds a pool of its kind.
    /// Both ends of the queue in which jobs wait.
    type Queue<M: Send + 'static>: Queue<M>;

    /// The workers' end of the results.
    type Outlet<M: Send + 'static>: Outlet<M>;

    /// The reader's end of the results.
    type Inlet<M: Send + 'static>: Inlet<M>;

    /// A queue with room for `capacity` messages.
    ///
    /// # Errors
    ///
    /// If the library takes all the memory at once, and the system has not so much.
    fn queue<M: Send + 'static>(capacity: usize) -> Result<Self::Queue<M>, SpawnError>;

    /// A way out with room for `capacity` messages, or for any number.
    ///
    /// # Errors
    ///
    /// As [`queue`](Self::queue).
    #[expect(clippy::type_complexity, reason = "a pair of ends, as every channel function has")]
    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Self::Outlet<M>, Self::Inlet<M>), SpawnError>;

    /// Starts the workers, each of which receives from `queue` and calls its
    /// [`Work`](crate::Work) with what it receives, until that says `false`.
    ///
    /// # Errors
    ///
    /// If the crew, or the library, cannot be started.
    fn start<M: Send + 'static>(
        queue: &Arc<Self::Queue<M>>,
        crew: Crew<M>,
    ) -> Result<(), SpawnError>;
}

/// A queue of messages, shared by submitters and workers.
pub trait Queue<M>: Send + Sync + 'static {
    /// Puts a message at the back.
    ///
    /// There is room: the layer sends no more than the queue's capacity before as many have been
    /// received. So this may wait for the library's own locks, and for nothing else.
    fn send(&self, message: M);

    /// Takes the message at the front, if there is one and no other thread holds the receiver.
    fn try_recv(&self) -> Option<M>;

    /// Ends the queue, which is empty: each of the workers is to get one of `markers`.
    fn end(&self, markers: impl Iterator<Item = M>) {
        markers.for_each(|marker| self.send(marker));
    }
}

/// The workers' end of the results.
pub trait Outlet<M>: Send + Sync + 'static {
    /// Delivers a message; waits while the results are full.
    ///
    /// # Errors
    ///
    /// The message, if the reader has gone.
    fn send(&self, message: M) -> Result<(), M>;

    /// Delivers a message, if there is room: `false` if the results are bounded and full. Then it is
    /// dropped, as it is where the reader has gone.
    fn try_send(&self, message: M) -> bool;
}

/// The reader's end of the results. They end when every [`Outlet`] has been dropped.
pub trait Inlet<M>: Send {
    /// The next message, for which it waits as `wait` says.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](RecvTimeoutError::TimedOut) if none is there by then;
    /// [`Ended`](RecvTimeoutError::Ended) if none can come.
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError>;
}

/// A library whose ends can be awaited as well: its pools are
/// [`AsyncPool`](pool::AsyncPool)s, its results [`AsyncResults`](pool::AsyncResults).
#[diagnostic::on_unimplemented(
    message = "pools over `{Self}` cannot be awaited, nor their results",
    note = "of the pools here, those of flume and Tokio can: `pool_flume::Flume`, \
            `pool_tokio::Tokio`"
)]
pub trait AsyncLibrary: Library {
    /// The next message of the queue, for workers that are tasks. Nothing is lost if the future
    /// is dropped.
    fn recv<M: Send + 'static>(queue: &Self::Queue<M>) -> impl Future<Output = M> + Send;

    /// As [`Outlet::send`], without blocking the thread.
    fn send<M: Send + 'static>(
        outlet: &Self::Outlet<M>,
        message: M,
    ) -> impl Future<Output = Result<(), M>> + Send;

    /// The next message of the results, `None` once they have ended; else wakes the task when
    /// either comes. Its waker is code of the user's, to be called and dropped under no lock.
    fn poll_recv<M: Send + 'static>(
        inlet: &mut Self::Inlet<M>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<M>>;
}
