//! A backend like any other, but for the fault planted in it.

use std::{
    any::Any,
    error::Error,
    mem,
    panic::resume_unwind,
    sync::{Arc, Mutex, atomic::AtomicBool, mpsc},
    thread,
    time::Instant,
};

use pool::{
    Backend, CancellationToken, Config, Context, Halves, JobId, SpawnError, WorkerId,
    implement::discard, sync::lock,
};
use pool_managed::Managed;

use crate::{
    fault::{Fault, is},
    halves::{BrokenPool, BrokenResults},
    library::{ByHand, die},
};

/// The backend: a managed pool, between a handler and halves that distort what it does.
#[derive(Debug)]
pub(crate) struct Broken;

/// A job on its way through the pool, so that its halves can get at it.
pub(crate) type Slot<J> = Arc<Mutex<Option<J>>>;

/// What is to be cancelled when the next job has run.
pub(crate) type PutOff = Arc<Mutex<Vec<CancellationToken>>>;

/// The job started last, if it can be had twice.
pub(crate) type Started<J> = Arc<Mutex<Option<(JobId, J)>>>;

impl Broken {
    fn configure(config: Config) -> Config {
        if is(Fault::OneWorkerTooMany) {
            Config::new(config.worker_count() + 1).queue(config.queue_capacity())
        } else if is(Fault::UnboundedQueue) {
            config.queue(Config::MAX_CAPACITY)
        } else if is(Fault::UnboundedResults) {
            config.unbounded_results()
        } else if is(Fault::NamesNoThreads) {
            config.thread_name("nobody")
        } else if is(Fault::ForgetsTheStopHook) {
            config.on_worker_stop(|_, _| {})
        } else if is(Fault::KeepsDiscardedResults) && config.discards_results() {
            config.unbounded_results()
        } else if is(Fault::ForgetsTheJobHooks) {
            config.on_job_start(|_| {}).on_job_end(|_| {})
        } else if is(Fault::TellsNobodyOfTheEnd) {
            config.ended_token(&CancellationToken::new())
        } else if is(Fault::IgnoresThePoolToken) {
            config.cancellation_token(&CancellationToken::new())
        } else {
            config
        }
    }

    /// What stands between a worker and the user's handler.
    fn handle<J: Send + 'static, S, T, E, X>(
        (state, job, context): (&mut S, J, &Context),
        init: &impl Fn(WorkerId) -> Result<S, X>,
        handler: &impl Fn(&mut S, J, &Context) -> Result<T, E>,
        started: &Started<J>,
    ) -> Result<T, E> {
        if is(Fault::RebuildsTheState)
            && let Ok(fresh) = init(context.worker())
        {
            *state = fresh;
        }
        if is(Fault::RunsAJobTwice)
            && let Some(twin) = twin(&job)
        {
            _ = handler(state, twin, context);
        }
        if is(Fault::StopHandsBackAStartedJob) {
            *lock(started) = twin(&job).map(|twin| (context.job_id(), twin));
        }
        let (worker, id) = (context.worker(), context.job_id());
        if is(Fault::PanicsInsteadOfRunning) && id.get() % 2 == 0 {
            discard(job);
            resume_unwind(Box::new("not run"));
        }
        if is(Fault::TellsATooEarlyDeadline) {
            let token = context.cancellation_token();
            return handler(
                state,
                job,
                &Context::new(worker, id, Some(Instant::now()), token, None),
            );
        }
        if is(Fault::TellsNoRunningJobOfCancellation) {
            let deaf = CancellationToken::new();
            return handler(state, job, &Context::new(worker, id, context.deadline(), deaf, None));
        }
        if is(Fault::TellsNoRunningJobOfItsDeadline) {
            let token = context.cancellation_token();
            return handler(state, job, &Context::new(worker, id, None, token, None));
        }
        handler(state, job, context)
    }
}

impl Backend for Broken {
    const NAME: &'static str = "broken";

    type Pool<J: Send + 'static> = BrokenPool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = BrokenResults<T, E>;

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
        X: Into<Box<dyn Error + Send + Sync>>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        config.validate()?;
        let config = Self::configure(config);
        let prefix = config.thread_name_prefix().to_owned();
        let (closed, started) = (Arc::new(AtomicBool::new(false)), Started::default());
        let (kept, put_off) = (config.clone(), PutOff::default());

        let init = Arc::new(init);
        let first_init = {
            let (init, prefix) = (Arc::clone(&init), prefix.clone());
            move |worker: WorkerId| {
                if is(Fault::LeaksAThread) && worker.get() == 0 {
                    leak_a_thread(&prefix);
                }
                init(worker)
            }
        };
        let handler = {
            let (one, started) = (Mutex::new(()), Arc::clone(&started));
            let put_off = PutOff::clone(&put_off);
            move |state: &mut S, job: Slot<J>, context: &Context| {
                static ONE: Mutex<()> = Mutex::new(());
                let _one = is(Fault::OneAtATime).then(|| lock(&one));
                let _of_all = is(Fault::OneAtATimeInAllPools).then(|| lock(&ONE));
                let _dies = DiesOfAPanic;
                let job = lock(&job).take().expect("a job is started once");
                let result = Self::handle((state, job, context), &*init, &handler, &started);
                if is(Fault::FailureKillsTheWorker) && result.is_err() {
                    die();
                }
                let cancelled = mem::take(&mut *lock(&put_off));
                cancelled.iter().for_each(CancellationToken::cancel);
                result
            }
        };
        match Managed::<ByHand>::spawn_with_state(config, first_init, handler) {
            Ok((pool, results)) => {
                let pool = BrokenPool::new(pool, Arc::clone(&closed), started, kept, put_off);
                Ok((pool, BrokenResults::new(results, closed)))
            }
            Err(error) if is(Fault::SpawnPanics) => panic!("{error}"),
            Err(error) => {
                if is(Fault::FailedSpawnLeaksThreads) {
                    leak_a_thread(&prefix);
                }
                Err(error)
            }
        }
    }
}

/// Goes with a call of the handler; a panic of that may be the end of the worker.
struct DiesOfAPanic;

impl Drop for DiesOfAPanic {
    fn drop(&mut self) {
        if is(Fault::PanicKillsTheWorker) && thread::panicking() {
            die();
        }
    }
}

/// A job that is the same, for the simple types of which there can be two. The suite's jobs are
/// boxes whose type is forgotten.
fn twin<J: 'static>(job: &J) -> Option<J> {
    fn copy<N: Copy + Send + 'static>(job: &Erased) -> Option<Erased> {
        Some(Box::new(*job.downcast_ref::<N>()?))
    }
    type Erased = Box<dyn Any + Send>;
    let job = (job as &dyn Any).downcast_ref::<Erased>()?;
    let mut twin = copy::<u32>(job)
        .or_else(|| copy::<u64>(job))
        .or_else(|| copy::<usize>(job))
        .or_else(|| copy::<i32>(job))
        .or_else(|| copy::<()>(job));
    (&mut twin as &mut dyn Any).downcast_mut::<Option<J>>()?.take()
}

/// One with the name of the first worker's, which can be seen when this returns.
fn leak_a_thread(prefix: &str) {
    let (named, is_named) = mpsc::channel();
    let leaked = thread::Builder::new().name(format!("{prefix}-0")).spawn(move || {
        _ = named.send(());
        loop {
            thread::park();
        }
    });
    assert!(leaked.is_ok() && is_named.recv().is_ok());
}
