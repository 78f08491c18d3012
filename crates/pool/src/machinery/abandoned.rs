//! Telling those who deliver that nobody receives any more.

use crate::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, Ordering},
    lock,
};

/// Whether the reader of a channel has gone; for libraries that keep what nobody will receive
/// until the last sender goes as well, which is at the end of the pool.
///
/// Over these, the workers' end has a receiver, too. Everybody acts first and looks after that,
/// so of a delivery and the reader's going, the later one takes the completion away:
///
/// - The reader [goes](Self::go), then discards what is in the channel.
/// - A worker sends; then, if the reader [has gone](Self::is_gone), it discards what is there.
/// - A cancellation, which must run no code of a user, [keeps](Self::keep) the reader from going
///   while it sends; and does not send if it has gone.
#[derive(Debug, Default)]
pub struct Abandoned {
    gone: AtomicBool,
    gate: Mutex<()>,
}

impl Abandoned {
    /// The reader goes. What it finds in the channel after this is its own to discard.
    pub fn go(&self) {
        let _gate = lock(&self.gate);
        self.gone.store(true, Ordering::Relaxed);
    }

    /// Whether the reader has gone, for whoever has just sent.
    ///
    /// Relaxed: it is for the channel to order this after the sending, and the reader's look
    /// after its going. A lock does, which both take to send and to receive; else, fences.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Keeps the reader from going, for as long as this is held; `None` if it has gone.
    pub fn keep(&self) -> Option<MutexGuard<'_, ()>> {
        let gate = lock(&self.gate);
        (!self.is_gone()).then_some(gate)
    }
}
