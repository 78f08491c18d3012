//! One accepted job on its way to a worker.

use std::{cell::Cell, fmt};

use pool::{
    CancelGuard, JobId, JobOptions,
    implement::{QueuedJob, discard},
    sync::{Arc, Mutex, lock},
};

/// What travels through a library's queue: an accepted job, with its id and options; or the
/// sign that the queue has ended.
///
/// Most jobs travel as they are, in as few words as can be. A job with options is shared with
/// its token. Whoever claims it first gets it: a worker, a stop, or its cancellation.
pub struct Queued<J> {
    pub(crate) id: JobId,
    // A `Cell` hides from the compiler that some words are no carriage. Or it would say by such a word
    // that a receive has found no message, and move each message by other pieces than whole words.
    carriage: Cell<Carriage<J>>,
}

// A whole word says which, so that a message is moved by whole words. With a byte, each move
// reads words that were just written in other pieces, and the processor has to wait for that.
#[derive(Debug)]
#[repr(u64)]
pub(crate) enum Carriage<J> {
    Plain(J),
    Shared(Arc<Shared<J>>),
    /// The job was cancelled with its pool, and its completion is still to be delivered.
    Cancelled,
    /// The queue has ended: for one worker.
    End,
}

/// A job that its token can take out of its message.
#[derive(Debug)]
pub(crate) struct Shared<J> {
    state: Mutex<State<J>>,
    /// Takes the callback back once the job is claimed.
    guard: Mutex<Option<CancelGuard>>,
}

#[derive(Debug)]
enum State<J> {
    Waiting(QueuedJob<J>),
    /// Its cancellation is delivering its completion.
    Cancelling,
    /// Its cancellation found no room for its completion: a worker is to deliver it.
    Owed,
    /// It has been taken, or its cancellation has delivered its completion.
    Done,
}

/// What a message comes to.
#[derive(Debug)]
pub(crate) enum Claim<J> {
    /// A job, which is the claimant's alone.
    Job(QueuedJob<J>),
    /// A cancelled job, whose completion is to be delivered.
    Owed(JobId),
    /// What is left of a cancelled job, whose completion has been delivered.
    Done(JobId),
    /// A job that is just being cancelled: to be put back into the queue, since it is not known
    /// yet whether its completion will have to be delivered.
    NotYet(Queued<J>),
    /// The queue has ended.
    End,
}

impl<J> fmt::Debug for Queued<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queued").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<J> Queued<J> {
    #[inline]
    pub(crate) fn new(id: JobId, job: J, options: JobOptions) -> Self {
        match (options.start_by(), options.token) {
            (None, None) => Self::plain(id, job),
            (deadline, token) => {
                let state = Mutex::new(State::Waiting(QueuedJob { id, job, deadline, token }));
                let shared = Shared { state, guard: Mutex::default() };
                Self::of(id, Carriage::Shared(Arc::new(shared)))
            }
        }
    }

    /// A job without options.
    #[inline]
    pub(crate) fn plain(id: JobId, job: J) -> Self {
        Self::of(id, Carriage::Plain(job))
    }

    pub(crate) fn cancelled(id: JobId) -> Self {
        Self::of(id, Carriage::Cancelled)
    }

    pub(crate) fn end() -> Self {
        Self::of(JobId::new(u64::MAX), Carriage::End)
    }

    #[inline]
    fn of(id: JobId, carriage: Carriage<J>) -> Self {
        Self { id, carriage: Cell::new(carriage) }
    }

    /// What the job shares with its token, if it may have one.
    pub(crate) fn shared(&mut self) -> Option<Arc<Shared<J>>> {
        match self.carriage.get_mut() {
            Carriage::Shared(shared) => Some(Arc::clone(shared)),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn into_carriage(self) -> Carriage<J> {
        self.carriage.into_inner()
    }

    /// Takes what the message carries.
    pub(crate) fn claim(self) -> Claim<J> {
        let id = self.id;
        self.into_carriage().claim(id)
    }
}

impl<J> Carriage<J> {
    pub(crate) fn claim(self, id: JobId) -> Claim<J> {
        match self {
            Self::Plain(job) => Claim::Job(QueuedJob { id, job, deadline: None, token: None }),
            Self::Shared(shared) => Shared::claim(shared, id),
            Self::Cancelled => Claim::Owed(id),
            Self::End => Claim::End,
        }
    }
}

impl<J> Shared<J> {
    fn claim(shared: Arc<Self>, id: JobId) -> Claim<J> {
        let claimed = {
            let mut state = lock(&shared.state);
            match &*state {
                State::Cancelling => State::Cancelling,
                _ => std::mem::replace(&mut *state, State::Done),
            }
        };
        match claimed {
            State::Waiting(job) => {
                drop(lock(&shared.guard).take());
                Claim::Job(job)
            }
            State::Cancelling => Claim::NotYet(Queued::of(id, Carriage::Shared(shared))),
            State::Owed => Claim::Owed(id),
            State::Done => Claim::Done(id),
        }
    }

    /// Takes the job, if it still waits, and has `deliver` deliver its completion, with no lock
    /// held; `deliver` says whether there was room.
    pub(crate) fn cancel(&self, deliver: impl FnOnce() -> bool) {
        let job = {
            let mut state = lock(&self.state);
            match std::mem::replace(&mut *state, State::Cancelling) {
                State::Waiting(queued) => queued.job,
                other => return *state = other,
            }
        };
        let delivered = deliver();
        *lock(&self.state) = if delivered { State::Done } else { State::Owed };
        discard(job);
    }
}

impl<J: Send + 'static> Shared<J> {
    /// Calls `cancel`, once at most, when the job's token is cancelled while it is queued; now,
    /// if it has been.
    pub(crate) fn on_cancel(self: Arc<Self>, cancel: impl FnOnce(&Self) + Send + 'static) {
        let token = match &*lock(&self.state) {
            State::Waiting(queued) => queued.token.clone(),
            _ => None,
        };
        let Some(token) = token else { return };
        // Weak, or the token would keep the job alive and the job the token.
        let weak = Arc::downgrade(&self);
        let guard = token.on_cancel(move || {
            if let Some(job) = weak.upgrade() {
                cancel(&job);
            }
        });
        // If the job has been claimed meanwhile, the guard goes with the last hold on it.
        *lock(&self.guard) = Some(guard);
    }
}
