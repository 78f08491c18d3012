//! `Core`: the queue ends once, when every accepted job is gone, and a stop takes what is left.

use std::sync::Arc;

use pool::{CancellationToken, JobId, JobOptions, Pool, Results};
use shuttle::thread;

use crate::{
    explore::explore,
    rig::{RigPool, rig},
};

/// Submits `jobs` on a thread of its own; which were accepted?
fn submit(pool: &Arc<RigPool>, jobs: usize) -> thread::JoinHandle<Vec<JobId>> {
    let pool = Arc::clone(pool);
    thread::spawn(move || (0..jobs).filter_map(|_| pool.submit(()).ok()).collect())
}

fn sorted(mut jobs: Vec<JobId>) -> Vec<JobId> {
    jobs.sort_unstable();
    jobs
}

#[test]
fn what_is_submitted_against_a_close_is_started_or_refused() {
    explore(|| {
        let (pool, hands, _) = rig(1, 8, &CancellationToken::new());
        hands.let_workers();
        let submitters = [submit(&pool, 2), submit(&pool, 1)];
        pool.close();
        let accepted: Vec<_> = submitters.into_iter().flat_map(|s| s.join().unwrap()).collect();
        pool.join(None).unwrap();
        assert_eq!(sorted(accepted), sorted(hands.started()));
    });
}

#[test]
fn what_is_submitted_against_a_stop_is_started_or_handed_back_or_refused() {
    explore(|| {
        let (pool, hands, _) = rig(2, 8, &CancellationToken::new());
        hands.let_workers();
        let submitters = [submit(&pool, 2), submit(&pool, 1)];
        let undone: Vec<_> = pool.stop().into_iter().map(|(job, ())| job).collect();
        assert!(undone.is_sorted());
        let accepted: Vec<_> = submitters.into_iter().flat_map(|s| s.join().unwrap()).collect();
        pool.join(None).unwrap();
        // Not one was cancelled: what a worker had received by then, it ran.
        assert_eq!(sorted(accepted), sorted(undone.into_iter().chain(hands.started()).collect()));
    });
}

#[test]
fn a_stop_waits_for_a_job_that_is_on_its_way_to_the_queue() {
    explore(|| {
        let (pool, _hands, _) = rig(2, 8, &CancellationToken::new());
        let submitters = [submit(&pool, 2), submit(&pool, 1)];
        // No worker takes any, so all of them are handed back.
        let undone = pool.stop().into_iter().map(|(job, ())| job).collect();
        let accepted = submitters.into_iter().flat_map(|s| s.join().unwrap()).collect();
        assert_eq!(sorted(undone), sorted(accepted));
    });
}

#[test]
fn of_two_stops_one_takes_all_and_neither_cancels_what_the_other_hands_back() {
    explore(|| {
        let (pool, _hands, mut completions) = rig(2, 8, &CancellationToken::new());
        pool.submit(()).unwrap();
        pool.submit(()).unwrap();
        let other = thread::spawn({
            let pool = Arc::clone(&pool);
            move || pool.stop().len()
        });
        let undone = [pool.stop().len(), other.join().unwrap()];
        assert!(completions.try_recv().is_err(), "a stop cancelled a queued job");
        assert!(undone == [2, 0] || undone == [0, 2], "{undone:?}");
    });
}

#[test]
fn a_cancelled_pool_with_full_results_loses_nothing() {
    explore(|| {
        let token = CancellationToken::new();
        let (pool, hands, completions) = rig(2, 1, &token);
        let accepted: Vec<_> = (0..2).map(|_| pool.submit(()).unwrap()).collect();
        hands.let_workers();
        let canceller = thread::spawn(move || token.cancel());
        // Ends when the workers have left: what they left behind is missing here.
        assert_eq!(sorted(completions.map(|end| end.job).collect()), accepted);
        canceller.join().unwrap();
        pool.join(None).unwrap();
    });
}

#[test]
fn of_a_stop_and_a_cancellation_of_the_pool_one_takes_each_job() {
    explore(|| {
        let token = CancellationToken::new();
        let (pool, hands, completions) = rig(2, 1, &token);
        hands.let_workers();
        let submitters = [submit(&pool, 2), submit(&pool, 1)];
        let canceller = thread::spawn(move || token.cancel());
        let undone = pool.stop();
        let ends = completions.map(|end| end.job).chain(undone.into_iter().map(|(job, ())| job));
        let ends = sorted(ends.collect());
        canceller.join().unwrap();
        let accepted = submitters.into_iter().flat_map(|s| s.join().unwrap()).collect();
        assert_eq!(ends, sorted(accepted));
        let stats = pool.join(None).unwrap().stats;
        assert_eq!(stats.settled(), stats.submitted);
    });
}

#[test]
fn a_stop_loses_no_job_that_is_just_being_cancelled() {
    explore(|| {
        let (pool, hands, completions) = rig(2, 1, &CancellationToken::new());
        let token = CancellationToken::new();
        // One fills the results, so that the other may find no room in them.
        for _ in 0..2 {
            pool.submit_with((), JobOptions::new().cancellation_token(&token)).unwrap();
        }
        let canceller = thread::spawn(move || token.cancel());
        let undone = pool.stop();
        hands.let_workers();
        let ends = completions.map(|end| end.job).chain(undone.into_iter().map(|(job, ())| job));
        assert_eq!(sorted(ends.collect()), [JobId::new(0), JobId::new(1)]);
        canceller.join().unwrap();
        let stats = pool.join(None).unwrap().stats;
        assert_eq!(stats.settled(), 2);
    });
}

#[test]
fn the_workers_of_a_closed_pool_leave_whoever_takes_the_last_job() {
    explore(|| {
        let (pool, hands, completions) = rig(2, 8, &CancellationToken::new());
        let closers = [0, 1].map(|_| {
            let pool = Arc::clone(&pool);
            thread::spawn(move || {
                pool.submit(()).unwrap_or(JobId::new(0));
                pool.close();
            })
        });
        hands.let_workers();
        let ended = completions.count();
        for closer in closers {
            closer.join().unwrap();
        }
        assert_eq!(pool.join(None).unwrap().stats.submitted, ended as u64);
    });
}
