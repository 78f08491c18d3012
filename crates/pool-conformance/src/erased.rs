//! A backend chosen at run time, so that the cases are compiled once for all backends.

use std::{any::Any, cell::Cell, error::Error, fmt, marker::PhantomData, time::Duration};

use pool::{
    Backend, Completion, Config, Context, Ended, Halves, JobError, JobErrorKind, JobId, JobIds,
    JobOptions, JoinTimeout, Pool, RecvTimeoutError, Refusal, Results, ShutdownReport, SpawnError,
    Stats, SubmitBatchError, TryRecvError, Wait, WorkerId, implement::PoolId,
};

use crate::{Case, CaseError, try_case};

/// A job, a value or an error, its type forgotten.
type Erasure = Box<dyn Any + Send>;
/// A worker's state, its type forgotten.
type State = Box<dyn Any>;
type InitError = Box<dyn Error + Send + Sync>;
type Init = Box<dyn Fn(WorkerId) -> Result<State, InitError> + Send + Sync>;
type Handler = Box<dyn Fn(&mut State, Erasure, &Context) -> Result<Erasure, Erasure> + Send + Sync>;
type ErasedHalves = (Box<dyn Pool<Erasure>>, Box<dyn Results<Erasure, Erasure>>);

/// A backend under test.
///
/// ```
/// use pool_conformance::{CASES, PATIENCE, Subject};
/// use pool_std::Std;
///
/// let case = CASES.iter().find(|case| case.name == "runs_one_job").unwrap();
/// Subject::of::<Std>().try_case(case, PATIENCE).unwrap();
/// ```
#[derive(Clone, Copy)]
pub struct Subject {
    name: &'static str,
    spawn: fn(Config, Init, Handler) -> Result<ErasedHalves, SpawnError>,
}

thread_local! {
    /// What [`Erased`] stands for on this thread.
    static CURRENT: Cell<Option<Subject>> = const { Cell::new(None) };
}

impl Subject {
    /// Backend `B`.
    pub const fn of<B: Backend>() -> Self {
        Self { name: B::NAME, spawn: spawn_erased::<B> }
    }

    /// The name of the backend.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Runs `body` with [`Erased`] standing for this backend: on this thread, on the workers of
    /// the pools that it starts, and in its [calls](crate::Call).
    pub fn run<R>(self, body: impl FnOnce() -> R) -> R {
        /// Puts back what was there, after a panic too.
        struct Restore(Option<Subject>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _restore = Restore(CURRENT.replace(Some(self)));
        body()
    }

    /// Runs a case of [`CASES`](crate::CASES) on this backend, as [`try_case`] does.
    ///
    /// # Errors
    ///
    /// As [`try_case`].
    pub fn try_case(self, case: &Case, patience: Duration) -> Result<(), CaseError> {
        let name = format!("{}::{}::{}", self.name, case.group, case.name);
        self.run(|| try_case(&name, patience, case.body))
    }

    /// # Panics
    ///
    /// On a thread that no subject runs on.
    fn current() -> Self {
        CURRENT.get().expect(
            "a thread does not know which backend is under test: start the pool on the case's own \
             thread, on a worker, or in a `Call`",
        )
    }
}

/// `body`, to be called on another thread, where it is about the backend that this one is about.
pub(crate) fn inherit<R>(body: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let subject = CURRENT.get();
    move || match subject {
        Some(subject) => subject.run(body),
        None => body(),
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subject").field(&self.name).finish()
    }
}

fn spawn_erased<B: Backend>(
    config: Config,
    init: Init,
    handler: Handler,
) -> Result<ErasedHalves, SpawnError> {
    let (pool, results) = B::spawn_with_state(config, init, handler)?;
    Ok((Box::new(pool), Box::new(results)))
}

/// The backend under test, whichever it is: see [`Subject::run`].
///
/// Jobs, values, errors and states are boxed and their types forgotten, and so are both halves.
#[derive(Debug)]
pub struct Erased;

impl Backend for Erased {
    const NAME: &'static str = "erased";

    type Pool<J: Send + 'static> = ErasedPool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = ErasedResults<T, E>;

    fn spawn_with_state<J, T, E, S, X, I, H>(
        config: Config,
        init: I,
        handler: H,
    ) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        X: Into<InitError>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        let subject = Subject::current();
        let init = move |worker| {
            let state = subject.run(|| init(worker)).map_err(Into::into)?;
            Ok(Box::new(state) as State)
        };
        let handler = move |state: &mut State, job: Erasure, context: &Context| {
            let state = state.downcast_mut().expect("the state that `init` made");
            let returned = subject.run(|| handler(state, restore(job), context));
            returned.map(erase).map_err(erase)
        };
        let (pool, results) = (subject.spawn)(config, Box::new(init), Box::new(handler))?;
        Ok((
            ErasedPool { inner: pool, jobs: PhantomData },
            ErasedResults { inner: results, completions: PhantomData },
        ))
    }
}

fn erase<V: Send + 'static>(value: V) -> Erasure {
    Box::new(value)
}

/// # Panics
///
/// If it is of another type: the backend has mixed up two pools.
fn restore<V: 'static>(value: Erasure) -> V {
    *value.downcast().expect("a value comes out of the pool that it went into")
}

/// The sending half of [`Erased`].
pub struct ErasedPool<J> {
    inner: Box<dyn Pool<Erasure>>,
    jobs: PhantomData<fn(J) -> J>,
}

impl<J: Send + 'static> Pool<J> for ErasedPool<J> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        let admitted = self.inner.admit(erase(job), options, wait);
        admitted.map_err(|refusal| Refusal::new(restore(refusal.job), refusal.reason))
    }

    fn admit_batch(&self, jobs: Vec<J>, wait: Wait) -> Result<JobIds, SubmitBatchError<J>> {
        let jobs = jobs.into_iter().map(erase).collect();
        self.inner.admit_batch(jobs, wait).map_err(
            |SubmitBatchError { accepted, refused, reason, .. }| {
                SubmitBatchError::new(accepted, refused.into_iter().map(restore).collect(), reason)
            },
        )
    }

    fn close(&self) {
        self.inner.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.inner.stop().into_iter().map(|(id, job)| (id, restore(job))).collect()
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        self.inner.join(timeout)
    }

    fn stats(&self) -> Stats {
        self.inner.stats()
    }

    fn is_worker(&self) -> bool {
        self.inner.is_worker()
    }

    fn pool_id(&self) -> Option<PoolId> {
        self.inner.pool_id()
    }

    fn detach(&self) {
        self.inner.detach();
    }
}

impl<J> fmt::Debug for ErasedPool<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedPool").finish_non_exhaustive()
    }
}

/// The receiving half of [`Erased`].
pub struct ErasedResults<T, E> {
    inner: Box<dyn Results<Erasure, Erasure>>,
    completions: PhantomData<fn() -> (T, E)>,
}

impl<T: Send + 'static, E: Send + 'static> Results<T, E> for ErasedResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.inner.recv().map(restore_completion)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.inner.try_recv().map(restore_completion)
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.inner.recv_timeout(timeout).map(restore_completion)
    }

    fn recv_batch(
        &mut self,
        batch: &mut Vec<Completion<T, E>>,
        max: usize,
        linger: Duration,
    ) -> Result<usize, Ended> {
        // What is there goes along, so that the backend may do to it what it does.
        let mut erased: Vec<_> = batch.drain(..).map(erase_completion).collect();
        let received = self.inner.recv_batch(&mut erased, max, linger);
        batch.extend(erased.into_iter().map(restore_completion));
        received
    }

    fn put_back(&mut self, completion: Completion<T, E>) {
        self.inner.put_back(erase_completion(completion));
    }
}

impl<T: Send + 'static, E: Send + 'static> Iterator for ErasedResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.inner.next().map(restore_completion)
    }
}

impl<T, E> fmt::Debug for ErasedResults<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErasedResults").finish_non_exhaustive()
    }
}

fn restore_completion<T: 'static, E: 'static>(
    completion: Completion<Erasure, Erasure>,
) -> Completion<T, E> {
    convert(completion, restore, restore)
}

fn erase_completion<T: Send + 'static, E: Send + 'static>(
    completion: Completion<T, E>,
) -> Completion<Erasure, Erasure> {
    convert(completion, erase, erase)
}

fn convert<T, E, U, F>(
    Completion { job, worker, result }: Completion<T, E>,
    value: fn(T) -> U,
    failure: fn(E) -> F,
) -> Completion<U, F> {
    let result = result.map(value).map_err(|JobError { job, kind }| JobError {
        job,
        kind: match kind {
            JobErrorKind::Failed(error) => JobErrorKind::Failed(failure(error)),
            JobErrorKind::Panicked(message) => JobErrorKind::Panicked(message),
            JobErrorKind::Cancelled => JobErrorKind::Cancelled,
            JobErrorKind::DeadlineExceeded => JobErrorKind::DeadlineExceeded,
            // `WouldDeadlock`, which no completion has.
            _ => unreachable!("no completion is of another kind"),
        },
    });
    Completion { job, worker, result }
}
