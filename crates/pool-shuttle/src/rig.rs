//! A pool over a queue of the scene's own, whose workers wait until the scene lets them.
//!
//! The queue is many-to-many, as crossbeam's and flume's are. (std's, whose receiver is
//! behind a lock, is explored with the whole backend.) It holds the layer to its promises: there
//! is room for whatever is sent, and nothing is left at the end.

use std::{
    cell::RefCell,
    collections::{HashSet, VecDeque},
    convert::Infallible,
    sync::{Arc, Mutex as StdMutex},
    thread_local,
};

use pool::{Backend, CancellationToken, Config, Context, JobId, SpawnError};
use pool_managed::{Crew, Library, Managed, ManagedPool, ManagedResults, Queue, mpsc};
use shuttle::{
    sync::{Condvar, Mutex},
    thread::{self, ThreadId},
};

/// A job without a value: its id says all.
type Job = ();

pub(crate) type RigPool = ManagedPool<Job, Rig>;
pub(crate) type RigResults = ManagedResults<(), Infallible, Rig>;

thread_local! {
    // All of the checker's threads run on one, so this is the pool that a scene has just made.
    static LAST: RefCell<Option<Arc<Gate>>> = const { RefCell::new(None) };
}

/// Lets the workers receive; when it is dropped, at the latest.
pub(crate) struct Hands {
    gate: Arc<Gate>,
    started: Arc<StdMutex<Vec<(JobId, ThreadId)>>>,
}

/// A pool of two workers, which wait to be [let](Hands::let_workers); and its results.
pub(crate) fn rig(
    queue: usize,
    results: usize,
    token: &CancellationToken,
) -> (Arc<RigPool>, Hands, RigResults) {
    rig_of(Config::new(2).queue(queue).results(results).cancellation_token(token))
}

/// As [`rig`], with any number of workers.
pub(crate) fn rig_of(config: Config) -> (Arc<RigPool>, Hands, RigResults) {
    let started = Arc::new(StdMutex::new(Vec::new()));
    let (pool, results) = Managed::<Rig>::spawn(config, {
        let started = Arc::clone(&started);
        move |(), context: &Context| {
            started.lock().unwrap().push((context.job_id(), thread::current().id()));
            Ok(())
        }
    })
    .unwrap();
    let gate = LAST.take().expect("just made");
    (Arc::new(pool), Hands { gate, started }, results)
}

impl Hands {
    /// Lets the workers receive from here on.
    pub(crate) fn let_workers(&self) {
        self.gate.open();
    }

    /// The jobs that a worker has started, in that order.
    pub(crate) fn started(&self) -> Vec<JobId> {
        self.started.lock().unwrap().iter().map(|(job, _)| *job).collect()
    }

    /// The threads that have started a job.
    pub(crate) fn workers(&self) -> HashSet<ThreadId> {
        self.started.lock().unwrap().iter().map(|(_, thread)| *thread).collect()
    }
}

impl Drop for Hands {
    fn drop(&mut self) {
        self.let_workers();
    }
}

/// Where the workers wait before they receive for the first time.
#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let mut is_open = self.is_open.lock().unwrap();
        while !*is_open {
            is_open = self.opened.wait(is_open).unwrap();
        }
    }
}

/// The library of these pools.
pub(crate) struct Rig;

pub(crate) struct RigQueue<M> {
    capacity: usize,
    messages: Mutex<VecDeque<M>>,
    sent: Condvar,
    gate: Arc<Gate>,
}

impl Library for Rig {
    const NAME: &'static str = "rig";

    type Queue<M: Send + 'static> = RigQueue<M>;
    type Outlet<M: Send + 'static> = mpsc::Sender<M>;
    type Inlet<M: Send + 'static> = mpsc::Receiver<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<RigQueue<M>, SpawnError> {
        let gate = Arc::<Gate>::default();
        LAST.set(Some(Arc::clone(&gate)));
        Ok(RigQueue { capacity, messages: Mutex::default(), sent: Condvar::new(), gate })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(mpsc::Sender<M>, mpsc::Receiver<M>), SpawnError> {
        mpsc::channel(capacity)
    }

    fn start<M: Send + 'static>(queue: &Arc<RigQueue<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let queue = Arc::clone(queue);
        crew.spawn_all(move |mut work| {
            queue.gate.pass();
            while work(queue.recv()) {}
        })
    }
}

impl<M> RigQueue<M> {
    fn recv(&self) -> M {
        let mut messages = self.messages.lock().unwrap();
        loop {
            if let Some(message) = messages.pop_front() {
                return message;
            }
            messages = self.sent.wait(messages).unwrap();
        }
    }
}

impl<M: Send + 'static> Queue<M> for RigQueue<M> {
    fn send(&self, message: M) {
        let mut messages = self.messages.lock().unwrap();
        assert!(messages.len() < self.capacity, "there is no room in the queue");
        messages.push_back(message);
        self.sent.notify_one();
    }

    fn try_recv(&self) -> Option<M> {
        self.messages.lock().unwrap().pop_front()
    }
}

impl<M> Drop for RigQueue<M> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.messages.get_mut().unwrap().len(), 0, "left in the queue at the end");
        }
    }
}
