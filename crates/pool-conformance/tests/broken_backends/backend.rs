//! A backend like any other, but for the fault planted in it.

use std::{
    any::Any,
    error::Error,
    mem,
    sync::{Arc, Mutex, atomic::AtomicBool},
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, Halves, JobError, JobErrorKind, JobId,
    SpawnError, WorkerId,
    machinery::{
        Core, Intake, JobReceiver, JobSender, Outlet, QueuePool, Queued, Startup, Worker, discard,
    },
    sync::lock,
};

use crate::{
    fault::{Fault, is},
    halves::{BrokenPool, BrokenResults},
    queue::{Receiver, Sender, channel},
};

/// The backend.
#[derive(Debug)]
pub(crate) struct Broken;

/// How jobs wait.
pub(crate) struct Jobs<J>(Sender<Queued<J>>);

/// How completions travel.
pub(crate) struct Out<T, E>(Sender<Completion<T, E>>);

/// What the pool and its workers share.
pub(crate) type BrokenIntake<J> = Intake<J, Jobs<J>, Waiting<J>>;

/// The receiving end of [`Jobs`].
pub(crate) struct Waiting<J>(Receiver<Queued<J>>);

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
        static ONE: Mutex<()> = Mutex::new(());
        let _guard = is(Fault::OneAtATimeInAllPools).then(|| lock(&ONE));
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

    /// A worker's life.
    fn work<J, T, E, S, H>(
        mut worker: Worker<S, H>,
        intake: &BrokenIntake<J>,
        outlet: &Out<T, E>,
        one: &Mutex<()>,
    ) where
        J: Send + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E>,
    {
        while let Some(job) = worker.next(intake, |jobs| Self::receive(&jobs.0)) {
            let completion = {
                let _guard = is(Fault::OneAtATime).then(|| lock(one));
                worker.run(job, intake)
            };
            let Some(completion) = completion else { continue };
            let kind = completion.result.as_ref().err().map(|error| &error.kind);
            let dies = match kind {
                Some(JobErrorKind::Panicked(_)) => is(Fault::PanicKillsTheWorker),
                Some(JobErrorKind::Failed(_)) => is(Fault::FailureKillsTheWorker),
                _ => is(Fault::DroppedResultsKillWorkers) && outlet.0.is_abandoned(),
            };
            if is(Fault::LosesACompletion) && completion.job.get() % 3 == 2 {
                discard(completion);
            } else {
                outlet.0.send(Self::distort(completion));
            }
            worker.finish();
            if dies {
                return;
            }
        }
    }

    fn receive<J>(jobs: &Receiver<Queued<J>>) -> Option<Queued<J>> {
        if is(Fault::BusyWhenIdle) {
            loop {
                match jobs.recv_timeout(Duration::ZERO) {
                    Err(pool::RecvTimeoutError::TimedOut) => thread::yield_now(),
                    received => return received.ok(),
                }
            }
        }
        jobs.recv_timeout(Duration::MAX).ok()
    }

    fn distort<T, E>(mut completion: Completion<T, E>) -> Completion<T, E> {
        if is(Fault::NamesTheWrongWorker) {
            completion.worker = completion.worker.map(|worker| WorkerId::new(worker.get() + 1));
        }
        if is(Fault::RepeatsIds) {
            completion.job = half(completion.job);
        }
        if is(Fault::LosesPanicMessages)
            && let Err(JobError { kind: JobErrorKind::Panicked(message), .. }) =
                &mut completion.result
        {
            *message = "".into();
        }
        completion
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
        let core = Core::new(&config);
        let (sender, receiver) = channel(Some(config.queue_capacity()));
        let (sender, receiver) = (Jobs(sender), Waiting(receiver));
        let intake = Arc::new(Intake::new(sender, receiver, config.queue_capacity()));
        let (outlet, completions) = channel(config.results_capacity());
        let outlet = Arc::new(Out(outlet));
        let closed = Arc::new(AtomicBool::new(false));
        let started = Started::default();
        let pool = BrokenPool {
            inner: Some(QueuePool::new(&core, &intake, &outlet)),
            core: Arc::clone(&core),
            intake: Arc::clone(&intake),
            closed: Arc::clone(&closed),
            started: Arc::clone(&started),
            _outlet: is(Fault::ResultsNeverEnd).then(|| Arc::clone(&outlet) as _),
        };

        let init = Arc::new(init);
        let again = Arc::clone(&init);
        let handler = Arc::new(move |state: &mut S, job: J, context: &Context| {
            Self::handle((state, job, context), &*again, &handler, &started)
        });
        let one = Arc::new(Mutex::new(()));
        let spawned = Startup::new(&core, &config).spawn_all(move |starting| {
            if is(Fault::LeaksAThread) && starting.worker().get() == 0 {
                leak_a_thread();
            }
            if let Some(worker) = starting.ready(&*init, Arc::clone(&handler)) {
                Self::work(worker, &intake, &outlet, &one);
            }
        });
        match spawned {
            Ok(()) => Ok((pool, BrokenResults { completions, closed })),
            Err(error) if is(Fault::SpawnPanics) => panic!("{error}"),
            Err(error) => {
                if is(Fault::FailedSpawnLeaksThreads) {
                    mem::forget(pool);
                }
                Err(error)
            }
        }
    }
}

impl<J: Send + 'static> JobSender<J> for Jobs<J> {
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>> {
        if is(Fault::Reorders) { self.0.try_jump(job) } else { self.0.try_send(job) }
    }
}

impl<J: Send + 'static> JobReceiver<J> for Waiting<J> {
    fn try_recv(&self) -> Option<Queued<J>> {
        self.0.recv_timeout(Duration::ZERO).ok()
    }
}

impl<T: Send + 'static, E: Send + 'static> Outlet for Out<T, E> {
    type Output = T;
    type Error = E;

    fn try_send(&self, completion: Completion<T, E>) -> Result<(), Completion<T, E>> {
        self.0.try_send(completion)
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

/// The same for every two.
pub(crate) fn half(id: JobId) -> JobId {
    JobId::new(id.get() / 2)
}

/// One with the name of the current.
fn leak_a_thread() {
    let name = thread::current().name().unwrap_or_default().to_owned();
    let leaked = thread::Builder::new().name(name).spawn(|| {
        loop {
            thread::park();
        }
    });
    assert!(leaked.is_ok());
}
