//! How one job is submitted.

use std::time::{Duration, Instant};

use crate::CancellationToken;

/// What a single job can carry besides its value: a deadline, a cancellation token, and whether its
/// handle can cancel it. By default it has none of these.
///
/// One value may be cloned for many jobs: a [`timeout`](Self::timeout) counts for each of them
/// from its own submission.
///
/// ```
/// use std::time::Duration;
/// use pool::{CancellationToken, JobOptions};
///
/// let token = CancellationToken::new();
/// let options = JobOptions::new().timeout(Duration::from_secs(2)).cancellation_token(&token);
/// ```
///
/// # For implementors
///
/// [`start_by`](Self::start_by) is the job's deadline. Ask for it once for each job, before
/// the wait for room: in [`admit`](crate::Pool::admit) and in
/// [`submit_async_from`](crate::AsyncPool::submit_async_from).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct JobOptions {
    deadline: Option<Instant>,
    timeout: Option<Duration>,
    /// The token whose cancellation cancels the job, if there is one.
    pub token: Option<CancellationToken>,
    /// Whether the job's handle can cancel it.
    cancellable: bool,
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

    /// As [`deadline`](Self::deadline), counted from the call that submits the job: the wait
    /// for room is part of it. A timeout too long for the clock means no deadline. Where a
    /// deadline is given too, the earlier of the two holds.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use pool::JobOptions;
    ///
    /// let options = JobOptions::new().timeout(Duration::from_secs(2));
    /// let now = Instant::now();
    /// assert!(options.start_by() >= Some(now + Duration::from_secs(2)));
    /// assert_eq!(options.deadline(now).start_by(), Some(now));
    /// ```
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// The job is cancelled when `token` is: it is not run if it is queued, its context says
    /// so if it runs, and nothing happens if it is done. Many jobs may share one token.
    ///
    /// A token is an `Arc`. So a copy of it, kept under any name, cancels the job by that name: see
    /// [the recipe](../pool_guide/recipes/index.html#cancelling-by-name).
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{CancellationToken, JobOptions, prelude::*};
    /// use pool_std::Std;
    ///
    /// let wait = |(): (), context: &Context| context.sleep(Duration::MAX);
    /// let (pool, mut results) = Std::spawn(Config::new(1), wait)?;
    /// let token = CancellationToken::new();
    /// let job = pool.submit_with((), JobOptions::new().cancellation_token(&token))?;
    /// token.cancel();
    /// assert_eq!(results.recv()?.job, job);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancellation_token(self, token: &CancellationToken) -> Self {
        Self { token: Some(token.clone()), ..self }
    }

    /// The job's handle can [cancel](crate::Handle::cancel) it: for closures of
    /// [`Tasks`](crate::Tasks) and requests of [`Requests`](crate::Requests).
    ///
    /// Each job gets a token of its own: a child of the one that is [given](Self::cancellation_token),
    /// if there is one. Without this a handle has no token, and its job costs nothing more. A job
    /// without a handle is submitted as if this were not set.
    pub fn cancellable(self) -> Self {
        Self { cancellable: true, ..self }
    }

    /// The options of a job that has a handle, and the token for the handle.
    pub(crate) fn for_handle(self) -> (Self, Option<CancellationToken>) {
        let own = self.cancellable.then(|| match &self.token {
            Some(parent) => parent.child(),
            None => CancellationToken::new(),
        });
        (Self { token: own.clone().or(self.token), ..self }, own)
    }

    /// Whether the job is submitted without a deadline, a timeout and a token: for implementors, who
    /// may then carry fewer words.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::JobOptions;
    ///
    /// assert!(JobOptions::new().is_empty());
    /// assert!(!JobOptions::new().timeout(Duration::from_secs(1)).is_empty());
    /// ```
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.deadline.is_none() && self.timeout.is_none() && self.token.is_none()
    }

    /// When a job that is submitted now must have been started, if ever. Reads the clock only
    /// if there is a timeout.
    #[inline]
    pub fn start_by(&self) -> Option<Instant> {
        let timeout = self.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        match (self.deadline, timeout) {
            (Some(deadline), Some(timeout)) => Some(deadline.min(timeout)),
            (deadline, timeout) => deadline.or(timeout),
        }
    }

    /// The same for a job that is submitted now: its timeout has begun. For
    /// implementors: a pool calls it before it waits for room.
    #[inline]
    pub fn submitted_now(self) -> Self {
        Self { deadline: self.start_by(), timeout: None, ..self }
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

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_timeout_counts_from_each_submission() {
        let options = JobOptions::new().timeout(HOUR);
        let built = Instant::now();
        for _ in 0..2 {
            let mut submitted = built;
            while submitted == built {
                submitted = Instant::now();
            }
            assert!(options.start_by() >= Some(submitted + HOUR));
        }
    }

    #[test]
    fn the_earlier_of_a_deadline_and_a_timeout_holds() {
        let now = Instant::now();
        for options in [
            JobOptions::new().deadline(now).timeout(HOUR),
            JobOptions::new().timeout(HOUR).deadline(now),
            JobOptions::new().timeout(Duration::MAX).deadline(now),
            JobOptions::new().deadline(now).timeout(Duration::MAX),
        ] {
            assert_eq!(options.start_by(), Some(now));
        }
        let later = now + 2 * HOUR;
        let options = JobOptions::new().deadline(later).timeout(HOUR);
        assert!(options.start_by() < Some(later));
        assert_eq!(JobOptions::new().timeout(Duration::MAX).start_by(), None);
        assert_eq!(JobOptions::new().start_by(), None);
    }
}
