//! Cancelling jobs one by one: queued, running, finished.
//!
//! After the cancelled futures of Java's `ThreadPoolExecutorTest` (JSR-166 TCK) and of
//! Python's `test_concurrent_futures`.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Config, Context, ContextError, Ended, JobErrorKind, Pool, Refusal,
    RefusalReason, Results, TrySubmitError, Wait,
};

use crate::{
    Call, Gate, PATIENCE, eventually,
    fixtures::{cancelled, cancelled_by, gated, ids, jobs_of},
    no_error,
};

/// The completion is there while the only worker is still busy with another job.
pub fn a_queued_job_that_is_cancelled_never_runs_and_completes_at_once<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = gated::<B>(Config::new(1), &gate);
    let running = pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let token = CancellationToken::new();
    let queued = pool.submit_with(1, cancelled_by(&token)).unwrap();

    token.cancel();
    assert_eq!(results.recv(), Ok(cancelled(queued)));
    assert_eq!(pool.stats().cancelled, 1);
    assert_eq!(pool.stats().queued, 0);

    gate.open();
    assert_eq!(results.recv().unwrap().job, running);
    pool.close();
    assert_eq!(results.recv(), Err(Ended));
    assert_eq!(gate.arrivals(), 1);
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.submitted, stats.succeeded, stats.cancelled), (2, 1, 1));
}

/// Again and again. It completes while the only worker is busy; its place is free at the latest
/// when that worker has come past it.
pub fn a_cancelled_job_frees_its_place<B: Backend>() {
    let handler = |gate: Gate, _: &Context| {
        gate.pass();
        no_error(())
    };
    let (pool, mut results) = B::spawn(Config::new(1).queue(1), handler).unwrap();
    let pool = Arc::new(pool);
    let open = Gate::new();
    open.open();
    for _ in 0..500 {
        let (gate, token) = (Gate::new(), CancellationToken::new());
        let running = pool.submit(gate.clone()).unwrap();
        gate.wait_for_arrivals(1);
        let queued = pool.admit(open.clone(), cancelled_by(&token), Wait::Never).unwrap();
        assert!(matches!(pool.try_submit(open.clone()), Err(TrySubmitError::Full(_))));
        token.cancel();
        assert_eq!(results.recv(), Ok(cancelled(queued)));

        let next = Call::begin({
            let (pool, open) = (Arc::clone(&pool), open.clone());
            move || pool.submit(open)
        });
        gate.open();
        let next = next.returned().unwrap();
        assert_eq!(results.recv().unwrap().job, running);
        assert_eq!(results.recv().unwrap().job, next);
    }
    assert_eq!(open.arrivals(), 500, "none that was cancelled");
}

/// Jobs in front of cancelled ones, between them and behind them run in the order in which they
/// came, and so do those that come when there is room again.
pub fn jobs_keep_their_order_around_cancelled_ones<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).queue(16), &gate);
    let mut expected = vec![pool.submit(0).unwrap()];
    gate.wait_for_arrivals(1);
    for lives in [true, false, false, true, true, false, true, false] {
        let token = CancellationToken::new();
        for _ in 0..2 {
            let job = pool.admit(1, cancelled_by(&token), Wait::Never).unwrap();
            expected.extend(lives.then_some(job));
        }
        if !lives {
            token.cancel();
        }
    }
    gate.open();
    expected.extend((0..50).map(|_| pool.submit(2).unwrap()));
    pool.close();
    let ran: Vec<_> = results.filter(|c| c.result.is_ok()).map(|c| c.job).collect();
    assert_eq!(ran, expected);
}

/// One token for some of the jobs: these are cancelled, all of them, and no others.
pub fn jobs_that_share_a_token_are_cancelled_together<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let (odd, even) = (CancellationToken::new(), CancellationToken::new());
    for n in 1..20 {
        let token = if n % 2 == 1 { &odd } else { &even };
        pool.submit_with(n, cancelled_by(token)).unwrap();
    }
    odd.cancel();
    gate.open();
    pool.close();
    let (ran, not_run): (Vec<_>, Vec<_>) = results.partition(|c| c.result.is_ok());
    assert_eq!(jobs_of(&ran), ids((0..20).step_by(2)));
    assert_eq!(jobs_of(&not_run), ids((1..20).step_by(2)));
}

/// Cancellation is a request, not enforced: one handler goes on, another gives up.
pub fn a_running_job_sees_its_cancellation_and_decides<B: Backend>() {
    let running = Gate::new();
    running.open();
    let handler = {
        let running = running.clone();
        move |obeys: bool, context: &Context| {
            running.pass();
            assert!(context.cancellation_token().wait_timeout(PATIENCE));
            assert!(context.is_cancelled());
            if obeys { context.check() } else { Ok(()) }
        }
    };
    let (pool, results) = B::spawn(Config::new(3), handler).unwrap();
    let token = CancellationToken::new();
    pool.submit_with(true, cancelled_by(&token)).unwrap();
    pool.submit_with(false, cancelled_by(&token)).unwrap();
    running.wait_for_arrivals(2);
    token.cancel();
    pool.close();

    let mut completions: Vec<_> = results.collect();
    completions.sort_by_key(|completion| completion.job);
    assert!(completions.iter().all(|completion| completion.worker.is_some()));
    let error = completions[0].result.clone().unwrap_err();
    assert_eq!(error.kind, JobErrorKind::Failed(ContextError::Cancelled));
    assert_eq!(completions[1].result, Ok(()));
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.failed, stats.succeeded, stats.cancelled), (1, 1, 0));
}

/// Whether it is asleep already or about to be.
pub fn a_sleep_wakes_when_its_job_is_cancelled<B: Backend>() {
    let started = Gate::new();
    let handler = {
        let started = started.clone();
        move |awaits_the_cancellation: bool, context: &Context| {
            started.pass();
            if awaits_the_cancellation {
                context.cancellation_token().wait_timeout(PATIENCE);
            }
            context.sleep(Duration::MAX)
        }
    };
    let (pool, results) = B::spawn(Config::new(2), handler).unwrap();
    let token = CancellationToken::new();
    pool.submit_with(false, cancelled_by(&token)).unwrap();
    pool.submit_with(true, cancelled_by(&token)).unwrap();
    started.open();
    started.wait_for_arrivals(2);
    token.cancel();
    pool.close();
    for completion in results {
        let error = completion.result.unwrap_err();
        assert_eq!(error.kind, JobErrorKind::Failed(ContextError::Cancelled));
    }
}

/// An undisturbed sleep takes as long as it says.
pub fn a_sleep_that_nobody_cancels_lasts<B: Backend>() {
    let nap = Duration::from_millis(5);
    let handler = move |(): (), context: &Context| {
        let start = Instant::now();
        context.sleep(nap).map(|()| start.elapsed())
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    pool.submit_with((), cancelled_by(&CancellationToken::new())).unwrap();
    assert!(results.recv().unwrap().result.unwrap() >= nap);
}

/// No second completion, and the worker's next job is not the one that is cancelled.
pub fn cancelling_a_finished_job_does_nothing<B: Backend>() {
    let handler = |wait: bool, context: &Context| {
        if wait {
            // Long enough for a stray cancellation to be seen; most often nothing comes.
            context.cancellation_token().wait_timeout(Duration::from_millis(1));
        }
        context.check()
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    let tokens: Vec<_> = (0..10).map(|_| CancellationToken::new()).collect();
    for token in &tokens {
        pool.submit_with(false, cancelled_by(token)).unwrap();
        assert_eq!(results.recv().unwrap().result, Ok(()));
    }
    pool.submit(true).unwrap();
    for token in &tokens {
        token.cancel();
        token.cancel();
    }
    assert_eq!(results.recv().unwrap().result, Ok(()));
    pool.close();
    assert_eq!(results.recv(), Err(Ended));
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.submitted, stats.succeeded, stats.cancelled), (11, 11, 0));
}

/// However many of them it served: a token may live as long as the program.
pub fn a_token_that_outlives_its_jobs_keeps_nothing_of_their_pool<B: Backend>() {
    let token = CancellationToken::new();
    let held = Arc::new(());
    let config = Config::new(2).on_worker_start({
        let held = Arc::clone(&held);
        move |_| _ = Arc::strong_count(&held)
    });
    let (pool, results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..50 {
        pool.submit_with(n, cancelled_by(&token)).unwrap();
    }
    drop(pool);
    assert_eq!(results.count(), 50);
    assert_eq!(Arc::strong_count(&held), 1);
    token.cancel();
}

/// It is accepted, with an id, and completes, unrun, while the only worker is busy.
pub fn a_job_submitted_with_a_cancelled_token_completes_without_running<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = gated::<B>(Config::new(1).queue(100), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let token = CancellationToken::new();
    token.cancel();
    for n in 1..=100 {
        let job = pool.admit(n, cancelled_by(&token), Wait::Never).unwrap();
        assert_eq!(job.get(), u64::from(n));
        assert_eq!(results.recv(), Ok(cancelled(job)));
    }
    gate.open();
    pool.close();
    assert_eq!(results.count(), 1);
    assert_eq!(gate.arrivals(), 1);
}

/// The wait goes on; the job completes as cancelled once it is accepted.
pub fn cancelling_a_job_does_not_end_its_wait_for_room<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).queue(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(1).unwrap();
    let token = CancellationToken::new();
    let late = Wait::up_to(Duration::from_millis(1));
    let timed_out = pool.admit(9, cancelled_by(&token), late);
    assert_eq!(timed_out, Err(Refusal::new(9, RefusalReason::TimedOut)));
    let pool = Arc::new(pool);
    let waiting = Call::begin_and_wait({
        let (pool, options) = (Arc::clone(&pool), cancelled_by(&token));
        move || pool.submit_with(2, options)
    });
    token.cancel();
    gate.open();
    assert_eq!(waiting.returned().unwrap().get(), 2);
    pool.close();
    let completions: Vec<_> = results.collect();
    assert!(completions.contains(&cancelled(ids([2])[0])));
    assert_eq!(gate.arrivals(), 2);
}

/// Every job either runs and says so, or is cancelled and says so; under a narrow queue,
/// so that cancelled jobs are in everybody's way.
pub fn cancellations_that_race_the_workers_lose_nothing<B: Backend>() {
    const JOBS: u64 = 60;
    for round in 0..40 {
        let calls = Gate::new();
        calls.open();
        let (pool, results) = gated::<B>(Config::new(2).queue(1 + round % 3), &calls);
        let (tokens, to_cancel) = mpsc::channel::<CancellationToken>();
        thread::scope(|scope| {
            scope.spawn(|| to_cancel.into_iter().for_each(|token| token.cancel()));
            for n in 0..JOBS {
                let token = CancellationToken::new();
                tokens.send(token.clone()).unwrap();
                pool.submit_with(u32::try_from(n).unwrap(), cancelled_by(&token)).unwrap();
            }
            drop(tokens);
        });
        pool.close();
        let completions: Vec<_> = results.collect();
        assert_eq!(jobs_of(&completions), ids(0..JOBS));
        let (ran, not_run): (Vec<_>, Vec<_>) =
            completions.into_iter().partition(|completion| completion.worker.is_some());
        assert_eq!(calls.arrivals(), ran.len());
        assert!(ran.iter().all(|completion| completion.result.is_ok()));
        assert!(not_run.iter().all(|completion| *completion == cancelled(completion.job)));
        let stats = pool.join(None).unwrap().stats;
        assert_eq!(stats.succeeded, ran.len() as u64);
        assert_eq!(stats.cancelled, not_run.len() as u64);
    }
}

/// There is nowhere to put the completion of a job cancelled under full results: a worker
/// brings it, and the job keeps its place until then.
pub fn under_full_results_a_worker_delivers_the_cancelled_job<B: Backend>() {
    let calls = Gate::new();
    calls.open();
    let (pool, mut results) = gated::<B>(Config::new(1).queue(1).results(1), &calls);
    pool.submit(0).unwrap();
    pool.submit(1).unwrap();
    eventually("the worker waits to deliver", || pool.stats().succeeded == 2);
    let token = CancellationToken::new();
    pool.submit_with(2, cancelled_by(&token)).unwrap();
    token.cancel();
    assert_eq!(pool.try_submit(3), Err(TrySubmitError::Full(3)));
    assert_eq!(results.recv().unwrap().result, Ok(0));
    assert_eq!(results.recv().unwrap().result, Ok(1));
    assert_eq!(results.recv(), Ok(cancelled(ids([2])[0])));
    pool.submit(3).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(3));
    assert_eq!(calls.arrivals(), 3);
}

/// From the only worker, on a job that waits behind it.
pub fn a_handler_cancels_a_queued_job<B: Backend>() {
    let gate = Gate::new();
    let handler = {
        let gate = gate.clone();
        move |token: Option<CancellationToken>, _: &Context| {
            gate.pass();
            no_error(token.is_some_and(|token| {
                token.cancel();
                true
            }))
        }
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    let token = CancellationToken::new();
    pool.submit(Some(token.clone())).unwrap();
    let queued = pool.submit_with(None, cancelled_by(&token)).unwrap();
    gate.open();
    // Before the completion of the job that cancelled it.
    assert_eq!(results.recv(), Ok(cancelled(queued)));
    assert_eq!(results.recv().unwrap().result, Ok(true));
    assert_eq!(gate.arrivals(), 1);
}
