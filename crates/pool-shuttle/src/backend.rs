//! The std backend end to end: whatever races, every accepted job has one end.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex as StdMutex},
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, JobErrorKind, JobId, JobOptions, Pool,
    Stats,
};
use shuttle::thread;

use crate::{Std, StdPool, StdResults, explore::explore};

/// What a job is: its submitter's number for it.
type Job = u32;

/// One pool, whose handler notes what it is called with, and fails jobs that are odd.
struct Scene {
    pool: Arc<StdPool<Job>>,
    results: StdResults<Job, &'static str>,
    token: CancellationToken,
    called: Arc<StdMutex<Vec<Job>>>,
}

impl Scene {
    fn new(config: Config) -> Self {
        let called = Arc::new(StdMutex::new(Vec::new()));
        let token = CancellationToken::new();
        let (pool, results) = Std::spawn(config.cancellation_token(&token), {
            let called = Arc::clone(&called);
            move |job: Job, context: &Context| {
                called.lock().unwrap().push(job);
                // Somewhere to be interrupted.
                _ = context.is_cancelled();
                if job.is_multiple_of(2) { Ok(job) } else { Err("odd") }
            }
        })
        .unwrap();
        Self { pool: Arc::new(pool), results, token, called }
    }

    /// Submits `jobs` on a thread of its own; which were accepted, and which came back?
    fn submit(
        &self,
        jobs: impl IntoIterator<Item = Job> + Send + 'static,
        options: &JobOptions,
    ) -> thread::JoinHandle<(Vec<JobId>, Vec<Job>)> {
        let (pool, options) = (Arc::clone(&self.pool), options.clone());
        thread::spawn(move || {
            let (mut accepted, mut refused) = (Vec::new(), Vec::new());
            for job in jobs {
                match pool.submit_with(job, options.clone()) {
                    Ok(id) => accepted.push(id),
                    Err(error) => refused.push(error.into_inner()),
                }
            }
            (accepted, refused)
        })
    }

    fn on_a_thread<R: Send + 'static>(
        &self,
        act: impl FnOnce(&StdPool<Job>) -> R + Send + 'static,
    ) -> thread::JoinHandle<R> {
        let pool = Arc::clone(&self.pool);
        thread::spawn(move || act(&pool))
    }

    /// Joins everybody and settles the accounts, which it returns. The pool must have been
    /// closed, or about to be.
    fn settle(
        self,
        submitters: Vec<thread::JoinHandle<(Vec<JobId>, Vec<Job>)>>,
        undone: &[(JobId, Job)],
    ) -> Stats {
        let completions: Vec<Completion<Job, &str>> = self.results.collect();
        let (mut accepted, mut refused) = (Vec::new(), Vec::new());
        for submitter in submitters {
            let (yes, no) = submitter.join().unwrap();
            accepted.extend(yes);
            refused.extend(no);
        }
        let stats = self.pool.join(None).unwrap().stats;

        // Conservation: each has one end.
        let mut ends: Vec<_> = completions.iter().map(|completion| completion.job).collect();
        ends.extend(undone.iter().map(|(id, _)| *id));
        ends.sort_unstable();
        accepted.sort_unstable();
        assert_eq!(ends, accepted);

        // At most once, and never one that was refused or handed back.
        let called = self.called.lock().unwrap().clone();
        let distinct: BTreeSet<_> = called.iter().copied().collect();
        assert_eq!(distinct.len(), called.len());
        let not_run = refused.into_iter().chain(undone.iter().map(|(_, job)| *job));
        assert!(not_run.into_iter().all(|job| !distinct.contains(&job)));

        // The books balance.
        let kind = |want: fn(&JobErrorKind<&str>) -> bool| {
            let errors = completions.iter().filter_map(|end| end.result.as_ref().err());
            errors.filter(|error| want(&error.kind)).count() as u64
        };
        assert_eq!(stats.submitted, accepted.len() as u64);
        assert_eq!(stats.undone, undone.len() as u64);
        assert_eq!(stats.failed, kind(|kind| matches!(kind, JobErrorKind::Failed(_))));
        assert_eq!(stats.cancelled, kind(|kind| matches!(kind, JobErrorKind::Cancelled)));
        assert_eq!(stats.settled(), stats.submitted);
        assert_eq!(stats.succeeded + stats.failed, called.len() as u64);
        assert_eq!((stats.queued, stats.running), (0, 0));
        stats
    }
}

#[test]
fn submitters_against_a_close() {
    explore(|| {
        let scene = Scene::new(Config::new(2).queue(1).results(1));
        let plain = JobOptions::new();
        let submitters = vec![scene.submit(0..2, &plain), scene.submit(2..4, &plain)];
        let closer = scene.on_a_thread(Pool::close);
        scene.settle(submitters, &[]);
        closer.join().unwrap();
    });
}

#[test]
fn submitters_against_two_stops() {
    explore(|| {
        let scene = Scene::new(Config::new(2).queue(2));
        // A job with a token takes another way through the worker.
        let token = CancellationToken::new();
        let (plain, with_token) = (JobOptions::new(), JobOptions::new().cancellation_token(&token));
        let submitters = vec![scene.submit(0..2, &plain), scene.submit(2..4, &with_token)];
        let other = scene.on_a_thread(Pool::stop);
        let mut undone = scene.pool.stop();
        undone.extend(other.join().unwrap());
        let stats = scene.settle(submitters, &undone);
        // What was not handed back was run.
        assert_eq!(stats.cancelled, 0);
    });
}

#[test]
fn submitters_against_the_cancellation_of_their_jobs_and_a_close() {
    explore(|| {
        let scene = Scene::new(Config::new(1).queue(1));
        let (token, plain) = (CancellationToken::new(), JobOptions::new());
        let options = JobOptions::new().cancellation_token(&token);
        let submitters = vec![scene.submit(0..2, &options), scene.submit(2..4, &plain)];
        let canceller = thread::spawn(move || token.cancel());
        let closer = scene.on_a_thread(Pool::close);
        scene.settle(submitters, &[]);
        canceller.join().unwrap();
        closer.join().unwrap();
    });
}

#[test]
fn submitters_against_the_cancellation_of_the_pool_with_full_results() {
    explore(|| {
        let scene = Scene::new(Config::new(2).queue(2).results(1));
        let plain = JobOptions::new();
        let submitters = vec![scene.submit(0..2, &plain), scene.submit(2..4, &plain)];
        let token = scene.token.clone();
        let canceller = thread::spawn(move || token.cancel());
        scene.settle(submitters, &[]);
        canceller.join().unwrap();
    });
}

#[test]
fn everything_against_everything() {
    explore(|| {
        let scene = Scene::new(Config::new(2).queue(1).results(2));
        let (token, plain) = (CancellationToken::new(), JobOptions::new());
        let options = JobOptions::new().cancellation_token(&token);
        let submitters = vec![scene.submit(0..2, &options), scene.submit(2..4, &plain)];
        let of_pool = scene.token.clone();
        let cancellers = [token, of_pool].map(|token| thread::spawn(move || token.cancel()));
        let closer = scene.on_a_thread(Pool::close);
        let undone = scene.pool.stop();
        scene.settle(submitters, &undone);
        for canceller in cancellers {
            canceller.join().unwrap();
        }
        closer.join().unwrap();
    });
}

#[test]
fn a_dropped_results_half_blocks_nobody() {
    explore(|| {
        let Scene { pool, results, .. } = Scene::new(Config::new(1).queue(1).results(1));
        let dropper = thread::spawn(move || drop(results));
        for job in 0..3 {
            pool.submit(job).unwrap();
        }
        pool.close();
        assert_eq!(pool.join(None).unwrap().stats.completed(), 3);
        dropper.join().unwrap();
    });
}
