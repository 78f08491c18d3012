//! One accepted job on its way to a worker.

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
#[derive(Debug)]
pub struct Queued<J> {
    pub(crate) id: JobId,
    pub(crate) carriage: Carriage<J>,
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

impl<J> Queued<J> {
    #[inline]
    pub(crate) fn new(id: JobId, job: J, options: JobOptions) -> Self {
        let carriage = match (options.start_by(), options.token) {
            (None, None) => Carriage::Plain(job),
            (deadline, token) => {
                let state = Mutex::new(State::Waiting(QueuedJob { id, job, deadline, token }));
                Carriage::Shared(Arc::new(Shared { state, guard: Mutex::default() }))
            }
        };
        Self { id, carriage }
    }

    pub(crate) fn cancelled(id: JobId) -> Self {
        Self { id, carriage: Carriage::Cancelled }
    }

    pub(crate) fn end() -> Self {
        Self { id: JobId::new(u64::MAX), carriage: Carriage::End }
    }

    /// What the job shares with its token, if it may have one.
    pub(crate) fn shared(&self) -> Option<Arc<Shared<J>>> {
        match &self.carriage {
            Carriage::Shared(shared) => Some(Arc::clone(shared)),
            _ => None,
        }
    }

    /// Takes what the message carries.
    #[inline]
    pub(crate) fn claim(self) -> Claim<J> {
        let id = self.id;
        match self.carriage {
            Carriage::Plain(job) => Claim::Job(QueuedJob { id, job, deadline: None, token: None }),
            Carriage::Shared(shared) => Shared::claim(shared, id),
            Carriage::Cancelled => Claim::Owed(id),
            Carriage::End => Claim::End,
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
            State::Cancelling => Claim::NotYet(Queued { id, carriage: Carriage::Shared(shared) }),
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
