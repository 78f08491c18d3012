//! The receiving half of a managed pool.

use std::{
    mem,
    time::{Duration, Instant},
};

use pool::{
    Completion, Ended, RecvTimeoutError, Results, TryRecvError,
    implement::{PoolId, PutBack, discard},
};

use crate::{Inlet, Library, waker::ContainedWaker};

/// The receiving half of a managed pool over the library `L`. Over an
/// [`AsyncLibrary`](crate::AsyncLibrary) it can be awaited as well.
///
/// One of the pool's own workers is never made to wait for a completion, which it might have to
/// deliver itself. Where it would have to wait, it gets [`Ended`], and a timeout passes at once.
pub struct ManagedResults<T: Send + 'static, E: Send + 'static, L: Library> {
    pub(crate) pool: PoolId,
    /// `None` if the pool discards its results.
    pub(crate) inlet: Option<L::Inlet<Completion<T, E>>>,
    pub(crate) waker: ContainedWaker,
    pub(crate) put_back: PutBack<T, E>,
}

impl<T: Send + 'static, E: Send + 'static, L: Library> Results<T, E> for ManagedResults<T, E, L> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        if self.pool.is_current() {
            return self.try_recv().map_err(|_| Ended);
        }
        match self.put_back.pop() {
            Some(completion) => Ok(completion),
            None => self.inlet.as_mut().ok_or(Ended)?.recv(),
        }
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        match self.put_back.pop() {
            Some(completion) => Ok(completion),
            None => self.inlet.as_mut().ok_or(TryRecvError::Ended)?.try_recv(),
        }
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        let timeout = if self.pool.is_current() { Duration::ZERO } else { timeout };
        let Some(deadline) = Instant::now().checked_add(timeout) else {
            return self.recv().map_err(|Ended| RecvTimeoutError::Ended);
        };
        let inlet = self.inlet.as_mut();
        self.put_back.pop_or_else(|| inlet.ok_or(RecvTimeoutError::Ended)?.recv_deadline(deadline))
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
        if let Some(inlet) = &mut self.inlet {
            while let Ok(unread) = inlet.try_recv() {
                discard(unread);
            }
        }
        // What came meanwhile is dropped by the library, in code of its own.
        discard((self.inlet.take(), mem::take(&mut self.waker)));
    }
}

impl<T: Send + 'static, E: Send + 'static, L: Library> std::fmt::Debug for ManagedResults<T, E, L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ManagedResults").field("library", &L::NAME).finish_non_exhaustive()
    }
}
