//! One accepted job on its way to a worker.

use std::time::Instant;

use crate::{
    CancelGuard, CancellationToken, JobId, JobOptions,
    sync::{Arc, Mutex, lock},
};

/// What travels through a backend's queue: an accepted job, with its id and options.
///
/// Most jobs travel as they are, in as few words as can be. One with options is shared with
/// its token, and only whoever [claims](Self::claim) it first gets it.
#[derive(Debug)]
pub struct Queued<J> {
    id: JobId,
    carriage: Carriage<J>,
}

#[derive(Debug)]
enum Carriage<J> {
    Plain(J),
    Shared(Arc<Shared<J>>),
}

/// A job that its token can take out of the queue.
#[derive(Debug)]
pub(crate) struct Shared<J> {
    /// Gone once claimed.
    job: Mutex<Option<J>>,
    deadline: Option<Instant>,
    token: Option<CancellationToken>,
    /// Takes the callback back once the job is claimed.
    guard: Mutex<Option<CancelGuard>>,
}

/// A job taken out of the queue: its claimant's alone.
#[derive(Debug)]
pub struct Claimed<J> {
    /// Its id.
    pub id: JobId,
    /// The job.
    pub job: J,
    /// Its deadline, if it has one.
    pub deadline: Option<Instant>,
    /// Its own token, if it has one.
    pub token: Option<CancellationToken>,
}

impl<J> Queued<J> {
    pub(crate) fn new(id: JobId, job: J, options: JobOptions) -> Self {
        let carriage = match (options.start_by(), options.token) {
            (None, None) => Carriage::Plain(job),
            (deadline, token) => Carriage::Shared(Arc::new(Shared {
                job: Mutex::new(Some(job)),
                deadline,
                token,
                guard: Mutex::default(),
            })),
        };
        Self { id, carriage }
    }

    /// What the job shares with its token, if it has one.
    pub(crate) fn cancellable(&self) -> Option<Arc<Shared<J>>> {
        match &self.carriage {
            Carriage::Shared(shared) if shared.token.is_some() => Some(Arc::clone(shared)),
            _ => None,
        }
    }

    /// The job's id.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// Whether there is still a job to claim.
    pub fn is_live(&self) -> bool {
        match &self.carriage {
            Carriage::Plain(_) => true,
            Carriage::Shared(shared) => lock(&shared.job).is_some(),
        }
    }

    /// As [`claim`](Self::claim), if `deliver`, called while nobody else can take the job,
    /// says that its completion is delivered; else gives it back unclaimed.
    pub(crate) fn claim_if(self, deliver: impl FnOnce() -> bool) -> Result<Option<J>, Self> {
        if let Carriage::Shared(shared) = &self.carriage {
            return match shared.claim_if(deliver) {
                None if self.is_live() => Err(self),
                claimed => Ok(claimed),
            };
        }
        match self.carriage {
            Carriage::Plain(job) if deliver() => Ok(Some(job)),
            carriage => Err(Self { id: self.id, carriage }),
        }
    }

    /// Takes the job, unless its cancellation came first: then that has completed it, and
    /// there is nothing left to do.
    pub fn claim(self) -> Option<Claimed<J>> {
        let Self { id, carriage } = self;
        match carriage {
            Carriage::Plain(job) => Some(Claimed { id, job, deadline: None, token: None }),
            Carriage::Shared(shared) => {
                let job = lock(&shared.job).take()?;
                drop(lock(&shared.guard).take());
                let (deadline, token) = (shared.deadline, shared.token.clone());
                Some(Claimed { id, job, deadline, token })
            }
        }
    }
}

impl<J: Send + 'static> Shared<J> {
    /// Calls `cancel`, once at most, when the token is cancelled while the job is queued; now,
    /// if it has been.
    pub(crate) fn on_cancel(self: Arc<Self>, cancel: impl FnOnce(&Self) + Send + 'static) {
        let Some(token) = &self.token else { return };
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

impl<J> Shared<J> {
    /// Takes the job if nobody has and `deliver`, called while nobody else can take it,
    /// says that its completion is delivered.
    pub(crate) fn claim_if(&self, deliver: impl FnOnce() -> bool) -> Option<J> {
        let mut job = lock(&self.job);
        if job.is_some() && deliver() { job.take() } else { None }
    }
}
