//! The ways an operation on a pool can be refused: one type an operation, and every one
//! that took a job gives it back.

use std::{collections::TryReserveError, error::Error, fmt, io, time::Duration};

use crate::{Completion, ConfigError, JobId, JobIds, WorkerId};

/// Why [`admit`](crate::Pool::admit) did not take a job, and the job.
///
/// This is the implementor's view; callers see [`SubmitError`] and its siblings.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal<J> {
    /// The job, as it was handed in.
    pub job: J,
    /// Why it was not taken.
    pub reason: RefusalReason,
}

/// Why a job was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalReason {
    /// The queue is full, and the caller did not want to wait.
    Full,
    /// The queue was full for as long as the caller wanted to wait.
    TimedOut,
    /// The pool was closed, stopped or cancelled, before the call or while it waited.
    Closed,
    /// The queue is full, and the caller is one of the pool's own workers: the room it
    /// would wait for may be its own to make.
    WouldDeadlock,
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the queue is full",
            Self::TimedOut => "the queue stayed full until the timeout",
            Self::Closed => "the pool is closed",
            Self::WouldDeadlock => {
                "the queue is full and a worker of the same pool must not wait for it"
            }
        })
    }
}

/// Defines one error that carries a refused job: its variants, each with the reason it
/// stands for, `into_inner`, and impls that ask nothing of the job's type.
macro_rules! refused_job_error {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub enum $name<J> {
            $($(#[$variant_doc])* $variant(J),)+
        }

        impl<J> $name<J> {
            /// The job that was refused.
            pub fn into_inner(self) -> J {
                match self { $(Self::$variant(job) => job,)+ }
            }

            /// The same refusal, of what `convert` makes of the job.
            pub fn map<K>(self, convert: impl FnOnce(J) -> K) -> $name<K> {
                match self { $(Self::$variant(job) => $name::$variant(convert(job)),)+ }
            }

            /// Why the job was refused.
            pub fn reason(&self) -> RefusalReason {
                match self { $(Self::$variant(_) => RefusalReason::$variant,)+ }
            }
        }

        impl<J> fmt::Debug for $name<J> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$variant(_) => f.write_str(concat!(stringify!($variant), "(..)")),)+ }
            }
        }

        impl<J> fmt::Display for $name<J> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "job refused: {}", self.reason())
            }
        }

        impl<J> Error for $name<J> {}
    };
}

refused_job_error! {
    /// [`submit`](crate::Pool::submit) did not take the job.
    SubmitError {
        /// The pool was closed, stopped or cancelled.
        Closed,
        /// The queue is full and the caller is one of the pool's own workers.
        WouldDeadlock,
    }
}

refused_job_error! {
    /// [`try_submit`](crate::Pool::try_submit) did not take the job.
    TrySubmitError {
        /// The queue is full.
        Full,
        /// The pool was closed, stopped or cancelled.
        Closed,
    }
}

refused_job_error! {
    /// [`submit_timeout`](crate::Pool::submit_timeout) did not take the job.
    SubmitTimeoutError {
        /// The queue stayed full until the timeout.
        TimedOut,
        /// The pool was closed, stopped or cancelled.
        Closed,
        /// The queue is full and the caller is one of the pool's own workers.
        WouldDeadlock,
    }
}

impl<J> Refusal<J> {
    /// A refusal; for implementors.
    pub fn new(job: J, reason: RefusalReason) -> Self {
        Self { job, reason }
    }
}

impl<J> From<Refusal<J>> for SubmitError<J> {
    fn from(Refusal { job, reason }: Refusal<J>) -> Self {
        match reason {
            RefusalReason::WouldDeadlock => Self::WouldDeadlock(job),
            _ => Self::Closed(job),
        }
    }
}

impl<J> From<Refusal<J>> for TrySubmitError<J> {
    fn from(Refusal { job, reason }: Refusal<J>) -> Self {
        match reason {
            RefusalReason::Closed => Self::Closed(job),
            _ => Self::Full(job),
        }
    }
}

impl<J> From<Refusal<J>> for SubmitTimeoutError<J> {
    fn from(Refusal { job, reason }: Refusal<J>) -> Self {
        match reason {
            RefusalReason::WouldDeadlock => Self::WouldDeadlock(job),
            RefusalReason::Closed => Self::Closed(job),
            _ => Self::TimedOut(job),
        }
    }
}

impl<J> fmt::Debug for Refusal<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// [`submit_batch`](crate::PoolExt::submit_batch) could not take every job.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubmitBatchError<J> {
    /// The jobs that were accepted, in order.
    pub accepted: JobIds,
    /// The jobs that were not, in order.
    pub refused: Vec<J>,
    /// Why the first of them was refused.
    pub reason: RefusalReason,
}

impl<J> SubmitBatchError<J> {
    /// A refusal of all but the first jobs of a batch; for implementors.
    pub fn new(accepted: JobIds, refused: Vec<J>, reason: RefusalReason) -> Self {
        Self { accepted, refused, reason }
    }
}

impl<J> fmt::Debug for SubmitBatchError<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmitBatchError")
            .field("accepted", &self.accepted)
            .field("refused", &self.refused.len())
            .field("reason", &self.reason)
            .finish()
    }
}

impl<J> fmt::Display for SubmitBatchError<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (accepted, refused) = (self.accepted.len(), self.refused.len());
        write!(f, "{refused} of {} jobs refused: {}", accepted + refused, self.reason)
    }
}

impl<J> Error for SubmitBatchError<J> {}

/// [`run`](crate::PoolExt::run) could not run every job.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunError<J, T, E> {
    /// The completions there were.
    pub completions: Vec<Completion<T, E>>,
    /// The first job that the pool refused.
    pub refused: Option<J>,
    /// Jobs that were accepted and then handed back to the caller of a stop.
    pub undone: usize,
    /// Why: the pool was [closed](RefusalReason::Closed), or one of its own workers called and
    /// [would have waited for itself](RefusalReason::WouldDeadlock).
    pub reason: RefusalReason,
}

impl<J, T, E> fmt::Debug for RunError<J, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunError")
            .field("completions", &self.completions.len())
            .field("refused", &self.refused.is_some())
            .field("undone", &self.undone)
            .field("reason", &self.reason)
            .finish()
    }
}

impl<J, T, E> fmt::Display for RunError<J, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (completed, undone) = (self.completions.len(), self.undone);
        if self.reason == RefusalReason::WouldDeadlock {
            return f.write_str("a worker must not run jobs on its own pool and wait for them");
        }
        write!(f, "the pool was closed after {completed} completions")?;
        if undone > 0 {
            write!(f, "; {undone} accepted jobs were handed back by a stop")?;
        }
        Ok(())
    }
}

impl<J, T, E> Error for RunError<J, T, E> {}

/// No completion will come any more: the pool is closed and every job has been delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the results have ended")
    }
}

impl Error for Ended {}

/// [`try_recv`](crate::Results::try_recv) has nothing to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// Nothing now; something may come.
    Empty,
    /// Nothing any more.
    Ended,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no result is ready"),
            Self::Ended => Ended.fmt(f),
        }
    }
}

impl Error for TryRecvError {}

/// [`recv_timeout`](crate::Results::recv_timeout) has nothing to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecvTimeoutError {
    /// Nothing came in time; something may come later.
    TimedOut,
    /// Nothing any more.
    Ended,
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no result came within the timeout"),
            Self::Ended => Ended.fmt(f),
        }
    }
}

impl Error for RecvTimeoutError {}

/// A pool could not be started. No thread of it is left behind.
#[derive(Debug)]
#[non_exhaustive]
pub enum SpawnError {
    /// The configuration makes no sense.
    Config(ConfigError),
    /// The operating system refused a worker its thread.
    Thread {
        /// Which worker.
        worker: WorkerId,
        /// What the system said.
        source: io::Error,
    },
    /// A worker could not make the state it runs jobs with.
    Init {
        /// Which worker.
        worker: WorkerId,
        /// What the function given to
        /// [`spawn_with_state`](crate::Backend::spawn_with_state) returned, or what it
        /// panicked with.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The system has not the memory that a bound asks for. Some channels take it all at once.
    Memory {
        /// Which bound: `"queue"` or `"results"`.
        what: &'static str,
        /// How much it takes, in bytes.
        bytes: usize,
        /// What the allocator said.
        source: TryReserveError,
    },
    /// The library under the pool refused to start.
    Library(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => write!(f, "invalid pool configuration: {error}"),
            Self::Thread { worker, source } => {
                write!(f, "no thread for worker {worker}: {source}")
            }
            Self::Init { worker, source } => {
                write!(f, "worker {worker} could not be set up: {source}")
            }
            Self::Memory { what, bytes, .. } => write!(
                f,
                "no memory for the {what}, {bytes} bytes at once: \
                 ask for a smaller capacity, or box the values"
            ),
            Self::Library(source) => write!(f, "the pool could not be started: {source}"),
        }
    }
}

impl Error for SpawnError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match self {
            Self::Config(error) => error,
            Self::Thread { source, .. } => source,
            Self::Memory { source, .. } => source,
            Self::Init { source, .. } | Self::Library(source) => &**source,
        })
    }
}

impl From<ConfigError> for SpawnError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// [`join`](crate::Pool::join) gave up waiting. The pool goes on, and may be joined again.
///
/// ```
/// use std::time::Duration;
/// use pool::{BusyWorker, JobId, JoinTimeout, WorkerId};
///
/// let elapsed = Duration::from_millis(2500);
/// let busy = vec![BusyWorker { worker: WorkerId::new(1), job: JobId::new(17), elapsed }];
/// assert_eq!(
///     JoinTimeout::new(busy, 3, false).to_string(),
///     "the pool has not ended in time; worker 1 has been on job 17 for 2.5s; 3 jobs are queued"
/// );
/// let exiting = JoinTimeout::new(Vec::new(), 0, false).exiting(vec![WorkerId::new(0)]);
/// assert_eq!(
///     exiting.to_string(),
///     "the pool has not ended in time; worker 0 has no more jobs, but its thread has not exited"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JoinTimeout {
    /// The workers that had a job in hand, in order of their ids.
    pub busy: Vec<BusyWorker>,
    /// Jobs still waiting for a worker.
    pub queued: u64,
    /// Whether the pool had not even been closed, so that no wait could have been enough.
    pub open: bool,
    /// The workers that had no more jobs to run, but whose threads had not exited, in order of
    /// their ids: something else on the thread takes time, a thread-local's destructor or the
    /// code of a [`spawner`](crate::Config::spawner).
    pub exiting: Vec<WorkerId>,
}

impl JoinTimeout {
    /// A timeout report, in which no worker is [`exiting`](Self::exiting); for implementors.
    pub fn new(busy: Vec<BusyWorker>, queued: u64, open: bool) -> Self {
        Self { busy, queued, open, exiting: Vec::new() }
    }

    /// The same report, with the workers whose threads had still to exit; for implementors.
    pub fn exiting(self, workers: Vec<WorkerId>) -> Self {
        Self { exiting: workers, ..self }
    }
}

/// A worker, the job it was on, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusyWorker {
    /// Which worker.
    pub worker: WorkerId,
    /// The job it has taken and not yet delivered.
    pub job: JobId,
    /// How long it has had this job: at least so long.
    pub elapsed: Duration,
}

impl fmt::Display for JoinTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pool has not ended in time")?;
        if self.open {
            f.write_str("; it was never closed")?;
        }
        for BusyWorker { worker, job, elapsed } in &self.busy {
            write!(f, "; worker {worker} has been on job {job} for {elapsed:.1?}")?;
        }
        if self.queued > 0 {
            write!(f, "; {} jobs are queued", self.queued)?;
        }
        for worker in &self.exiting {
            write!(f, "; worker {worker} has no more jobs, but its thread has not exited")?;
        }
        Ok(())
    }
}

impl Error for JoinTimeout {}
