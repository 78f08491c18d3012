//! Of ends: close, stop, cancellation and drop, while jobs wait, run, or come in.

use std::{
    sync::{
        Arc, Barrier,
        mpsc::{self, RecvError, TryRecvError},
    },
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Config, Context, Pool, PoolExt, RefusalReason, SubmitError,
};

use crate::{
    Call, Gate, PATIENCE, eventually,
    fixtures::{cancelled, gated, ids, jobs_of, knowing_itself},
    no_error,
};

/// The only end was to run all of the backlog first.
pub fn rayon_544_a_backlog_can_be_abandoned<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1), &gate);
    for n in 0..1_000 {
        pool.submit(n).unwrap();
    }
    gate.wait_for_arrivals(1);
    assert_eq!(pool.stop().len(), 999);
    gate.open();
    pool.join(None).unwrap();
    assert_eq!((gate.arrivals(), results.count()), (1, 1));
}

/// Dropping the runtime waited for a blocking job that might never return, and there was no
/// other way to end it.
pub fn tokio_1923_a_shutdown_waits_no_longer_than_it_is_told<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let late = pool.shutdown(Duration::from_millis(1)).unwrap_err();
    assert_eq!((late.busy.len(), late.busy[0].job), (1, ids([0])[0]));
    // What the caller gives up on goes its own way.
    gate.open();
    assert_eq!(results.count(), 1);
}

/// The program could not end before a blocking job had slept to the end of its sleep.
pub fn tokio_5338_a_blocking_job_can_be_told_to_end<B: Backend>() {
    let started = Gate::new();
    started.open();
    let handler = {
        let started = started.clone();
        move |(): (), context: &Context| {
            started.pass();
            context.sleep(Duration::from_secs(3600))
        }
    };
    let (pool, _results) = B::spawn(Config::new(2), handler).unwrap();
    pool.submit(()).unwrap();
    started.wait_for_arrivals(1);
    pool.stop();
    drop(pool);
}

/// The program was stuck in the runtime's drop, behind blocking jobs that were not wanted any
/// more.
pub fn tokio_6609_a_drop_after_a_stop_runs_nothing_more<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(2), &gate);
    for n in 0..20 {
        pool.submit(n).unwrap();
    }
    gate.wait_for_arrivals(2);
    drop(pool.stop());
    gate.open();
    drop(pool);
    assert_eq!((gate.arrivals(), results.count()), (2, 2));
}

/// Submitters that waited for room when the pool was released were never woken.
pub fn ants_202_submitters_that_wait_when_the_pool_stops_are_woken<B: Backend>() {
    const SUBMITTERS: usize = 4;
    let gate = Gate::new();
    let (pool, _results) = gated::<B>(Config::new(1).queue(1), &gate);
    let pool = Arc::new(pool);
    pool.submit(100).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(101).unwrap();
    let submitters = [7; SUBMITTERS].map(|job| {
        let pool = Arc::clone(&pool);
        Call::begin_and_wait(move || pool.submit(job))
    });
    assert_eq!(pool.stop().len(), 1);
    for submitter in submitters {
        assert_eq!(submitter.returned(), Err(SubmitError::Closed(7)));
    }
    gate.open();
}

/// Tasks that came in while the pool was stopping raced its count of running workers: some
/// were accepted and not waited for.
pub fn pond_105_a_job_that_races_a_close_is_run_or_refused<B: Backend>() {
    for _ in 0..100 {
        let (pool, results) =
            B::spawn(Config::new(2).queue(4), |n: u32, _: &_| no_error(n)).unwrap();
        let start = Barrier::new(2);
        let accepted = thread::scope(|scope| {
            let submitter = scope.spawn(|| {
                start.wait();
                (0..100).take_while(|n| pool.submit(*n).is_ok()).count()
            });
            start.wait();
            pool.close();
            submitter.join().unwrap()
        });
        let report = pool.join(None).unwrap();
        // All there when `join` returns.
        assert_eq!(report.stats.succeeded, accepted as u64);
        assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..accepted as u64));
    }
}

/// A closure submitted during the shutdown was, most often, dropped without a word.
pub fn tokio_7499_a_job_submitted_by_a_job_during_the_end_is_not_lost_silently<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = {
        let gate = gate.clone();
        knowing_itself::<B, _, _>(Config::new(1), move |pool, n: u32, _| {
            gate.pass();
            pool.submit(n + 1).map_err(SubmitError::into_inner)
        })
    };
    pool.submit(1).unwrap();
    pool.submit(10).unwrap();
    pool.close();
    gate.open();
    let outcomes: Vec<_> = results.map(|completion| completion.result.unwrap()).collect();
    assert_eq!(outcomes, [Err(2), Err(11)]);
}

/// Work given to a closed pool was a panic.
pub fn tunny_33_a_closed_pool_returns_an_error_and_does_not_panic<B: Backend>() {
    let (pool, _results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    pool.close();
    pool.join(None).unwrap();
    let refused = pool.submit(1).unwrap_err();
    assert_eq!((refused.reason(), refused.into_inner()), (RefusalReason::Closed, 1));
}

/// With tasks queued behind a running one, cancelling the context and then waiting for the
/// end deadlocked.
pub fn pond_61_a_cancelled_pool_with_a_queued_job_can_be_waited_for<B: Backend>() {
    let token = CancellationToken::new();
    let started = Gate::new();
    started.open();
    let handler = {
        let started = started.clone();
        move |(): (), context: &Context| {
            started.pass();
            context.sleep(Duration::from_secs(60))
        }
    };
    let config = Config::new(1).queue(5).cancellation_token(&token);
    let (pool, results) = B::spawn(config, handler).unwrap();
    pool.submit(()).unwrap();
    pool.submit(()).unwrap();
    started.wait_for_arrivals(1);
    token.cancel();
    pool.shutdown(PATIENCE).unwrap();
    assert_eq!((started.arrivals(), results.count()), (1, 2));
}

/// A context cancelled before a bulk of tasks could be started left their group waiting.
pub fn pond_138_a_cancellation_amid_a_bulk_of_jobs_leaves_nobody_waiting<B: Backend>() {
    for round in 0..40 {
        let token = CancellationToken::new();
        let config = Config::new(2).queue(8).cancellation_token(&token);
        let (pool, results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        let start = Barrier::new(2);
        let accepted = thread::scope(|scope| {
            let submitter = scope.spawn(|| {
                start.wait();
                match pool.submit_batch((0..100).collect()) {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        let all = error.accepted.len() + error.refused.len();
                        assert_eq!((all, error.reason), (100, RefusalReason::Closed));
                        error.accepted
                    }
                }
            });
            start.wait();
            (0..round).for_each(|_| thread::yield_now());
            token.cancel();
            submitter.join().unwrap()
        });
        let completions: Vec<_> = results.collect();
        assert_eq!(jobs_of(&completions), accepted);
        let mut not_run = completions.into_iter().filter(|completion| completion.result.is_err());
        assert!(not_run.all(|completion| completion == cancelled(completion.job)));
        pool.shutdown(PATIENCE).unwrap();
    }
}

/// What was queued when the last receiver went stayed in the channel, and kept alive what waited
/// for an answer to it waiting.
pub fn flume_89_what_nobody_will_receive_is_dropped<B: Backend>() {
    for config in [Config::new(3), Config::new(3).results(1)] {
        let gate = Gate::new();
        let handler = {
            let gate = gate.clone();
            move |(answer, waits): (mpsc::Sender<()>, bool), _: &Context| {
                if waits {
                    gate.pass();
                }
                no_error(answer)
            }
        };
        let (pool, results) = B::spawn(config, handler).unwrap();
        // Values in the results when those are dropped, values that workers wait to deliver,
        // and one that comes after.
        let (sender, answers) = mpsc::channel();
        for waits in [false, false, false, true] {
            pool.submit((sender.clone(), waits)).unwrap();
        }
        drop(sender);
        gate.wait_for_arrivals(1);
        eventually("the others have run", || pool.stats().succeeded == 3);
        drop(results);
        gate.open();
        pool.shutdown(PATIENCE).unwrap();
        assert_eq!(answers.recv(), Err(RecvError));
    }
}

/// What a bounded channel held when its last receiver went stayed there for as long as anybody
/// could have sent to it.
pub fn crossbeam_1102_results_dropped_unread_are_gone_at_once<B: Backend>() {
    for config in [Config::new(1), Config::new(1).results(4)] {
        let gate = Gate::new();
        let handler = {
            let gate = gate.clone();
            move |answer: Option<mpsc::Sender<()>>, _: &Context| {
                if answer.is_none() {
                    gate.pass();
                }
                no_error(answer)
            }
        };
        let (pool, results) = B::spawn(config, handler).unwrap();
        let (sender, answers) = mpsc::channel();
        pool.submit(Some(sender)).unwrap();
        pool.submit(None).unwrap();
        // So the first job has been delivered.
        gate.wait_for_arrivals(1);
        drop(results);
        // While the worker is still there.
        assert_eq!(answers.try_recv(), Err(TryRecvError::Disconnected));
        gate.open();
        pool.shutdown(PATIENCE).unwrap();
    }
}
