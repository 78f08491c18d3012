//! Completions that were received for somebody else.

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
}

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
