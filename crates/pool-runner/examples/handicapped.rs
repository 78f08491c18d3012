//! The comparison, with backends in it that are slower by a known amount: it must find that, and by
//! how much.
//!
//! ```sh
//! cargo build --release -p pool-runner --example handicapped
//! cargo compare run --runner target/release/examples/handicapped --backend std,handicapped
//! cargo compare run --runner target/release/examples/handicapped --backend std,serialised \
//!     --cell throughput/blocking-1ms --sweep workers=1,2,3,4,6,8
//! cargo compare run --runner target/release/examples/handicapped --cell throughput/cpu-1us \
//!     --backend padded,falsely-shared,padded-loop,falsely-shared-loop
//! ```
//!
//! In `serialised` a part of each job is serial: no other job runs meanwhile. Jobs that wait need no
//! cores, so two are enough to find that part.
//!
//! In `falsely-shared` each job counts, in a word of its worker's own that is in one line of the cache
//! with those of the others; in `padded` each word has a line of its own. What that costs, a plain loop
//! without a pool tells, measured in the same blocks.
//!
//! `scripts/validate-compare` does so, and looks whether the intervals have the truth.

use std::{
    error::Error,
    hint::black_box,
    marker::PhantomData,
    process::ExitCode,
    sync::{
        Barrier, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use pool::{Backend, Config, Context, Halves, SpawnError, WorkerId};
use pool_conformance::Subject;
use pool_measure::{
    contender::Shape,
    throughput::{Sample, Session, WrongAnswer},
};
use pool_runner::{BACKENDS, BackendEntry};
use pool_std::Std;
use pool_workloads::{Batch, Job, Mix};

/// What each job has to do before its own work: about 5 µs. Rounds rather than a time, so that it
/// is the same in each process, whatever else the machine does; how long a round is, each run
/// notes.
const ROUNDS: u32 = 4000;

/// How long each job takes until its serial part, its own work and waiting; and how long that part takes.
const BEFORE: Duration = Duration::from_millis(10);
const SERIAL: Duration = Duration::from_micros(530);

/// How long somebody is awake before it goes on.
const AWAKE: Duration = Duration::from_micros(300);

/// How often each job counts, and what it does before: about 10 ns, so that the others count meanwhile. It
/// makes a job so long that what the pool does for it is little.
const COUNTED: u32 = 2000;
const ROUNDS_BETWEEN: u32 = 10;

/// What is done with each job, besides running it.
trait Handicap: Default + Send + Sync + 'static {
    const NAME: &'static str;

    fn run<R>(&self, worker: usize, job: impl FnOnce() -> R) -> R;
}

fn work(rounds: u32) {
    black_box(Mix { key: black_box(1), rounds }.run());
}

#[derive(Default)]
struct Longer;

impl Handicap for Longer {
    const NAME: &'static str = "handicapped";

    fn run<R>(&self, _: usize, job: impl FnOnce() -> R) -> R {
        work(ROUNDS);
        job()
    }
}

/// A job only waits in its serial part. If it worked, others that wait for its end would take time of its
/// core, and it would be longer than it is said to be.
#[derive(Default)]
struct Serialised(Mutex<Jobs>);

/// How many jobs are before their serial part; how many are behind that, or in it; and when the last
/// of these parts ends.
#[derive(Default)]
struct Jobs {
    before: usize,
    behind: usize,
    end: Option<Instant>,
}

impl Serialised {
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is so, awake.
    fn once(&self, is_so: impl Fn(&Jobs) -> bool) -> MutexGuard<'_, Jobs> {
        loop {
            let jobs = self.lock();
            if is_so(&jobs) {
                return jobs;
            }
            drop(jobs);
            thread::yield_now();
        }
    }
}

impl Handicap for Serialised {
    const NAME: &'static str = "serialised";

    fn run<R>(&self, _: usize, job: impl FnOnce() -> R) -> R {
        let mut jobs = self.once(|jobs| jobs.behind == 0);
        jobs.before += 1;
        // Jobs that waited for a serial part begin as it ends, and not one after the other.
        let just_ended = jobs.end.filter(|end| end.elapsed() < AWAKE);
        let start = just_ended.unwrap_or_else(Instant::now);
        drop(jobs);
        let result = job();
        wait_until(start + BEFORE);
        let mut jobs = self.lock();
        jobs.before -= 1;
        jobs.behind += 1;
        drop(jobs);
        let mut jobs = self.once(|jobs| jobs.before == 0);
        let now = Instant::now();
        let end = jobs.end.map_or(now, |end| end.max(now)) + SERIAL;
        jobs.end = Some(end);
        drop(jobs);
        wait_until(end);
        self.lock().behind -= 1;
        result
    }
}

/// Asleep, and then awake: who sleeps wakes up late.
fn wait_until(end: Instant) {
    thread::sleep(end.saturating_duration_since(Instant::now() + AWAKE));
    while Instant::now() < end {
        thread::yield_now();
    }
}

const WORDS: usize = 8;

/// A line of the cache, and the next one: some processors fetch them in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Line([AtomicU64; WORDS]);

#[derive(Default)]
struct Counting<const SHARED: bool>([Line; WORDS]);

impl<const SHARED: bool> Handicap for Counting<SHARED> {
    const NAME: &'static str = if SHARED { "falsely-shared" } else { "padded" };

    fn run<R>(&self, worker: usize, job: impl FnOnce() -> R) -> R {
        let own = worker % WORDS;
        let (line, word) = if SHARED { (0, own) } else { (own, 0) };
        for _ in 0..COUNTED {
            work(ROUNDS_BETWEEN);
            // Relaxed: it is never read.
            self.0[line].0[word].fetch_add(1, Relaxed);
        }
        job()
    }
}

/// Backend `B`, with a handicap.
struct Handicapped<B, H>(PhantomData<(B, H)>);

impl<B: Backend, H: Handicap> Backend for Handicapped<B, H> {
    const NAME: &'static str = H::NAME;

    type Pool<J: Send + 'static> = B::Pool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = B::Results<T, E>;

    fn spawn_with_state<J, T, E, S, X, I, F>(
        config: Config,
        init: I,
        handler: F,
    ) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        X: Into<Box<dyn Error + Send + Sync>>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        F: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        let handicap = H::default();
        B::spawn_with_state(config, init, move |state: &mut S, job, context: &Context| {
            handicap.run(context.worker().get(), || handler(state, job, context))
        })
    }
}

/// Without a pool: each worker has its part of the jobs from the beginning.
struct Loop<H> {
    handicap: H,
    shape: Shape,
}

impl<H: Handicap> Session for Loop<H> {
    fn push(&mut self, batch: Batch, _producers: usize) -> Result<Sample, WrongAnswer> {
        let Self { handicap, shape: Shape { workers, placement, .. } } = &*self;
        let (jobs, ready) = (batch.jobs.len(), Barrier::new(workers + 1));
        let mut left = batch.jobs.into_iter();
        let run = |worker: usize, own: Vec<Job>| {
            placement.settle(worker);
            ready.wait();
            let results = own.into_iter().map(|job| handicap.run(worker, || job.run()));
            results.fold(0, u64::wrapping_add)
        };
        let (received, wall) = thread::scope(|scope| {
            let start = |worker| {
                let own: Vec<Job> = left.by_ref().take(jobs.div_ceil(*workers)).collect();
                let run = &run;
                scope.spawn(move || run(worker, own))
            };
            let threads: Vec<_> = (0..*workers).map(start).collect();
            ready.wait();
            let start = Instant::now();
            let results = threads.into_iter().map(|it| it.join().expect("no job panics"));
            (results.fold(0, u64::wrapping_add), start.elapsed())
        });
        if received != batch.answer {
            return Err(WrongAnswer { expected: batch.answer, received });
        }
        Ok(Sample { jobs, wall, cost: None })
    }

    fn time_one(&mut self, _: Batch, _: Batch) -> Result<Duration, WrongAnswer> {
        unimplemented!("a loop is not asked for one job")
    }
}

fn handicapped<H: Handicap>() -> BackendEntry {
    BackendEntry {
        // A serialised job that waits holds up all others, which is against the contract: so the pool
        // below is checked.
        subject: Subject::of::<Std>(),
        ..BackendEntry::of::<Handicapped<Std, H>>("pool-std")
    }
}

fn plain_loop<H: Handicap>(name: &'static str) -> BackendEntry {
    let mut entry = handicapped::<H>().named(name);
    entry.start = |shape| Box::new(Loop { handicap: H::default(), shape });
    entry
}

fn main() -> ExitCode {
    let mut backends = BACKENDS.to_vec();
    backends.extend([
        handicapped::<Longer>(),
        handicapped::<Serialised>(),
        handicapped::<Counting<false>>(),
        handicapped::<Counting<true>>(),
        plain_loop::<Counting<false>>("padded-loop"),
        plain_loop::<Counting<true>>("falsely-shared-loop"),
    ]);
    pool_runner::run(&backends)
}
