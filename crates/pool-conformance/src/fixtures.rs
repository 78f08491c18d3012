//! What several groups of cases begin with.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    convert::Infallible,
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
    time::Instant,
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, Halves, JobError, JobErrorKind, JobId,
    JobOptions,
};

use crate::{Census, Gate, no_error};

/// A pool whose jobs wait at `gate` and then return themselves.
pub(crate) fn gated<B: Backend>(config: Config, gate: &Gate) -> Halves<B, u32, u32, Infallible> {
    B::spawn(config, gate.handler()).unwrap()
}

/// A pool whose handler is given the pool itself. Whoever calls this must hold on to the
/// pool until the last job has run.
pub(crate) fn knowing_itself<B, J, T>(
    config: Config,
    handler: impl Fn(&Arc<B::Pool<J>>, J, &Context) -> T + Send + Sync + 'static,
) -> (Arc<B::Pool<J>>, B::Results<T, Infallible>)
where
    B: Backend,
    J: Send + 'static,
    T: Send + 'static,
{
    let itself = Arc::new(OnceLock::<Weak<B::Pool<J>>>::new());
    let handler = {
        let itself = Arc::clone(&itself);
        move |job: J, context: &Context| {
            let pool = itself.get().and_then(Weak::upgrade).expect("the case holds the pool");
            no_error(handler(&pool, job, context))
        }
    };
    let (pool, results) = B::spawn(config, handler).unwrap();
    let pool = Arc::new(pool);
    assert!(itself.set(Arc::downgrade(&pool)).is_ok());
    (pool, results)
}

/// A moment later than any that was seen before.
pub(crate) fn next_instant() -> Instant {
    let last = Instant::now();
    loop {
        let now = Instant::now();
        if now > last {
            return now;
        }
    }
}

/// The options of a job that is cancelled with `token`.
pub(crate) fn cancelled_by(token: &CancellationToken) -> JobOptions {
    JobOptions::new().cancellation_token(token)
}

/// The completion of a job that was cancelled before it started.
pub(crate) fn cancelled<T, E>(job: JobId) -> Completion<T, E> {
    not_run(job, JobErrorKind::Cancelled)
}

/// The completion of a job that was not started before its deadline.
pub(crate) fn expired<T, E>(job: JobId) -> Completion<T, E> {
    not_run(job, JobErrorKind::DeadlineExceeded)
}

fn not_run<T, E>(job: JobId, kind: JobErrorKind<E>) -> Completion<T, E> {
    Completion { job, worker: None, result: Err(JobError { job, kind }) }
}

/// Job ids from numbers.
pub(crate) fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<JobId> {
    numbers.into_iter().map(JobId::new).collect()
}

/// The ids of completions, sorted.
///
/// # Panics
///
/// If a job completed twice.
#[track_caller]
pub(crate) fn jobs_of<T, E>(completions: &[Completion<T, E>]) -> Vec<JobId> {
    let jobs: BTreeSet<_> = completions.iter().map(|completion| completion.job).collect();
    assert_eq!(jobs.len(), completions.len(), "a job completed twice");
    jobs.into_iter().collect()
}

/// Runs `callback` when the calling thread really exits: after all code that a pool runs on
/// it, and before a join of the thread returns.
pub(crate) fn at_thread_exit(callback: impl FnOnce() + 'static) {
    struct OnExit(Vec<Box<dyn FnOnce()>>);
    impl Drop for OnExit {
        fn drop(&mut self) {
            self.0.drain(..).for_each(|callback| callback());
        }
    }
    thread_local! {
        static ON_EXIT: RefCell<OnExit> = const { RefCell::new(OnExit(Vec::new())) };
    }
    ON_EXIT.with_borrow_mut(|on_exit| on_exit.0.push(Box::new(callback)));
}

/// Counts a pool's threads, each until it has really exited.
pub(crate) fn counting_threads(config: Config) -> (Config, Census) {
    let threads = Census::new();
    let counted = threads.clone();
    (config.on_worker_start(move |_| counted.count_this_thread()), threads)
}

/// What happened, in the order in which it did, as noted by any thread.
#[derive(Debug)]
pub(crate) struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Log<T> {
    /// Nothing happened yet.
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// Notes an event.
    pub(crate) fn push(&self, event: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// The events so far, which are forgotten.
    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
