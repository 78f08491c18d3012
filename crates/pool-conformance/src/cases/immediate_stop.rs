//! Stop: what was never started comes back, what runs completes.
//!
//! After Java's `shutdownNow` cases (JSR-166 TCK), and the races of panjf2000/ants 202 and
//! alitto/pond 105.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Config, Context, ContextError, Ended, JobErrorKind, JobId,
    JobOptions, Pool, Results, SubmitError, Wait,
};

use crate::{
    Census, Gate, eventually,
    fixtures::{cancelled, cancelled_by, gated, ids, jobs_of},
    no_error,
};

/// While the workers are held: stop does not wait for them, and they deliver later.
pub fn stop_hands_back_exactly_what_never_started_oldest_first<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(2), &gate);
    pool.submit(100).unwrap();
    pool.submit(101).unwrap();
    gate.wait_for_arrivals(2);
    for n in 102..110 {
        pool.submit(n).unwrap();
    }
    let expected: Vec<_> = ids(2..10).into_iter().zip(102..).collect();
    assert_eq!(pool.stop(), expected);
    assert_eq!(pool.stop(), []);
    assert_eq!(pool.submit(110), Err(SubmitError::Closed(110)));
    let late = pool.join(Some(Duration::ZERO)).unwrap_err();
    assert_eq!((late.busy.len(), late.queued, late.open), (2, 0, false));

    gate.open();
    let mut values: Vec<_> = results.map(|completion| completion.result.unwrap()).collect();
    values.sort_unstable();
    assert_eq!(values, [100, 101]);
    assert_eq!(gate.arrivals(), 2);
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.submitted, stats.succeeded, stats.undone), (10, 2, 8));
    assert_eq!((stats.queued, stats.running, stats.cancelled), (0, 0, 0));
    assert_eq!(pool.stop(), []);
}

/// They see it as a cancellation, and what they return still counts.
pub fn stop_tells_the_running_jobs_which_still_complete<B: Backend>() {
    let running = Gate::new();
    running.open();
    let handler = {
        let running = running.clone();
        move |obeys: bool, context: &Context| {
            running.pass();
            let slept = context.sleep(Duration::MAX);
            if obeys { slept } else { Ok(()) }
        }
    };
    let (pool, results) = B::spawn(Config::new(2), handler).unwrap();
    pool.submit(true).unwrap();
    pool.submit(false).unwrap();
    running.wait_for_arrivals(2);
    assert_eq!(pool.stop(), []);
    let mut completions: Vec<_> = results.collect();
    completions.sort_by_key(|completion| completion.job);
    let error = completions[0].result.clone().unwrap_err();
    assert_eq!(error.kind, JobErrorKind::Failed(ContextError::Cancelled));
    assert_eq!(completions[1].result, Ok(()));
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.failed, stats.succeeded, stats.cancelled), (1, 1, 0));
}

/// Closed first, cancelled first, or ended: a stop takes what is there.
pub fn stop_works_after_close_and_after_the_end<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(1).unwrap();
    pool.close();
    assert_eq!(pool.stop(), [(ids([1])[0], 1)]);
    pool.close();
    gate.open();
    assert_eq!(results.count(), 1);
    pool.join(None).unwrap();

    let (pool, mut results) = gated::<B>(Config::new(3), &gate);
    pool.submit(0).unwrap();
    results.recv().unwrap();
    pool.close();
    pool.join(None).unwrap();
    assert_eq!(pool.stop(), []);
    assert_eq!(results.recv(), Err(Ended));
}

/// A pool with nothing to do, whose workers all sleep, ends by a stop alone.
pub fn stop_ends_an_idle_pool<B: Backend>() {
    let (pool, results) = B::spawn(Config::new(8), |n: u32, _: &_| no_error(n)).unwrap();
    assert_eq!(pool.stop(), []);
    assert_eq!(results.count(), 0);
    assert_eq!(pool.join(None).unwrap().stats.submitted, 0);
}

/// What comes back is oldest first, and holds none that completed as cancelled. A job that is
/// merely late comes back too.
pub fn stop_hands_back_what_is_queued_behind_cancelled_jobs<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).queue(18), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let mut expected = Vec::new();
    for n in 1..=6 {
        let token = CancellationToken::new();
        let late = JobOptions::new().timeout(Duration::ZERO);
        expected.push((pool.admit(n, late, Wait::Never).unwrap(), n));
        for _ in 0..2 {
            pool.admit(99, cancelled_by(&token), Wait::Never).unwrap();
        }
        token.cancel();
    }
    assert_eq!(pool.stop(), expected);
    gate.open();
    let completions: Vec<_> = results.collect();
    assert_eq!(completions.iter().filter(|c| c.result.is_ok()).count(), 1);
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.undone), (1, 6));
    assert_eq!(stats.cancelled, completions.len() as u64 - 1);
    assert_eq!(stats.settled(), stats.submitted);
}

/// A worker that waits to deliver holds no other up, and loses nothing.
pub fn stop_under_full_results_loses_nothing<B: Backend>() {
    let calls = Gate::new();
    calls.open();
    let (pool, results) = gated::<B>(Config::new(1).results(1), &calls);
    pool.submit(0).unwrap();
    pool.submit(1).unwrap();
    eventually("the worker waits to deliver", || pool.stats().succeeded == 2);
    pool.submit(2).unwrap();
    assert_eq!(pool.stop(), [(ids([2])[0], 2)]);
    assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..2));
    pool.join(None).unwrap();
}

/// A job is moved in and moved out: the pool keeps no copy, and drops none that it hands
/// back.
pub fn a_job_that_is_handed_back_has_not_been_dropped<B: Backend>() {
    let (gate, census) = (Gate::new(), Census::new());
    let (pool, results) = B::spawn(Config::new(1), gate.handler()).unwrap();
    for _ in 0..10 {
        let options = cancelled_by(&CancellationToken::new());
        pool.submit(census.count()).unwrap();
        pool.submit_with(census.count(), options).unwrap();
    }
    gate.wait_for_arrivals(1);
    let undone = pool.stop();
    assert_eq!((undone.len(), census.alive()), (19, 20));
    drop(undone);
    assert_eq!(census.alive(), 1);
    gate.open();
    assert_eq!(results.count(), 1);
    pool.join(None).unwrap();
    assert_eq!(census.alive(), 0);
}

/// Among stops that race, each job comes back from one; and none is cancelled by a stop that
/// came second.
pub fn racing_stops_hand_every_job_back_once<B: Backend>() {
    const STOPS: usize = 3;
    for _ in 0..60 {
        let gate = Gate::new();
        let (pool, results) = gated::<B>(Config::new(1).queue(200), &gate);
        pool.submit(0).unwrap();
        gate.wait_for_arrivals(1);
        for n in 1..=200 {
            pool.submit(n).unwrap();
        }
        let start = Barrier::new(STOPS);
        let mut undone: Vec<_> = thread::scope(|scope| {
            let stops: Vec<_> = (0..STOPS)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        pool.stop()
                    })
                })
                .collect();
            stops.into_iter().flat_map(|stop| stop.join().unwrap()).collect()
        });
        undone.sort_unstable();
        assert_eq!(undone, ids(1..=200).into_iter().zip(1..).collect::<Vec<_>>());
        gate.open();
        assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids([0]));
    }
}

/// Submitters that race queue their jobs in another order than that of their ids. What comes back
/// is oldest first all the same.
pub fn stop_hands_back_the_jobs_of_many_submitters_oldest_first<B: Backend>() {
    const SUBMITTERS: u64 = 4;
    const JOBS: u64 = 100;
    for _ in 0..20 {
        let gate = Gate::new();
        let config = Config::new(1).queue(usize::try_from(SUBMITTERS * JOBS).unwrap());
        let (pool, results) = gated::<B>(config, &gate);
        pool.submit(0).unwrap();
        gate.wait_for_arrivals(1);
        let start = Barrier::new(usize::try_from(SUBMITTERS).unwrap());
        thread::scope(|scope| {
            for _ in 0..SUBMITTERS {
                scope.spawn(|| {
                    start.wait();
                    (0..JOBS).for_each(|_| _ = pool.submit(1).unwrap());
                });
            }
        });
        let undone: Vec<_> = pool.stop().into_iter().map(|(id, _)| id).collect();
        assert_eq!(undone, ids(1..=SUBMITTERS * JOBS));
        gate.open();
        assert_eq!(results.count(), 1);
    }
}

/// A job comes back, or its handler is called, also where a worker receives it in the very moment
/// of the stop. A stop does not complete it as cancelled.
pub fn a_stop_hands_back_a_job_or_lets_it_run<B: Backend>() {
    const JOBS: u32 = 16;
    for round in 0..400 {
        let calls = Gate::new();
        calls.open();
        let (pool, results) = gated::<B>(Config::new(1 + round % 4), &calls);
        for n in 0..JOBS {
            pool.submit(n).unwrap();
        }
        for _ in 0..round % 8 {
            thread::yield_now();
        }
        let undone = pool.stop();
        let completions: Vec<_> = results.collect();
        let not_run = completions.iter().find(|completion| completion.result.is_err());
        assert_eq!(not_run, None, "in round {round}");
        assert_eq!(calls.arrivals() + undone.len(), JOBS as usize);
        assert_eq!(pool.join(None).unwrap().stats.cancelled, 0);
    }
}

/// Also with workers that are just about to receive: once a stop has returned, a worker runs no
/// more than the one job that it had received before.
pub fn a_stop_leaves_no_job_in_the_queue<B: Backend>() {
    const WORKERS: usize = 3;
    const JOBS: u32 = 200;
    for round in 0..200 {
        let stopped = Arc::new(AtomicBool::new(false));
        let after = Arc::new(AtomicUsize::new(0));
        let handler = {
            let (stopped, after) = (Arc::clone(&stopped), Arc::clone(&after));
            move |n: u32, _: &Context| {
                // Acquire pairs with the store below. The count is read after a join.
                if stopped.load(Ordering::Acquire) {
                    after.fetch_add(1, Ordering::Relaxed);
                }
                no_error(n)
            }
        };
        let (pool, results) = B::spawn(Config::new(WORKERS), handler).unwrap();
        for n in 0..JOBS {
            pool.submit(n).unwrap();
        }
        for _ in 0..round % 16 {
            thread::yield_now();
        }
        let undone = pool.stop();
        stopped.store(true, Ordering::Release);
        pool.join(None).unwrap();
        let after = after.load(Ordering::Relaxed);
        assert!(after <= WORKERS, "{after} jobs were begun after the stop had returned");
        assert_eq!(results.count() + undone.len(), JOBS as usize);
    }
}

/// Submitters, a close, a stop and cancellations at once: every accepted job completes or
/// comes back, every refused one is in its error.
pub fn a_stop_that_races_everything_else_loses_nothing<B: Backend>() {
    const SUBMITTERS: u32 = 3;
    const JOBS: u32 = 40;
    for round in 0..40 {
        let calls = Gate::new();
        calls.open();
        let (pool, results) = gated::<B>(Config::new(2).queue(2 + round % 7), &calls);
        let start = Barrier::new(SUBMITTERS as usize + 2);
        let token = CancellationToken::new();
        let submit = |submitter: u32| {
            start.wait();
            let (mut accepted, mut refused) = (BTreeMap::new(), 0);
            for n in submitter * JOBS..(submitter + 1) * JOBS {
                let options = if n % 3 == 0 { cancelled_by(&token) } else { JobOptions::new() };
                match pool.submit_with(n, options) {
                    Ok(id) => _ = accepted.insert(id, n),
                    Err(error) => {
                        assert_eq!(error.into_inner(), n);
                        refused += 1;
                    }
                }
            }
            assert_eq!(accepted.len() + refused, JOBS as usize);
            accepted
        };
        let (accepted, undone) = thread::scope(|scope| {
            let submitters: Vec<_> =
                (0..SUBMITTERS).map(|submitter| scope.spawn(move || submit(submitter))).collect();
            scope.spawn(|| {
                start.wait();
                token.cancel();
                if round % 2 == 0 {
                    pool.close();
                }
            });
            start.wait();
            // Let some of it happen first, more in every round.
            for _ in 0..round {
                thread::yield_now();
            }
            let undone = pool.stop();
            let accepted: BTreeMap<JobId, u32> =
                submitters.into_iter().flat_map(|submitter| submitter.join().unwrap()).collect();
            (accepted, undone)
        });
        assert!(undone.is_sorted());
        let completions: Vec<_> = results.collect();
        let mut ends = jobs_of(&completions);
        ends.extend(undone.iter().map(|(id, _)| *id));
        ends.sort_unstable();
        assert_eq!(ends, accepted.keys().copied().collect::<Vec<_>>());
        assert_eq!(ends, ids(0..accepted.len() as u64));
        assert!(undone.iter().all(|(id, job)| accepted[id] == *job));
        for completion in &completions {
            match &completion.result {
                Ok(job) => assert_eq!(accepted[&completion.job], *job),
                Err(_) => assert_eq!(*completion, cancelled(completion.job)),
            }
        }
        let stats = pool.join(None).unwrap().stats;
        assert_eq!(stats.undone, undone.len() as u64);
        assert_eq!(stats.succeeded, calls.arrivals() as u64);
        assert_eq!(stats.settled(), stats.submitted);
    }
}
