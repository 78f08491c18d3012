//! A worker that takes a job, and those who wait for that.

use std::sync::Arc;

use pool::{CancellationToken, JobId, JobOptions, Pool};
use shuttle::thread;

use crate::{
    explore::explore,
    rig::{RigPool, rig},
};

fn submit(pool: &Arc<RigPool>) -> thread::JoinHandle<JobId> {
    let pool = Arc::clone(pool);
    thread::spawn(move || pool.submit(()).unwrap())
}

#[test]
fn a_worker_that_takes_a_job_serves_who_waits_for_its_place() {
    explore(|| {
        let (pool, hands, _completions) = rig(1, 8, &CancellationToken::new());
        pool.submit(()).unwrap();
        // Nothing else will serve it: the pool stays open.
        let submitter = submit(&pool);
        hands.let_workers();
        assert_eq!(submitter.join().unwrap(), JobId::new(1));
    });
}

#[test]
fn a_worker_that_passes_a_cancelled_job_serves_who_waits_for_its_place() {
    explore(|| {
        let (pool, hands, completions) = rig(1, 8, &CancellationToken::new());
        let token = CancellationToken::new();
        pool.submit_with((), JobOptions::new().cancellation_token(&token)).unwrap();
        let submitter = submit(&pool);
        let canceller = thread::spawn(move || token.cancel());
        hands.let_workers();
        submitter.join().unwrap();
        canceller.join().unwrap();
        pool.close();
        assert_eq!(completions.count(), 2);
    });
}

#[test]
fn several_submitters_and_workers_share_one_place() {
    explore(|| {
        let (pool, hands, completions) = rig(1, 8, &CancellationToken::new());
        hands.let_workers();
        let submitters = [submit(&pool), submit(&pool), submit(&pool)];
        let mut ids = submitters.map(|submitter| submitter.join().unwrap());
        ids.sort_unstable();
        assert_eq!(ids, [0, 1, 2].map(JobId::new));
        pool.close();
        assert_eq!(completions.count(), 3);
    });
}
