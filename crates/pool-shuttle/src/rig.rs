//! A sending half without threads of its own: the scene plays the workers.
//!
//! The queue is many-to-many, as crossbeam's and flume's are. (std's, whose receiver is
//! behind a lock, is explored with the whole backend.)

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex as StdMutex},
};

use pool::{
    CancellationToken, Completion, Config, JobError, JobErrorKind, JobId, JobOptions, Pool,
    machinery::{Core, Intake, JobReceiver, JobSender, Outlet, QueuePool, Queued},
};
use shuttle::{
    sync::{Condvar, Mutex, mpsc},
    thread,
};

/// A job without a value: its id says all.
type Job = ();

pub(crate) type RigPool = QueuePool<Job, Sender, Receiver>;

/// What a worker has of the pool.
#[derive(Clone)]
pub(crate) struct Hands {
    core: Arc<Core>,
    intake: Arc<Intake<Job, Sender, Receiver>>,
    outlet: Arc<Out>,
    started: Arc<StdMutex<Vec<JobId>>>,
}

/// A pool that waits for [`work`](Hands::work) to be done, and the results of it.
///
/// The results end when all [`Hands`] are gone.
pub(crate) fn rig(
    queue: usize,
    results: usize,
    token: &CancellationToken,
) -> (Arc<RigPool>, Hands, mpsc::Receiver<Completion<(), Infallible>>) {
    let config = Config::new(1).queue(queue).results(results).cancellation_token(token);
    let core = Core::new(&config);
    let state = Arc::new(State::default());
    let sender = Sender { state: Arc::clone(&state), capacity: queue };
    let intake = Arc::new(Intake::new(sender, Receiver { state }, queue));
    let (out, completions) = mpsc::sync_channel(results);
    let outlet = Arc::new(Out(out));
    let pool = Arc::new(QueuePool::new(&core, &intake, &outlet));
    (pool, Hands { core, intake, outlet, started: Arc::default() }, completions)
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
    /// A worker: takes jobs until the queue has ended.
    pub(crate) fn work(self) {
        while let Some(job) = self.receive() {
            self.run(job);
        }
    }

    pub(crate) fn receive(&self) -> Option<Queued<Job>> {
        self.intake.received(self.intake.receiver().recv())
    }

    /// Claims a job, unless it is cancelled, and delivers what becomes of it.
    pub(crate) fn run(&self, job: Queued<Job>) {
        let Some(claimed) = job.claim() else { return };
        self.core.admission().release();
        let job = claimed.id;
        let result = if self.core.token().is_cancelled() {
            Err(JobError { job, kind: JobErrorKind::Cancelled })
        } else {
            self.started.lock().unwrap().push(job);
            Ok(())
        };
        // No receiver is a scene that does not look.
        _ = self.outlet.0.send(Completion { job, worker: None, result });
    }

    /// The jobs that a worker has started, in that order.
    pub(crate) fn started(&self) -> Vec<JobId> {
        self.started.lock().unwrap().clone()
    }

    /// Works on a thread of its own.
    pub(crate) fn spawn(&self) -> thread::JoinHandle<()> {
        let hands = self.clone();
        thread::spawn(move || hands.work())
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
