//! Deadlines, met and missed.
//!
//! After `SubmitBefore` of alitto/pond, and the deadlines of gRPC's contexts.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Config, Context, ContextError, JobErrorKind, JobOptions, Pool,
    Results,
};

use crate::{
    Call, Gate, PATIENCE, eventually,
    fixtures::{cancelled, cancelled_by, expired, gated, ids, jobs_of, next_instant},
    no_error,
};

/// A worker comes to it too late, drops it and says so; its neighbours run.
pub fn a_job_whose_deadline_passes_in_the_queue_never_runs<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).queue(3), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let deadline = Instant::now() + Duration::from_millis(5);
    pool.submit_with(1, JobOptions::new().deadline(deadline)).unwrap();
    pool.submit(2).unwrap();
    pool.submit_with(3, JobOptions::new().timeout(Duration::from_nanos(1))).unwrap();
    while Instant::now() < deadline {
        thread::sleep(deadline.saturating_duration_since(Instant::now()));
    }
    gate.open();
    pool.close();
    let completions: Vec<_> = results.collect();
    assert_eq!(completions.iter().map(|c| c.job).collect::<Vec<_>>(), ids(0..4));
    assert_eq!(completions[1], expired(ids([1])[0]));
    assert_eq!(completions[2].result, Ok(2));
    assert_eq!(completions[3], expired(ids([3])[0]));
    assert_eq!(gate.arrivals(), 2);
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.expired, stats.cancelled), (2, 2, 0));
}

/// The context tells a job its deadline, and how much of it is left.
pub fn a_job_that_starts_in_time_runs<B: Backend>() {
    let handler = |(): (), context: &Context| {
        context.check().map(|()| (context.deadline(), context.remaining()))
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    let hour = Duration::from_secs(3600);
    let deadline = Instant::now() + hour;
    pool.submit_with((), JobOptions::new().deadline(deadline)).unwrap();
    let (seen, left) = results.recv().unwrap().result.unwrap();
    assert_eq!(seen, Some(deadline));
    assert!(left.is_some_and(|left| !left.is_zero() && left <= hour));

    // Too long for the clock, and none at all; after one that had a deadline.
    pool.submit_with((), JobOptions::new().timeout(Duration::MAX)).unwrap();
    pool.submit(()).unwrap();
    for _ in 0..2 {
        assert_eq!(results.recv().unwrap().result, Ok((None, None)));
    }
}

/// One value of options serves many jobs: a timeout counts from each call that submits, and the
/// wait for room is part of it.
pub fn a_timeout_counts_from_each_submission<B: Backend>() {
    const HOUR: Duration = Duration::from_secs(3600);
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |(): (), context: &Context| {
        at_gate.pass();
        no_error(context.deadline().unwrap())
    };
    let (pool, results) = B::spawn(Config::new(1).queue(1), handler).unwrap();
    let pool = Arc::new(pool);
    let options = JobOptions::new().timeout(HOUR);
    let submit = || {
        let before = next_instant();
        pool.submit_with((), options.clone()).unwrap();
        (before, Instant::now())
    };
    let mut calls = vec![submit()];
    gate.wait_for_arrivals(1);
    calls.push(submit());

    let before = next_instant();
    let waiting = {
        let (pool, options) = (Arc::clone(&pool), options.clone());
        Call::begin_and_wait(move || pool.submit_with((), options).unwrap())
    };
    calls.push((before, Instant::now()));
    next_instant();
    gate.open();
    waiting.returned();
    pool.close();
    for (completion, (before, after)) in results.zip(calls) {
        let deadline = completion.result.unwrap();
        assert!(before + HOUR <= deadline && deadline <= after + HOUR);
    }
}

/// Lateness is shown, not enforced: the handler's own result counts.
pub fn a_running_job_sees_its_deadline_pass_and_decides<B: Backend>() {
    let handler = |obeys: bool, context: &Context| {
        // Ends at the deadline, long before it is over.
        let slept = context.sleep(Duration::MAX);
        assert_eq!(slept, Err(ContextError::DeadlineExceeded));
        assert!(Some(Instant::now()) >= context.deadline());
        assert_eq!(context.remaining(), Some(Duration::ZERO));
        assert!(!context.is_cancelled());
        if obeys { context.check() } else { Ok(()) }
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    // On a busy machine a short deadline may pass before the job starts: then a longer one.
    let mut run = |obeys: bool| {
        (0..16)
            .find_map(|doubling| {
                let timeout = Duration::from_millis(1 << doubling);
                pool.submit_with(obeys, JobOptions::new().timeout(timeout)).unwrap();
                let completion = results.recv().unwrap();
                (completion != expired(completion.job)).then_some(completion.result)
            })
            .expect("a deadline that allows the job to start")
    };
    assert_eq!(run(false), Ok(()));
    let error = run(true).unwrap_err();
    assert_eq!(error.kind, JobErrorKind::Failed(ContextError::DeadlineExceeded));
}

/// Cancelled while late: it completes at once, and as cancelled.
pub fn a_late_job_can_still_be_cancelled<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let token = CancellationToken::new();
    let late = cancelled_by(&token).deadline(Instant::now());
    let job = pool.submit_with(1, late).unwrap();
    token.cancel();
    assert_eq!(results.recv(), Ok(cancelled(job)));
    gate.open();
    pool.close();
    assert_eq!(results.count(), 1);
}

/// Both late and cancelled, a running job sees that it is cancelled.
pub fn a_running_job_that_is_late_and_cancelled_is_told_so<B: Backend>() {
    let (late, token) = (Gate::new(), CancellationToken::new());
    late.open();
    let handler = {
        let late = late.clone();
        move |(): (), context: &Context| {
            // Ends at the deadline.
            assert_eq!(context.sleep(Duration::MAX), Err(ContextError::DeadlineExceeded));
            late.pass();
            assert!(context.cancellation_token().wait_timeout(PATIENCE));
            context.check()
        }
    };
    let (pool, results) = B::spawn(Config::new(1), handler).unwrap();
    // On a busy machine a short deadline may pass before the job starts: then a longer one.
    let started = (0..16).any(|doubling| {
        let timeout = Duration::from_millis(1 << doubling);
        pool.submit_with((), cancelled_by(&token).timeout(timeout)).unwrap();
        eventually("it runs or has expired", || {
            late.arrivals() == 1 || pool.stats().expired > doubling
        });
        late.arrivals() == 1
    });
    assert!(started, "no deadline allows the job to start");
    token.cancel();
    pool.close();
    let error = results.last().unwrap().result.unwrap_err();
    assert_eq!(error.kind, JobErrorKind::Failed(ContextError::Cancelled));
}

/// Both late and cancelled, a queued job completes as cancelled, also where a worker has to
/// deliver that, since the results are full.
pub fn a_queued_job_that_is_late_and_cancelled_completes_as_cancelled<B: Backend>() {
    let config = Config::new(1).queue(1).results(1);
    let (pool, results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    pool.submit(0).unwrap();
    pool.submit(1).unwrap();
    eventually("the worker waits to deliver", || pool.stats().succeeded == 2);
    let token = CancellationToken::new();
    let late = cancelled_by(&token).deadline(Instant::now());
    let job = pool.submit_with(2, late).unwrap();
    token.cancel();
    pool.close();
    assert_eq!(results.last(), Some(cancelled(job)));
}

/// The wait for room goes on past the deadline; the job completes as expired.
pub fn a_deadline_does_not_end_the_wait_for_room<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).queue(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(1).unwrap();
    let pool = Arc::new(pool);
    let waiting = Call::begin_and_wait({
        let pool = Arc::clone(&pool);
        move || pool.submit_with(2, JobOptions::new().deadline(Instant::now()))
    });
    gate.open();
    assert_eq!(waiting.returned().unwrap().get(), 2);
    pool.close();
    let completions: Vec<_> = results.collect();
    assert!(completions.contains(&expired(ids([2])[0])));
    assert_eq!(gate.arrivals(), 2);
}

/// Every job either runs or expires, whichever comes first.
pub fn deadlines_that_race_the_workers_lose_nothing<B: Backend>() {
    let calls = Gate::new();
    calls.open();
    let (pool, results) = gated::<B>(Config::new(2).queue(16), &calls);
    for n in 0..2_000 {
        // Up to about as long as a job waits here.
        let timeout = Duration::from_micros(u64::from(n % 64));
        pool.submit_with(n, JobOptions::new().timeout(timeout)).unwrap();
    }
    pool.close();
    let completions: Vec<_> = results.collect();
    assert_eq!(jobs_of(&completions), ids(0..2_000));
    let (ran, late): (Vec<_>, Vec<_>) =
        completions.into_iter().partition(|completion| completion.worker.is_some());
    assert_eq!(calls.arrivals(), ran.len());
    assert!(late.iter().all(|completion| *completion == expired(completion.job)));
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.expired), (ran.len() as u64, late.len() as u64));
}
