//! A pool over a queue of the scene's own, whose workers the scene starts when it wants them.
//!
//! The queue is many-to-many, as crossbeam's and flume's are. (std's, whose receiver is
//! behind a lock, is explored with the whole backend.)

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex as StdMutex},
};

use pool::{
    CancellationToken, Completion, Config, Context, JobId, JobOptions, Pool, WorkerId,
    machinery::{
        Core, Intake, JobReceiver, JobSender, Outlet, QueuePool, Queued, Starting, Startup,
    },
};
use shuttle::sync::{Condvar, Mutex, mpsc};

/// A job without a value: its id says all.
type Job = ();

pub(crate) type RigPool = QueuePool<Job, Sender, Receiver>;

/// The most workers a scene may start.
const WORKERS: usize = 2;

/// What it takes to work for the pool. The results end when this and all workers are gone.
pub(crate) struct Hands {
    config: Config,
    core: Arc<Core>,
    intake: Arc<Intake<Job, Sender, Receiver>>,
    outlet: Arc<Out>,
    started: Arc<StdMutex<Vec<JobId>>>,
}

/// A pool that waits for a worker to be [started](Hands::start_worker), and its results.
pub(crate) fn rig(
    queue: usize,
    results: usize,
    token: &CancellationToken,
) -> (Arc<RigPool>, Hands, mpsc::Receiver<Completion<(), Infallible>>) {
    let config = Config::new(WORKERS).queue(queue).results(results).cancellation_token(token);
    let core = Core::new(&config);
    let state = Arc::new(State::default());
    let sender = Sender { state: Arc::clone(&state), capacity: queue };
    let intake = Arc::new(Intake::new(sender, Receiver { state }, queue));
    let (out, completions) = mpsc::sync_channel(results);
    let outlet = Arc::new(Out(out));
    let pool = Arc::new(QueuePool::new(&core, &intake, &outlet));
    (pool, Hands { config, core, intake, outlet, started: Arc::default() }, completions)
}

/// Fills a queue of `capacity` with what is left of cancelled jobs; all its places are free.
pub(crate) fn fill_with_tombstones(pool: &RigPool, capacity: usize) {
    let token = CancellationToken::new();
    for _ in 0..capacity {
        pool.submit_with((), JobOptions::new().cancellation_token(&token)).unwrap();
    }
    token.cancel();
}

impl Hands {
    /// Starts all workers, which leave when the queue has ended.
    pub(crate) fn start_workers(&self) {
        for worker in 0..WORKERS {
            self.start(WorkerId::new(worker), usize::MAX);
        }
    }

    /// Starts one worker, which leaves when the queue has ended.
    pub(crate) fn start_worker(&self) {
        self.start(WorkerId::new(0), usize::MAX);
    }

    /// Starts one worker, which leaves when it has received one job, cancelled or not.
    pub(crate) fn start_worker_for_one(&self) {
        self.start(WorkerId::new(0), 1);
    }

    fn start(&self, worker: WorkerId, jobs: usize) {
        let (intake, outlet) = (Arc::clone(&self.intake), Arc::clone(&self.outlet));
        let started = Arc::clone(&self.started);
        let handler = Arc::new(move |(): &mut (), (): Job, context: &Context| {
            started.lock().unwrap().push(context.job_id());
            Ok(())
        });
        let body = move |starting: Starting| {
            let worker = starting.ready(&|_| Ok::<_, Infallible>(()), handler);
            let mut worker = worker.expect("there is no state to fail");
            for _ in 0..jobs {
                let Some(job) = worker.next(&intake, Receiver::recv) else { break };
                if let Some(completion) = worker.run(job, &intake) {
                    // No receiver is a scene that does not look.
                    _ = outlet.0.send(completion);
                    worker.finish();
                }
            }
        };
        Startup::new(&self.core, &self.config).spawn(worker, body).unwrap();
    }

    /// The jobs that a worker has started, in that order.
    pub(crate) fn started(&self) -> Vec<JobId> {
        self.started.lock().unwrap().clone()
    }
}

#[derive(Default)]
struct State {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Queued<Job>>,
    ended: bool,
}

pub(crate) struct Sender {
    state: Arc<State>,
    capacity: usize,
}

pub(crate) struct Receiver {
    state: Arc<State>,
}

pub(crate) struct Out(mpsc::SyncSender<Completion<(), Infallible>>);

impl JobSender<Job> for Sender {
    fn try_send(&self, job: Queued<Job>) -> Result<(), Queued<Job>> {
        let mut queue = self.state.queue.lock().unwrap();
        if queue.jobs.len() == self.capacity {
            return Err(job);
        }
        queue.jobs.push_back(job);
        self.state.changed.notify_one();
        Ok(())
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.state.queue.lock().unwrap().ended = true;
        self.state.changed.notify_all();
    }
}

impl JobReceiver<Job> for Receiver {
    fn try_recv(&self) -> Option<Queued<Job>> {
        self.state.queue.lock().unwrap().jobs.pop_front()
    }
}

impl Receiver {
    fn recv(&self) -> Option<Queued<Job>> {
        let mut queue = self.state.queue.lock().unwrap();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if queue.ended {
                return None;
            }
            queue = self.state.changed.wait(queue).unwrap();
        }
    }
}

impl Outlet for Out {
    type Output = ();
    type Error = Infallible;

    fn try_send(
        &self,
        completion: Completion<(), Infallible>,
    ) -> Result<(), Completion<(), Infallible>> {
        match self.0.try_send(completion) {
            Err(mpsc::TrySendError::Full(completion)) => Err(completion),
            Ok(()) | Err(mpsc::TrySendError::Disconnected(_)) => Ok(()),
        }
    }
}
