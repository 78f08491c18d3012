//! `Intake` under `QueuePool`: the gate against the end, and the spill.

use std::sync::Arc;

use pool::{CancellationToken, Completion, JobId, JobOptions, Pool};
use shuttle::thread;

use crate::{
    explore::explore,
    rig::{RigPool, fill_with_tombstones, rig},
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
        hands.start_worker();
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
        hands.start_worker();
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
fn of_two_stops_one_takes_all_and_neither_cancels_what_the_other_hands_back() {
    explore(|| {
        let (pool, _hands, completions) = rig(2, 8, &CancellationToken::new());
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
fn a_cancelled_pool_with_full_results_loses_nothing_to_a_worker_that_leaves() {
    explore(|| {
        let token = CancellationToken::new();
        let (pool, hands, completions) = rig(2, 1, &token);
        let accepted: Vec<_> = (0..2).map(|_| pool.submit(()).unwrap()).collect();
        hands.start_worker();
        drop(hands);
        let canceller = thread::spawn(move || token.cancel());
        // Ends when the worker has gone: whatever it left behind is missing here.
        let mut completed = Vec::new();
        while let Ok(completion) = completions.recv() {
            completed.push(completion.job);
        }
        assert_eq!(sorted(completed), accepted);
        canceller.join().unwrap();
        pool.join(None).unwrap();
    });
}

#[test]
fn nobody_sleeps_while_a_job_is_spilled() {
    explore(|| {
        const CAPACITY: usize = 1;
        let (pool, hands, completions) = rig(CAPACITY, 8, &CancellationToken::new());
        fill_with_tombstones(&pool, CAPACITY);
        hands.start_workers();
        let submitters = [submit(&pool, 1), submit(&pool, 1)];
        // The pool stays open until both have come out: nothing else wakes a worker.
        let done = std::iter::from_fn(|| completions.recv().ok());
        let done = done.filter(|done| done.result.is_ok());
        assert_eq!(done.take(2).count(), 2);
        pool.close();
        for submitter in submitters {
            assert_eq!(submitter.join().unwrap().len(), 1);
        }
        pool.join(None).unwrap();
    });
}

#[test]
fn spilled_jobs_keep_their_order() {
    explore(|| {
        const CAPACITY: usize = 2;
        let (pool, hands, _completions) = rig(CAPACITY, 8, &CancellationToken::new());
        fill_with_tombstones(&pool, CAPACITY);
        // Spilled before there is anybody to make room, so that all others may overtake it.
        let mut accepted = vec![pool.submit(()).unwrap()];
        hands.start_worker();
        accepted.extend(submit(&pool, 3).join().unwrap());
        pool.close();
        pool.join(None).unwrap();
        assert_eq!(hands.started(), accepted);
    });
}

#[test]
fn spilled_jobs_are_handed_back_by_a_stop() {
    explore(|| {
        const CAPACITY: usize = 2;
        let (pool, hands, completions) = rig(CAPACITY, 8, &CancellationToken::new());
        fill_with_tombstones(&pool, CAPACITY);
        let accepted = [pool.submit(()).unwrap(), pool.submit(()).unwrap()];
        hands.start_worker();
        let undone: Vec<_> = pool.stop().into_iter().map(|(job, ())| job).collect();
        pool.join(None).unwrap();
        let ended = |done: &Completion<_, _>| accepted.contains(&done.job);
        let completed = completions.try_iter().filter(ended).map(|done| done.job);
        assert_eq!(sorted(undone.into_iter().chain(completed).collect()), accepted);
    });
}

#[test]
fn a_job_cancelled_in_the_spill_does_not_hold_up_the_next() {
    explore(|| {
        const CAPACITY: usize = 1;
        let (pool, hands, completions) = rig(CAPACITY, 8, &CancellationToken::new());
        fill_with_tombstones(&pool, CAPACITY);
        let token = CancellationToken::new();
        let options = JobOptions::new().cancellation_token(&token);
        let spilled = pool.submit_with((), options).unwrap();
        let canceller = thread::spawn(move || token.cancel());
        hands.start_worker();
        let next = pool.submit(()).unwrap();
        pool.close();
        canceller.join().unwrap();
        pool.join(None).unwrap();
        let ends = completions.try_iter().skip(CAPACITY).map(|end| end.job).collect();
        assert_eq!(sorted(ends), [spilled, next]);
        assert_eq!(hands.started().last(), Some(&next));
    });
}
