//! The receiving half of a managed pool.

use std::{iter, mem, time::Duration};

use pool::{
    Completion, Ended, RecvTimeoutError, Results, TryRecvError, Wait,
    implement::{PoolId, PutBack, discard},
    sync::{Arc, Mutex, lock},
};

use crate::{Inlet, Library, contained::ContainedWaker};

/// The receiving half of a managed pool over the library `L`. Over an
/// [`AsyncLibrary`](crate::AsyncLibrary) it can be awaited as well.
///
/// One of the pool's own workers is never blocked until there is a completion, which it might have
/// to deliver itself. Where it would have to wait, it gets [`Ended`], and a timeout passes at once.
/// A poll does not block: so in a handler of its own pool, do not block on a future of this.
pub struct ManagedResults<T: Send + 'static, E: Send + 'static, L: Library> {
    pub(crate) pool: PoolId,
    /// `None` if the pool discards its results.
    pub(crate) inlet: Option<L::Inlet<Completion<T, E>>>,
    pub(crate) rest: Rest<T, E>,
    pub(crate) waker: ContainedWaker,
    pub(crate) put_back: PutBack<T, E>,
}

/// What workers that ended before their time had no way to deliver: read after all else.
pub(crate) type Rest<T, E> = Arc<Mutex<PutBack<T, E>>>;

impl<T: Send + 'static, E: Send + 'static, L: Library> ManagedResults<T, E, L> {
    // Inlined, as is the library's `recv`: of that, each caller needs one arm.
    #[inline]
    fn receive(&mut self, wait: Wait) -> Result<Completion<T, E>, RecvTimeoutError> {
        let wait = if self.pool.is_current() { Wait::Never } else { wait };
        match self.put_back.pop() {
            Some(completion) => Ok(completion),
            None => self.inlet.as_mut().ok_or(RecvTimeoutError::Ended)?.recv(wait),
        }
    }

    /// The next of those that are read after the end.
    #[cold]
    pub(crate) fn rest(&self) -> Result<Completion<T, E>, Ended> {
        lock(&self.rest).pop().ok_or(Ended)
    }
}

impl<T: Send + 'static, E: Send + 'static, L: Library> Results<T, E> for ManagedResults<T, E, L> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.receive(Wait::Forever).or_else(|_| self.rest())
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.receive(Wait::Never).or_else(|error| match error {
            RecvTimeoutError::TimedOut => Err(TryRecvError::Empty),
            RecvTimeoutError::Ended => self.rest().map_err(|Ended| TryRecvError::Ended),
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.receive(Wait::up_to(timeout)).or_else(|error| match error {
            RecvTimeoutError::TimedOut => Err(RecvTimeoutError::TimedOut),
            RecvTimeoutError::Ended => self.rest().map_err(|Ended| RecvTimeoutError::Ended),
        })
    }

    fn put_back(&mut self, completion: Completion<T, E>) {
        self.put_back.push(completion);
    }
}

// Nothing in it is pinned.
impl<T: Send + 'static, E: Send + 'static, L: Library> Unpin for ManagedResults<T, E, L> {}

impl<T: Send + 'static, E: Send + 'static, L: Library> Iterator for ManagedResults<T, E, L> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T: Send + 'static, E: Send + 'static, L: Library> Drop for ManagedResults<T, E, L> {
    fn drop(&mut self) {
        // Some libraries keep what lies in a channel until the last sender goes as well.
        let inlet = &mut self.inlet;
        let unread = iter::from_fn(|| inlet.as_mut()?.recv(Wait::Never).ok()).collect::<Vec<_>>();
        // What came meanwhile is dropped by the library, in code of its own.
        discard((self.inlet.take(), mem::take(&mut self.waker)));
        // Only then code of the user's, which no worker has to wait for.
        unread.into_iter().for_each(discard);
    }
}

impl<T: Send + 'static, E: Send + 'static, L: Library> std::fmt::Debug for ManagedResults<T, E, L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ManagedResults").field("library", &L::NAME).finish_non_exhaustive()
    }
}
