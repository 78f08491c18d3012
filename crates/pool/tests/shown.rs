//! What a user reads: the words of each error, and what `{:?}` shows of what cannot derive it.

use std::{
    error::Error,
    fmt::{Debug, Display},
    io,
    time::Duration,
};

use pool::{
    Backend, BoundError, BusyWorker, CancellationToken, Config, ConfigError, Context, ContextError,
    Ended, HandleError, JobError, JobErrorKind, JobId, JobIds, JoinTimeout, Pool, PoolExt,
    RecvTimeoutError, Refusal, RefusalReason, Request, RequestFailed, Requests, SpawnError,
    StopReason, SubmitBatchError, Task, TryRecvError, WorkerId, implement::check_memory,
};
use pool_std::Std;

/// Asserts each of the texts.
#[track_caller]
fn assert_shown<const N: usize>(shown: [(&dyn Display, &str); N]) {
    for (value, text) in shown {
        assert_eq!(value.to_string(), text);
    }
}

/// Asserts each of the texts, of `{:?}`.
#[track_caller]
fn assert_debug<const N: usize>(shown: [(&dyn Debug, &str); N]) {
    for (value, text) in shown {
        assert_eq!(format!("{value:?}"), text);
    }
}

#[test]
fn the_reasons_of_a_refusal() {
    let would_deadlock = "the queue is full and a worker of the same pool must not wait for it";
    assert_shown([
        (&RefusalReason::Full, "the queue is full"),
        (&RefusalReason::TimedOut, "the queue stayed full until the timeout"),
        (&RefusalReason::Closed, "the pool is closed"),
        (&RefusalReason::WouldDeadlock, would_deadlock),
    ]);
    let batch = SubmitBatchError::new(
        JobIds::consecutive(JobId::new(3), 2),
        vec!['a'],
        RefusalReason::Closed,
    );
    assert_eq!(batch.to_string(), "1 of 3 jobs refused: the pool is closed");
    assert_debug([
        (&Refusal::new('a', RefusalReason::Full), "Refusal { reason: Full, .. }"),
        (&batch, "SubmitBatchError { accepted: [3..5], refused: 1, reason: Closed }"),
    ]);
}

#[test]
fn a_run_that_was_cut_short() {
    let (pool, mut results) =
        Std::spawn(Config::new(1), |n: u8, _: &Context| Ok::<_, ()>(n)).unwrap();
    pool.close();
    let mut error = pool.run(&mut results, [1]).unwrap_err();
    let shown = "RunError { completions: 0, refused: true, undone: 0, reason: Closed }";
    assert_debug([(&error, shown)]);
    assert_shown([(&error, "the pool was closed after 0 completions")]);
    error.undone = 2;
    let undone =
        "the pool was closed after 0 completions; 2 accepted jobs were handed back by a stop";
    assert_shown([(&error, undone)]);
    error.reason = RefusalReason::WouldDeadlock;
    let would_deadlock = "a worker must not run jobs on its own pool and wait for them";
    assert_shown([(&error, would_deadlock)]);
}

#[test]
fn what_is_not_received() {
    assert_shown([
        (&Ended, "the results have ended"),
        (&TryRecvError::Empty, "no result is ready"),
        (&TryRecvError::Ended, "the results have ended"),
        (&RecvTimeoutError::TimedOut, "no result came within the timeout"),
        (&RecvTimeoutError::Ended, "the results have ended"),
    ]);
}

#[test]
fn how_a_job_ended_without_a_value() {
    let job = JobId::new(7);
    let error = |kind| JobError { job, kind };
    assert_shown([
        (&error(JobErrorKind::Failed("no paper")), "job 7 failed: no paper"),
        (&error(JobErrorKind::Panicked("no ink".into())), "job 7 panicked: no ink"),
        (&error(JobErrorKind::Cancelled), "job 7 was cancelled before it started"),
        (&error(JobErrorKind::DeadlineExceeded), "job 7 was not started before its deadline"),
        (&error(JobErrorKind::WouldDeadlock), "a worker must not wait for job 7 of its own pool"),
        (&HandleError::Panicked { job, message: "no ink".into() }, "job 7 panicked: no ink"),
        (&HandleError::NotRun { job }, "job 7 was not run"),
        (&HandleError::WouldDeadlock { job }, "a worker of the same pool must not wait for job 7"),
        (&ContextError::Cancelled, "cancelled"),
        (&ContextError::DeadlineExceeded, "deadline exceeded"),
    ]);
    assert!(error(JobErrorKind::Cancelled).into_failure().is_none());
    assert_eq!(error(JobErrorKind::Failed("no paper")).into_failure(), Some("no paper"));

    let failed = JobError { job, kind: JobErrorKind::Failed(Ended) };
    assert_eq!(failed.source().map(ToString::to_string), Some(Ended.to_string()));
    let cancelled = JobError::<Ended> { job, kind: JobErrorKind::Cancelled };
    assert!(cancelled.source().is_none());
}

#[test]
fn a_configuration_that_makes_no_sense() {
    let stack = format!(
        "a stack of {} bytes is more than an address space holds, ask for less than {}",
        usize::MAX,
        Config::MAX_STACK_SIZE
    );
    assert_shown([
        (&ConfigError::NoWorkers, "a pool needs at least 1 worker"),
        (&ConfigError::TooManyWorkers(70_000), "70000 workers are too many, at most 65535 fit"),
        (&ConfigError::ThreadName, "the thread name holds a NUL byte"),
        (&ConfigError::StackSize(0), "the stack size is 0 bytes"),
        (&ConfigError::StackSize(usize::MAX), &stack),
        (
            &ConfigError::Queue(BoundError::Zero),
            "a queue capacity of 0 lets nothing through, ask for at least 1",
        ),
        (
            &ConfigError::Results(BoundError::TooLarge(1 << 25)),
            "a results capacity of 33554432 is too large, ask for at most 16777216",
        ),
        (&StopReason::Closed, "the pool was closed, and its queue is empty"),
        (&StopReason::Stopped, "the pool was stopped or cancelled"),
        (&StopReason::InitFailed, "the worker's state could not be made"),
    ]);
    let config = Config::new(2).queue(3).results(4).thread_name("crew").stack_size(1 << 20);
    let shown = "Config { workers: 2, queue: 3, results: Some(4), discards_results: false, \
                 thread_name: \"crew\", stack_size: Some(1048576), \
                 cancellation_token: CancellationToken { cancelled: false }, .. }";
    assert_debug([(&config, shown)]);
}

#[test]
fn a_pool_that_could_not_be_started() {
    let worker = WorkerId::new(1);
    let memory = check_memory::<u64>("queue", usize::MAX).unwrap_err();
    let no_memory = format!(
        "no memory for the queue, {} bytes at once: ask for a smaller capacity, or box the values",
        usize::MAX
    );
    let errors = [
        (
            SpawnError::from(ConfigError::ThreadName),
            "invalid pool configuration: the thread name holds a NUL byte",
        ),
        (
            SpawnError::Thread { worker, source: io::Error::other("no more today") },
            "no thread for worker 1: no more today",
        ),
        (
            SpawnError::Init { worker, source: "no state".into() },
            "worker 1 could not be set up: no state",
        ),
        (memory, &no_memory),
        (SpawnError::Library("no luck".into()), "the pool could not be started: no luck"),
    ];
    for (error, text) in errors {
        assert_eq!(error.to_string(), text);
        let source = error.source().unwrap().to_string();
        assert!(text.ends_with(&source) || matches!(error, SpawnError::Memory { .. }), "{source}");
    }
}

#[test]
fn a_join_that_timed_out() {
    let elapsed = Duration::from_millis(1500);
    let busy = BusyWorker { worker: WorkerId::new(1), job: JobId::new(17), elapsed };
    let late = JoinTimeout::new(vec![busy], 3, true).exiting(vec![WorkerId::new(0)]);
    let all = "the pool has not ended in time; it was never closed; \
               worker 1 has been on job 17 for 1.5s; 3 jobs are queued; \
               worker 0 has no more jobs, but its thread has not exited";
    let none = "the pool has not ended in time";
    assert_shown([(&late, all), (&JoinTimeout::new(Vec::new(), 0, false), none)]);
}

#[test]
fn what_cannot_derive_debug() {
    let token = CancellationToken::new();
    let (guard, cancelled) = (token.on_cancel(|| ()), token.cancelled());
    assert_debug([
        (&guard, "CancelGuard { registered: true }"),
        (&cancelled, "Cancelled { token: CancellationToken { cancelled: false } }"),
        (&Task::new(|_| ()), "Task { .. }"),
    ]);
    token.cancel();
    assert_debug([
        (&token, "CancellationToken { cancelled: true }"),
        (&token.on_cancel(|| ()), "CancelGuard { registered: false }"),
    ]);

    let handler = |request: Request<u8, u8, Ended>, _: &Context| {
        assert_eq!(format!("{request:?}"), "Request { .. }");
        request.answer(|n| if n == 0 { Err(Ended) } else { Ok(n) })
    };
    let (pool, results) = Std::spawn(Config::new(1).queue(2), handler).unwrap();
    assert_eq!(format!("{results:?}"), "ManagedResults { library: \"std\", .. }");
    let requests = Requests::new(pool);
    let answer = requests.submit_for(7).unwrap();
    assert!(answer.wait_timeout(Duration::MAX));
    assert_eq!(format!("{answer:?}"), "Handle { job: JobId(0), finished: true, .. }");
    assert_eq!(requests.submit_for(0).unwrap().join(), Ok(Err(Ended)));
    assert_shown([(&RequestFailed, "the request was answered with an error")]);
    let shown = format!("{requests:?}");
    let begin = "Requests { pool: ManagedPool { library: \"std\", stats: Stats { workers: 1, ";
    assert!(shown.starts_with(begin), "{shown}");
}
