//! A job as the source keeps it, and what its handler may answer.

use std::{any::Any, error::Error, fmt, str::FromStr, time::Duration};

use pool::ContextError;

/// A job to be put into a source.
///
/// ```
/// use std::time::Duration;
/// use pool_durable::NewJob;
///
/// let now = NewJob::from("invoice 17");
/// let later = NewJob::from("reminder 17").after(Duration::from_secs(3600));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// What the handler needs to know, in any form: text, JSON, a path, a key.
    pub payload: Vec<u8>,
    /// How long the job waits before it may be claimed; counted in whole milliseconds.
    pub delay: Duration,
}

impl NewJob {
    /// The same job, to be claimed no sooner than `delay` after it is put.
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

impl<P: Into<Vec<u8>>> From<P> for NewJob {
    fn from(payload: P) -> Self {
        Self { payload: payload.into(), delay: Duration::ZERO }
    }
}

/// A job that this process has claimed: what the handler gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The job's number in its source, never used for another. It stays the same when the job
    /// comes again: write effects under it, and a repetition changes nothing.
    pub id: i64,
    /// How often the job has been claimed. It only rises: a store that keeps the
    /// highest one it has seen can refuse a process that has lost its lease.
    pub token: i64,
    /// Which attempt this is, from 1 on.
    pub attempt: u32,
    /// What was put.
    pub payload: Vec<u8>,
}

impl Job {
    /// What proves to the source that this process holds the job.
    pub fn lease(&self) -> Lease {
        Lease { job: self.id, token: self.token }
    }

    /// The payload as text.
    ///
    /// # Errors
    ///
    /// A [permanent](Failure::permanent) failure if it is not UTF-8.
    pub fn text(&self) -> Result<&str, Failure> {
        str::from_utf8(&self.payload)
            .map_err(|error| Failure::permanent(format_args!("the payload is no text: {error}")))
    }

    /// The payload, parsed from text.
    ///
    /// ```
    /// use pool_durable::Job;
    ///
    /// let job = |payload: &[u8]| Job { id: 17, token: 1, attempt: 1, payload: payload.into() };
    /// assert_eq!(job(b"42").parse::<u32>().unwrap(), 42);
    /// assert_eq!(
    ///     job(b"forty").parse::<u32>().unwrap_err().to_string(),
    ///     "the payload does not parse: invalid digit found in string"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// A [permanent](Failure::permanent) failure if it is not UTF-8 or does not parse: another
    /// attempt would not help, so the job is dead at once.
    pub fn parse<T: FromStr<Err: fmt::Display>>(&self) -> Result<T, Failure> {
        self.text()?.parse().map_err(|error| {
            Failure::permanent(format_args!("the payload does not parse: {error}"))
        })
    }
}

/// The right to answer for a job: lost when it runs out and another process claims the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job's id.
    pub job: i64,
    /// The token it was claimed with.
    pub token: i64,
}

/// Why a handler has not done its job.
///
/// Every [`Error`] becomes one by `?`, and the job is tried again. Two differ: a
/// [`permanent`](Self::permanent) failure makes the job dead at once; and
/// [`ContextError::Cancelled`] while the consumer stops gives the job back, its attempt not
/// counted.
///
/// ```
/// use pool::Context;
/// use pool_durable::{Failure, Job};
///
/// fn handler(job: Job, context: &Context) -> Result<(), Failure> {
///     let path: String = job.parse()?; // dead at once, if it is no text
///     for line in std::fs::read_to_string(path)?.lines() { // tried again
///         context.check()?; // given back at a stop
///         if line.is_empty() {
///             return Err(Failure::permanent("an empty line"));
///         }
///     }
///     Ok(())
/// }
/// # let _ = handler;
/// ```
// No `Error`, so that every error can become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(crate) kind: FailureKind,
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    Retry,
    Permanent,
    Cancelled,
}

impl Failure {
    /// Another attempt may succeed.
    pub fn retry(reason: impl fmt::Display) -> Self {
        Self { kind: FailureKind::Retry, message: reason.to_string() }
    }

    /// No other attempt will succeed: the job is dead, with this reason.
    pub fn permanent(reason: impl fmt::Display) -> Self {
        Self { kind: FailureKind::Permanent, message: reason.to_string() }
    }
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let context_error = (&error as &dyn Any).downcast_ref();
        let kind = match context_error {
            Some(ContextError::Cancelled) => FailureKind::Cancelled,
            _ => FailureKind::Retry,
        };
        Self { kind, message: error.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
