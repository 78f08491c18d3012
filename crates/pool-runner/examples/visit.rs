//! Visits one pool, as `benches/go` does one of Go's: `scripts/measure-go` calls both, and compares.
//!
//! ```sh
//! visit CONTENDER RECEIVE WORKERS ROUNDS JOBS BATCHES
//! visit speed
//! ```
//!
//! The first pushes a batch through to warm up, and then times so many of so many jobs, each of so
//! many rounds of mixing. It prints nanoseconds a job, and the sum of a batch's results. The second
//! prints how many rounds a microsecond has.

use std::{
    env,
    error::Error,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use pool_measure::{
    contender::Shape,
    placement::Placement,
    throughput::{Sample, serial},
};
use pool_runner::BACKENDS;
use pool_workloads::{Batch, Job, Mix, Speed};

/// As in `benches/go`: how many jobs may wait, and how long results are collected where they are
/// received in batches.
const QUEUE: usize = 1024;
const LINGER: Duration = Duration::from_micros(100);

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = match args[..] {
        ["speed"] => Ok(format!("{:.0}", Speed::measure().rounds_per_micro())),
        [contender, receive, workers, rounds, jobs, batches] => {
            visit(contender, receive, [workers, rounds, jobs, batches])
        }
        _ => Err("expected CONTENDER RECEIVE WORKERS ROUNDS JOBS BATCHES, or speed".into()),
    };
    match said.and_then(|said| Ok(writeln!(io::stdout(), "{said}")?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn visit(contender: &str, receive: &str, numbers: [&str; 4]) -> Result<String, Failure> {
    let [workers, rounds, jobs, batches] = numbers.map(str::parse::<u32>);
    let (workers, rounds, jobs, batches) = (workers?, rounds?, jobs?, batches?);
    let linger = match receive {
        "recv" => None,
        "recv_batch" => Some(LINGER),
        _ => return Err(format!("there is no way to receive {receive:?}").into()),
    };
    let mut push: Box<dyn FnMut(Batch) -> _> = if contender == "serial" {
        Box::new(serial)
    } else {
        let backend = BACKENDS.iter().find(|it| it.name == contender);
        let backend = backend.ok_or_else(|| format!("there is no contender {contender:?}"))?;
        let workers = usize::try_from(workers)?;
        // Go's scheduler gives no worker a core either.
        let placement = Placement::System;
        let shape = Shape { workers, queue: QUEUE, results: None, linger, placement };
        let mut session = (backend.start)(shape);
        Box::new(move |batch| session.push(batch, 1))
    };
    push(batch(jobs / 10 + 1, rounds))?;
    let samples: Result<Vec<Sample>, _> = (0..batches).map(|_| push(batch(jobs, rounds))).collect();
    let nanos = samples?.into_iter().sum::<Sample>().nanos_per_job();
    Ok(format!("{nanos:.3} {}", batch(jobs, rounds).answer))
}

/// The same jobs as in Go.
fn batch(jobs: u32, rounds: u32) -> Batch {
    let job = |key| {
        let mix = Mix { key, rounds };
        (Job::Mix(mix), mix.answer())
    };
    (0..jobs).map(job).collect()
}
