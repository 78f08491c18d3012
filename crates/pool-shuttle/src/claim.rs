//! `Queued`: of a worker, a stop and a cancellation, one claims the job.

use std::{
    convert::Infallible,
    sync::{Arc, Weak},
};

use pool::{Backend, CancellationToken, Config, Context, JobErrorKind, JobOptions, Pool, Results};
use shuttle::thread;

use crate::{Std, StdPool, explore::explore, rig::rig};

#[test]
fn one_of_worker_stop_and_cancellation_claims_a_job() {
    explore(|| {
        let (pool, hands, completions) = rig(1, 8, &CancellationToken::new());
        let token = CancellationToken::new();
        pool.submit_with((), JobOptions::new().cancellation_token(&token)).unwrap();
        hands.let_workers();
        let cancellers = [token.clone(), token].map(|token| thread::spawn(move || token.cancel()));
        let undone = pool.stop().len();
        for canceller in cancellers {
            canceller.join().unwrap();
        }
        pool.join(None).unwrap();
        assert_eq!(undone + completions.count(), 1);
        let stats = pool.stats();
        assert_eq!(stats.undone, undone as u64);
        assert!(stats.cancelled + stats.undone <= 1);
    });
}

#[test]
fn a_job_submitted_with_a_token_that_is_being_cancelled_ends_once() {
    explore(|| {
        let (pool, hands, completions) = rig(1, 8, &CancellationToken::new());
        let token = CancellationToken::new();
        let canceller = thread::spawn({
            let token = token.clone();
            move || token.cancel()
        });
        hands.let_workers();
        pool.submit_with((), JobOptions::new().cancellation_token(&token)).unwrap();
        pool.close();
        canceller.join().unwrap();
        pool.join(None).unwrap();
        assert_eq!(completions.count(), 1);
    });
}

#[test]
fn a_cancellation_without_room_leaves_the_job_to_a_worker() {
    explore(|| {
        let (pool, hands, completions) = rig(2, 1, &CancellationToken::new());
        let token = CancellationToken::new();
        pool.submit(()).unwrap();
        pool.submit_with((), JobOptions::new().cancellation_token(&token)).unwrap();
        pool.close();
        hands.let_workers();
        let canceller = thread::spawn(move || token.cancel());
        let ends: Vec<_> = completions.collect();
        canceller.join().unwrap();
        pool.join(None).unwrap();
        assert_eq!(ends.len(), 2);
        // Counted by the cancellation if it delivered, and not if it did not.
        let kind = ends.iter().find_map(|end| end.result.as_ref().err()).map(|error| &error.kind);
        assert_eq!(pool.stats().cancelled, u64::from(kind == Some(&JobErrorKind::Cancelled)));
    });
}

#[test]
fn whoever_receives_a_cancellation_finds_it_counted() {
    explore(|| {
        let (pool, _hands, mut completions) = rig(1, 1, &CancellationToken::new());
        let token = CancellationToken::new();
        pool.submit_with((), JobOptions::new().cancellation_token(&token)).unwrap();
        let canceller = thread::spawn(move || token.cancel());
        completions.recv().unwrap();
        assert_eq!(pool.stats().cancelled, 1);
        canceller.join().unwrap();
    });
}

/// Its `Drop` comes back to the pool it was submitted to.
struct Meddler(Weak<StdPool<Meddler>>);

impl Drop for Meddler {
    fn drop(&mut self) {
        if let Some(pool) = self.0.upgrade() {
            _ = pool.stats();
            _ = pool.stop();
        }
    }
}

#[test]
fn the_jobs_of_a_cancelled_pool_may_use_it_as_they_are_dropped() {
    explore(|| {
        let handler = |_: Meddler, _: &Context| Ok::<_, Infallible>(());
        let token = CancellationToken::new();
        let config = Config::new(1).cancellation_token(&token);
        let (pool, results) = Std::spawn(config, handler).unwrap();
        let pool = Arc::new(pool);
        let canceller = thread::spawn(move || token.cancel());
        let submitted = (0..2).filter_map(|_| pool.submit(Meddler(Arc::downgrade(&pool))).ok());
        let submitted = submitted.count();
        pool.close();
        canceller.join().unwrap();
        let undone = pool.join(None).unwrap().stats.undone;
        assert_eq!(results.count() + undone as usize, submitted);
    });
}

#[test]
fn a_cancelled_job_may_use_its_pool_as_it_is_dropped() {
    explore(|| {
        let handler = |_: Meddler, _: &Context| Ok::<_, Infallible>(());
        let (pool, results) = Std::spawn(Config::new(1), handler).unwrap();
        let pool = Arc::new(pool);
        let token = CancellationToken::new();
        let canceller = thread::spawn({
            let token = token.clone();
            move || token.cancel()
        });
        let options = JobOptions::new().cancellation_token(&token);
        pool.submit_with(Meddler(Arc::downgrade(&pool)), options).unwrap();
        assert_eq!(results.count(), 1);
        canceller.join().unwrap();
    });
}
