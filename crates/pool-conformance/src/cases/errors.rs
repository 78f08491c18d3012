//! Errors are data, and say what went wrong.
//!
//! After qubit-thread-pool's and conc's result handling.

use std::{error::Error, fmt, num::ParseIntError, time::Duration};

use pool::{Backend, Config, Context, JobError, JobOptions, Pool, PoolExt, Results, ResultsExt};

use crate::{Gate, no_error};

fn parse(job: &'static str, _: &Context) -> Result<u32, ParseIntError> {
    job.parse()
}

/// What is printed names the job; what is behind it is the handler's own error, and what is
/// behind that.
pub fn an_error_shows_the_job_and_its_source<B: Backend>() {
    #[derive(Debug)]
    struct Unreadable(ParseIntError);
    impl fmt::Display for Unreadable {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("unreadable")
        }
    }
    impl Error for Unreadable {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    let handler = |job: &'static str, _: &Context| job.parse::<u32>().map_err(Unreadable);
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    pool.submit("1").unwrap();
    pool.submit("one").unwrap();
    results.recv().unwrap().result.unwrap();
    let completion = results.recv().unwrap();
    let error = completion.result.unwrap_err();
    assert_eq!((completion.job.get(), error.job.get()), (1, 1));
    assert_eq!(error.to_string(), "job 1 failed: unreadable");
    let source = error.source().unwrap();
    assert!(source.is::<Unreadable>());
    assert!(source.source().unwrap().is::<ParseIntError>());
}

/// The ways a job can end without the handler's verdict have their own words, and no source.
pub fn an_error_without_a_source_says_what_happened<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |_: u32, _: &Context| -> Result<(), fmt::Error> {
        at_gate.pass();
        std::panic::resume_unwind(Box::new("oh no"))
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    let token = pool::CancellationToken::new();
    token.cancel();
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit_with(1, JobOptions::new().cancellation_token(&token)).unwrap();
    pool.submit_with(2, JobOptions::new().timeout(Duration::ZERO)).unwrap();
    gate.open();
    let mut errors: Vec<_> = (0..3).map(|_| results.recv().unwrap().result.unwrap_err()).collect();
    errors.sort_unstable_by_key(|error| error.job);
    assert_eq!(
        errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "job 0 panicked: oh no",
            "job 1 was cancelled before it started",
            "job 2 was not started before its deadline",
        ]
    );
    assert!(errors.iter().all(|error| error.source().is_none()));
    assert!(errors.into_iter().all(|error| error.into_failure().is_none()));
}

/// A worker that had a job fail is the same worker after it, with the same state.
pub fn a_failing_job_keeps_its_worker_alive<B: Backend>() {
    let (pool, results) = B::spawn_with_state(
        Config::new(1),
        |_| no_error(0),
        |jobs: &mut u32, fail: bool, _: &Context| {
            *jobs += 1;
            let seen = (*jobs, std::thread::current().id());
            if fail { Err(seen) } else { Ok(seen) }
        },
    )
    .unwrap();
    for n in 0..20 {
        pool.submit(n % 4 != 3).unwrap();
    }
    pool.close();
    let seen: Vec<_> = results
        .map(|completion| completion.result.unwrap_or_else(|error| error.into_failure().unwrap()))
        .collect();
    assert!(seen.iter().map(|(jobs, _)| *jobs).eq(1..=20));
    assert!(seen.iter().all(|(_, thread)| *thread == seen[0].1));
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.failed), (5, 15));
}

/// The first error, as `collect` finds it; and all errors, as `partition` does.
pub fn the_first_error_and_all_errors_are_easy_to_get<B: Backend>() {
    let jobs = ["0", "a", "2", "b", "4"];
    let (pool, mut results) = B::spawn(Config::new(1), parse).unwrap();
    for job in jobs {
        pool.submit(job).unwrap();
    }
    let first: Result<Vec<u32>, JobError<_>> = results.outcomes().collect();
    assert_eq!(first.unwrap_err().job.get(), 1);
    let rest: Vec<_> = (0..3).map(|_| results.recv().unwrap().job.get()).collect();
    assert_eq!(rest, [2, 3, 4], "what came after it is still there");

    let completions = pool.run(&mut results, jobs).unwrap();
    let (good, bad): (Vec<_>, Vec<_>) =
        completions.into_iter().map(|completion| completion.result).partition(Result::is_ok);
    assert_eq!(good.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [0, 2, 4]);
    let bad: Vec<_> = bad.into_iter().map(|result| result.unwrap_err().job.get()).collect();
    assert_eq!(bad, [6, 8]);
}

/// The values before the first error, then that error.
pub fn the_good_prefix_and_then_the_error_can_be_had<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(3), parse).unwrap();
    let mut mapped = pool.map_ordered(&mut results, ["0", "1", "2", "x", "4"]);
    let mut error = None;
    let good: Vec<_> =
        mapped.by_ref().map_while(|result| result.map_err(|e| error = Some(e)).ok()).collect();
    assert_eq!(good, [0, 1, 2]);
    assert_eq!(error.unwrap().to_string(), "job 3 failed: invalid digit found in string");
    assert_eq!(mapped.next().unwrap(), Ok(4));
    assert!(mapped.next().is_none());
}

/// Jobs, values and errors need nothing but to be sent: no `Debug`, no `Clone`, no `Error`.
/// A refusal can be printed and passed on by `?` all the same.
pub fn a_refusal_can_be_printed_whatever_the_job_is<B: Backend>() {
    struct Opaque;
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |job: Opaque, _: &_| (at_gate.pass(), Err::<Opaque, _>(job)).1;
    let (pool, mut results) = B::spawn(Config::new(1).queue(1), handler).unwrap();
    pool.submit(Opaque).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(Opaque).unwrap();

    let full = pool.try_submit(Opaque).unwrap_err();
    let late = pool.submit_timeout(Opaque, Duration::ZERO).unwrap_err();
    pool.close();
    let closed = pool.submit(Opaque).unwrap_err();
    let batch = pool.submit_batch(vec![Opaque, Opaque]).unwrap_err();
    let shown = |error: &dyn Error| format!("{error:?}: {error}");
    assert_eq!(shown(&full), "Full(..): job refused: the queue is full");
    assert_eq!(shown(&late), "TimedOut(..): job refused: the queue stayed full until the timeout");
    assert_eq!(shown(&closed), "Closed(..): job refused: the pool is closed");
    assert_eq!(batch.to_string(), "2 of 2 jobs refused: the pool is closed");
    let boxed: Box<dyn Error> = closed.into();
    assert!(boxed.source().is_none());

    gate.open();
    let Opaque = results.recv().unwrap().result.err().unwrap().into_failure().unwrap();
}
