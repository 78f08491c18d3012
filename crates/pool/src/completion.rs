//! What comes out of a pool for one job.

use std::{error::Error, fmt};

use crate::{JobId, WorkerId};

/// The end of one job: its value, or the error that stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
// Exhaustive, as is `JobError`: adaptors take them apart, and tests of a reader make their own.
pub struct Completion<T, E> {
    /// Which job.
    pub job: JobId,
    /// Which worker ran it; `None` if the handler was never called (the job was cancelled
    /// or expired while it was queued).
    pub worker: Option<WorkerId>,
    /// What the handler returned, or why it did not.
    pub result: Result<T, JobError<E>>,
}

impl<T, E> Completion<T, E> {
    /// For implementors: what a job came to. `worker` ran it, if any did.
    ///
    /// ```
    /// use pool::{Completion, JobErrorKind, JobId};
    ///
    /// let cancelled = Completion::<u8, String>::new(JobId::new(3), None, Err(JobErrorKind::Cancelled));
    /// assert_eq!(cancelled.result.unwrap_err().to_string(), "job 3 was cancelled before it started");
    /// ```
    #[inline]
    pub fn new(job: JobId, worker: Option<WorkerId>, result: Result<T, JobErrorKind<E>>) -> Self {
        Self { job, worker, result: result.map_err(|kind| JobError { job, kind }) }
    }
}

/// Why a job has no value.
///
/// Prints as `job 17 failed: <source>`, and [`source`](Error::source) is the handler's own
/// error.
///
/// It is an [`Error`] if `E` is one. `String` and `&str` are none: then `completion.result?` does not
/// compile in a function that returns `Box<dyn Error>`.
///
/// ```
/// use std::error::Error;
/// use pool::{JobError, JobErrorKind, JobId};
///
/// let source = "x".parse::<i32>().unwrap_err();
/// let error = JobError { job: JobId::new(17), kind: JobErrorKind::Failed(source) };
/// assert_eq!(error.to_string(), "job 17 failed: invalid digit found in string");
/// assert!(error.source().unwrap().is::<std::num::ParseIntError>());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError<E> {
    /// Which job.
    pub job: JobId,
    /// What went wrong.
    pub kind: JobErrorKind<E>,
}

/// The ways a job can end without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobErrorKind<E> {
    /// The handler returned this error.
    Failed(E),
    /// The handler panicked with this message, or with `"non-string payload"`. What it panicked
    /// with, a handle has ([`join_unwind`](crate::Handle::join_unwind)); other handlers catch it
    /// themselves, and return it as their error.
    // Two words, not a `String`'s three: errors travel with every completion.
    Panicked(Box<str>),
    /// The job was cancelled while it was queued; the handler was not called.
    Cancelled,
    /// The job's deadline passed while it was queued; the handler was not called.
    DeadlineExceeded,
    /// The job was not submitted: one of the pool's own workers asked
    /// [`map_ordered`](crate::PoolExt::map_ordered) for its result, and would have waited for
    /// itself. No completion has this.
    WouldDeadlock,
}

impl<E> JobError<E> {
    /// The handler's own error, if it returned one.
    pub fn into_failure(self) -> Option<E> {
        match self.kind {
            JobErrorKind::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl<E: fmt::Display> fmt::Display for JobError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let job = self.job;
        match &self.kind {
            JobErrorKind::Failed(error) => write!(f, "job {job} failed: {error}"),
            JobErrorKind::Panicked(message) => write!(f, "job {job} panicked: {message}"),
            JobErrorKind::Cancelled => write!(f, "job {job} was cancelled before it started"),
            JobErrorKind::DeadlineExceeded => {
                write!(f, "job {job} was not started before its deadline")
            }
            JobErrorKind::WouldDeadlock => {
                write!(f, "a worker must not wait for job {job} of its own pool")
            }
        }
    }
}

impl<E: Error + 'static> Error for JobError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            JobErrorKind::Failed(error) => Some(error),
            _ => None,
        }
    }
}
