//! Completions that were received by another caller than the one they are for.

use super::discard;
use crate::Completion;

/// What [`Results::put_back`](crate::Results::put_back) puts away: the last that comes in is
/// the first that goes out. Dropping it discards what is left; panics of values go no further.
#[derive(Debug)]
pub struct PutBack<T, E>(Vec<Completion<T, E>>);

impl<T, E> PutBack<T, E> {
    /// Nothing was put back.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Puts one back.
    pub fn push(&mut self, completion: Completion<T, E>) {
        self.0.push(completion);
    }

    /// Takes out the one that was put back last.
    pub fn pop(&mut self) -> Option<Completion<T, E>> {
        self.0.pop()
    }

    /// The one that was put back last, or else what `receive` returns.
    ///
    /// # Errors
    ///
    /// As `receive`.
    pub fn pop_or_else<X>(
        &mut self,
        receive: impl FnOnce() -> Result<Completion<T, E>, X>,
    ) -> Result<Completion<T, E>, X> {
        self.pop().map_or_else(receive, Ok)
    }
}

// A completion here is moved, never pinned: results that are polled stay `Unpin` by it.
impl<T, E> Unpin for PutBack<T, E> {}

impl<T, E> Default for PutBack<T, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, E> Drop for PutBack<T, E> {
    fn drop(&mut self) {
        self.0.drain(..).for_each(discard);
    }
}
