//! Conservation under every kind of race: several producers, each way to submit, jobs that
//! succeed, fail, panic, are cancelled or come late, and an end that comes in the middle of
//! it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, JobErrorKind, JobId, JobOptions, Pool,
    Stats, SubmitError, SubmitTimeoutError, TrySubmitError,
};

use crate::{Census, Counted};

/// Nobody ends the pool before the last producer has let go of it.
pub fn every_job_is_accounted_for_when_the_pool_is_dropped<B: Backend>() {
    conserve::<B>(|_, _| Vec::new());
}

/// Closed while jobs are submitted.
pub fn every_job_is_accounted_for_under_a_racing_close<B: Backend>() {
    conserve::<B>(|pool, _| (pool.close(), Vec::new()).1);
}

/// Stopped while jobs are submitted.
pub fn every_job_is_accounted_for_under_a_racing_stop<B: Backend>() {
    conserve::<B>(|pool, _| pool.stop());
}

/// Cancelled while jobs are submitted.
pub fn every_job_is_accounted_for_under_a_racing_cancellation<B: Backend>() {
    conserve::<B>(|_, token| (token.cancel(), Vec::new()).1);
}

/// Closed, cancelled and stopped by three threads at the same time.
pub fn every_job_is_accounted_for_when_all_ends_race<B: Backend>() {
    conserve::<B>(|pool, token| {
        thread::scope(|scope| {
            scope.spawn(|| pool.close());
            scope.spawn(|| token.cancel());
            pool.stop()
        })
    });
}

const PRODUCERS: usize = 3;
/// For each producer.
const JOBS: usize = 60;
const ROUNDS: usize = 16;

/// One of the jobs, numbered through all producers.
#[derive(Debug)]
struct Job {
    number: usize,
    _counted: Counted,
}

/// What a producer did.
#[derive(Default)]
struct Produced {
    accepted: Vec<(JobId, usize)>,
    undone: Vec<(JobId, Job)>,
}

type End<P> = fn(&P, &CancellationToken) -> Vec<(JobId, Job)>;

/// Rounds with the end at different moments, with unbounded results and bounded ones.
fn conserve<B: Backend>(end: End<B::Pool<Job>>) {
    for round in 0..ROUNDS {
        for bound in [None, Some(1)] {
            Round::<B>::start(round * JOBS / ROUNDS, bound).run(end);
        }
    }
}

struct Round<B: Backend> {
    /// The first producer ends the pool before this one of its jobs.
    end_at: usize,
    token: CancellationToken,
    census: Census,
    /// How often the handler was called, by job number.
    calls: Arc<[AtomicUsize]>,
    pool: B::Pool<Job>,
    results: B::Results<usize, usize>,
}

impl<B: Backend> Round<B> {
    fn start(end_at: usize, bound: Option<usize>) -> Self {
        let token = CancellationToken::new();
        let config = Config::new(2).queue(3).cancellation_token(&token);
        let config = match bound {
            Some(bound) => config.results(bound),
            None => config,
        };
        let calls: Arc<[AtomicUsize]> = (0..PRODUCERS * JOBS).map(|_| 0.into()).collect();
        let seen = Arc::clone(&calls);
        let handler = move |job: Job, _: &Context| {
            // Relaxed: read after a join of the workers.
            seen[job.number].fetch_add(1, Ordering::Relaxed);
            match job.number % 7 {
                0 => Err(job.number),
                1 => std::panic::resume_unwind(Box::new(job.number.to_string())),
                _ => Ok(job.number),
            }
        };
        let (pool, results) = B::spawn(config, handler).unwrap();
        Self { end_at, token, census: Census::new(), calls, pool, results }
    }

    fn run(self, end: End<B::Pool<Job>>) {
        let Self { end_at, token, census, calls, pool, results } = self;
        let reader = thread::spawn(move || results.collect::<Vec<_>>());
        let accepted = Mutex::new(HashMap::new());
        let undone = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for producer in 0..PRODUCERS {
                let (pool, token, census) = (&pool, &token, &census);
                let (accepted, undone) = (&accepted, &undone);
                scope.spawn(move || {
                    let end_at = if producer == 0 { end_at } else { usize::MAX };
                    let numbers = producer * JOBS..(producer + 1) * JOBS;
                    let produced = produce(pool, numbers, census, end_at, || end(pool, token));
                    accepted.lock().unwrap().extend(produced.accepted);
                    undone.lock().unwrap().extend(produced.undone);
                });
            }
        });
        pool.close();
        let stats = pool.join(None).unwrap().stats;
        drop(pool);
        let completions = reader.join().unwrap();
        let undone = undone.into_inner().unwrap();
        account(&accepted.into_inner().unwrap(), &completions, &undone, &calls, stats);
        drop((completions, undone));
        assert_eq!(census.alive(), 0, "every job was dropped, once");
    }
}

/// Submits a producer's jobs in every way there is, and ends the pool in between.
fn produce<P: Pool<Job>>(
    pool: &P,
    numbers: std::ops::Range<usize>,
    census: &Census,
    end_at: usize,
    end: impl Fn() -> Vec<(JobId, Job)>,
) -> Produced {
    let mut produced = Produced::default();
    for (index, number) in numbers.enumerate() {
        if index == end_at {
            produced.undone = end();
        }
        let job = Job { number, _counted: census.count() };
        let submitted = match number % 5 {
            0 => pool.submit(job).map_err(SubmitError::into_inner),
            1 => pool.try_submit(job).map_err(TrySubmitError::into_inner),
            2 => {
                let timeout = Duration::from_micros(50);
                pool.submit_timeout(job, timeout).map_err(SubmitTimeoutError::into_inner)
            }
            3 => {
                let late = JobOptions::new().deadline(Instant::now());
                pool.submit_with(job, late).map_err(SubmitError::into_inner)
            }
            _ => {
                let token = CancellationToken::new();
                let options = JobOptions::new().cancellation_token(&token);
                let submitted = pool.submit_with(job, options);
                token.cancel();
                submitted.map_err(SubmitError::into_inner)
            }
        };
        match submitted {
            Ok(id) => produced.accepted.push((id, number)),
            Err(refused) => assert_eq!(refused.number, number, "another job came back"),
        }
    }
    produced
}

/// Checks that every number fits every other.
fn account(
    accepted: &HashMap<JobId, usize>,
    completions: &[Completion<usize, usize>],
    undone: &[(JobId, Job)],
    calls: &[AtomicUsize],
    stats: Stats,
) {
    let mut open = accepted.clone();
    let mut expected_calls = vec![0; calls.len()];
    let mut expected = Stats::default();
    for Completion { job, worker, result } in completions {
        let number = open.remove(job).expect("an accepted job that had not ended yet");
        expected_calls[number] = usize::from(worker.is_some());
        match result {
            Ok(value) => {
                assert_eq!(*value, number);
                expected.succeeded += 1;
            }
            Err(error) => {
                assert_eq!(error.job, *job);
                match &error.kind {
                    JobErrorKind::Failed(value) => {
                        assert_eq!(*value, number);
                        expected.failed += 1;
                    }
                    JobErrorKind::Panicked(message) => {
                        assert_eq!(**message, *number.to_string());
                        expected.panicked += 1;
                    }
                    JobErrorKind::Cancelled => expected.cancelled += 1,
                    JobErrorKind::DeadlineExceeded => expected.expired += 1,
                    other => panic!("no job ends like this: {other:?}"),
                }
            }
        }
    }
    for (id, job) in undone {
        assert_eq!(open.remove(id), Some(job.number), "handed back, but not open");
    }
    assert!(open.is_empty(), "accepted and never heard of again: {open:?}");
    assert!(undone.is_sorted_by_key(|(id, _)| *id), "oldest first");

    let calls: Vec<_> = calls.iter().map(|calls| calls.load(Ordering::Relaxed)).collect();
    assert_eq!(calls, expected_calls, "calls of the handler, by job");
    let counted = [
        stats.submitted,
        stats.succeeded,
        stats.failed,
        stats.panicked,
        stats.cancelled,
        stats.expired,
        stats.undone,
        stats.queued,
        stats.running,
    ];
    let seen = [
        accepted.len() as u64,
        expected.succeeded,
        expected.failed,
        expected.panicked,
        expected.cancelled,
        expected.expired,
        undone.len() as u64,
        0,
        0,
    ];
    assert_eq!(counted, seen, "the counters against what was seen");
}
