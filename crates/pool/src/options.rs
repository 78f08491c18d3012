//! How one job is submitted.

use std::time::{Duration, Instant};

use crate::CancellationToken;

/// What a single job can carry besides its value: a deadline, a cancellation token, both
/// or neither.
///
/// ```
/// use std::time::Duration;
/// use pool::{CancellationToken, JobOptions};
///
/// let token = CancellationToken::new();
/// let options = JobOptions::new().timeout(Duration::from_secs(2)).cancellation_token(&token);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct JobOptions {
    /// When the job must have been started, if ever.
    pub deadline: Option<Instant>,
    /// Whose cancellation cancels the job, if anybody's.
    pub token: Option<CancellationToken>,
}

impl JobOptions {
    /// No deadline, no token: what [`submit`](crate::Pool::submit) uses.
    pub fn new() -> Self {
        Self::default()
    }

    /// The job must be started before `deadline`, and its context reports it from then on.
    pub fn deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// As [`deadline`](Self::deadline), counted from now. A timeout too long for the clock
    /// means no deadline.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { deadline: Instant::now().checked_add(timeout), ..self }
    }

    /// The job is cancelled when `token` is: removed if it is queued, told through its
    /// context if it runs, left alone if it is done. Many jobs may share one token.
    pub fn cancellation_token(self, token: &CancellationToken) -> Self {
        Self { token: Some(token.clone()), ..self }
    }
}

/// How long a submission may wait for room in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    Never,
    /// Until this moment.
    Until(Instant),
    /// As long as it takes.
    Forever,
}

impl Wait {
    /// Waits up to `timeout` from now; one too long for the clock means forever.
    pub fn up_to(timeout: Duration) -> Self {
        Instant::now().checked_add(timeout).map_or(Self::Forever, Self::Until)
    }
}
