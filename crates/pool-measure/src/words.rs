//! Pools of words: a job is a number, and so is its result.
//!
//! All that is not throughput is measured with them. They have one type, so each backend is compiled
//! once for all of that, and what is measured once for all backends. Calls go by trait objects, which
//! takes a nanosecond or two, of times that are microseconds.

use std::{convert::Infallible, sync::Mutex, thread};

use pool::{Backend, Config, Context, Halves, Pool, Results};
use pool_workloads::Job;

/// What is done with each job.
pub type Handler = Box<dyn Fn(u64, &Context) -> u64 + Send + Sync>;

/// Both halves of a pool.
pub type Words = (Box<dyn Pool<u64>>, Box<dyn Results<u64, Infallible>>);

/// Starts a pool: [`start`] of some backend.
pub type Start = fn(Config, Handler) -> Words;

/// Starts a pool of backend `B`.
///
/// # Panics
///
/// If it cannot be started.
pub fn start<B: Backend>(config: Config, handler: Handler) -> Words {
    let (pool, results) = halves::<B>(config, handler);
    (Box::new(pool), Box::new(results))
}

/// The same, by its own types.
pub(crate) fn halves<B: Backend>(
    config: Config,
    handler: Handler,
) -> Halves<B, u64, u64, Infallible> {
    let handler = move |job, context: &Context| Ok(handler(job, context));
    B::spawn(config, handler).expect("a pool can be started")
}

/// Gives every worker a job that holds it, and waits until it is on it.
pub(crate) fn hold_every_worker(workers: usize, pool: &dyn Pool<u64>, job: u64) {
    for _ in 0..workers {
        pool.submit(job).expect("the pool is open");
    }
    while pool.stats().running < workers as u64 {
        thread::yield_now();
    }
}

/// Jobs that workers take by their places: through the pool go only these.
pub(crate) struct Shelf(Vec<Mutex<Option<Job>>>);

impl Shelf {
    pub(crate) fn new(jobs: Vec<Job>) -> Self {
        Self(jobs.into_iter().map(|job| Mutex::new(Some(job))).collect())
    }

    /// What the job in a place gives; 0 if there is none, or it has been run.
    pub(crate) fn run(&self, place: u64) -> u64 {
        let job = usize::try_from(place).ok().and_then(|place| self.0.get(place));
        job.and_then(|job| job.lock().expect("no job panics").take()).map_or(0, Job::run)
    }
}
