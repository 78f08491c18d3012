//! One accepted job on its way to a worker.

use std::cell::Cell;

use pool::{
    CancelGuard, CancellationToken, JobId,
    implement::QueuedJob,
    sync::{Arc, Mutex, lock},
};

/// What travels through a library's queue: an accepted job, with its id and options; or the
/// sign that the queue has ended.
///
/// Most jobs travel as they are, in as few words as can be. A job with options is shared with
/// its token. Whoever claims it first gets it: a worker, a stop, or its cancellation.
pub(crate) struct Queued<J> {
    pub(crate) id: JobId,
    // A `Cell` hides from the compiler that some words are no carriage. Or it would say by such a word
    // that a receive has found no message, and move each message by other pieces than whole words.
    carriage: Cell<Carriage<J>>,
}

// A whole word says which, so that a message is moved by whole words. With a byte, each move
// reads words that were just written in other pieces, and the processor has to wait for that.
#[repr(u64)]
pub(crate) enum Carriage<J> {
    Plain(J),
    Shared(Arc<Shared<J>>),
    /// The queue has ended: for one worker.
    End,
}

/// A job that its token can take out of its message.
pub(crate) struct Shared<J>(Mutex<State<J>>);

/// A job, and what takes its token's callback back.
pub(crate) type Waiting<J> = (QueuedJob<J>, Option<CancelGuard>);

struct State<J> {
    /// Until it is claimed.
    waiting: Option<Waiting<J>>,
    /// Whether its cancellation is delivering its completion, and has the job meanwhile.
    cancelling: bool,
}

impl<J> Queued<J> {
    #[inline]
    pub(crate) fn new(id: JobId, carriage: Carriage<J>) -> Self {
        Self { id, carriage: Cell::new(carriage) }
    }

    #[inline]
    pub(crate) fn into_carriage(self) -> Carriage<J> {
        self.carriage.into_inner()
    }
}

impl<J> Carriage<J> {
    /// Takes the job `id`, which is the claimant's alone then. If there is none, returns an end
    /// marker; or what carries a job that is just being cancelled. That is to be put back into the
    /// queue, since the results may have no room, and so the job comes back.
    pub(crate) fn claim(self, id: JobId) -> Result<QueuedJob<J>, Option<Self>> {
        match self {
            Self::Plain(job) => Ok(QueuedJob { id, job, deadline: None, token: None }),
            Self::Shared(shared) => {
                let (waiting, cancelling) = {
                    let mut state = lock(&shared.0);
                    (state.waiting.take(), state.cancelling)
                };
                let rest = cancelling.then_some(Self::Shared(shared));
                waiting.map(|(job, _guard)| job).ok_or(rest)
            }
            Self::End => Err(Some(Self::End)),
        }
    }
}

impl<J: Send + 'static> Shared<J> {
    pub(crate) fn new(job: QueuedJob<J>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { waiting: Some((job, None)), cancelling: false })))
    }

    /// Has `token` call `cancel`, once at most, while the job is queued; now, if the token has been
    /// cancelled.
    pub(crate) fn on_cancel(
        self: &Arc<Self>,
        token: &CancellationToken,
        cancel: impl FnOnce(&Self) + Send + 'static,
    ) {
        // Weak, or the token would keep the job alive and the job the token.
        let weak = Arc::downgrade(self);
        let guard = token.on_cancel(move || _ = weak.upgrade().map(|shared| cancel(&shared)));
        if let Some((_, slot)) = &mut lock(&self.0).waiting {
            *slot = Some(guard);
        }
    }

    /// Has `deliver` deliver the completion of the job, if it still waits, with no lock held.
    /// `deliver` says whether there was room: if so, returns the job, which is to be dropped; if not,
    /// it is left to a worker, which finds it cancelled.
    pub(crate) fn cancel(&self, deliver: impl FnOnce() -> bool) -> Option<Waiting<J>> {
        let mut waiting = {
            let mut state = lock(&self.0);
            state.cancelling = true;
            state.waiting.take()
        };
        let done = waiting.take_if(|_| deliver());
        *lock(&self.0) = State { waiting, cancelling: false };
        done
    }
}
