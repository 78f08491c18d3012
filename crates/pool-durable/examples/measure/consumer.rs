//! One of the processes that are measured.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use pool::{Backend, CancellationToken, Config, Context};
use pool_crossbeam::Crossbeam;
use pool_durable::{Consumer, Failure, Job};
use pool_workloads::Mix;

use crate::{AnyError, place::Engine};

/// Says `ready`, waits for a line, consumes until nothing is left, and says how many jobs it has
/// done and the sum of their results.
pub(crate) fn run(settings: &[String]) -> Result<(), AnyError> {
    let [engine, place, batch, workers, lease] = settings else { return Err("5 settings".into()) };
    let engine = Engine::by_name(engine).ok_or("an engine")?;
    let (batch, workers): (usize, usize) = (batch.parse()?, workers.parse()?);

    let sum = Arc::new(AtomicU64::new(0));
    let handler = {
        let sum = Arc::clone(&sum);
        move |job: Job, _: &Context| {
            let (key, rounds) = job
                .text()?
                .split_once(' ')
                .ok_or_else(|| Failure::permanent("a job is a key and the number of its rounds"))?;
            let result = Mix { key: key.parse()?, rounds: rounds.parse()? }.run();
            // Read when the pool has given its last result, which is after.
            sum.fetch_add(result, Ordering::Relaxed);
            Ok::<_, Failure>(())
        }
    };
    let queue = (2 * batch).max(2 * workers);
    let (pool, mut results) = Crossbeam::spawn(Config::new(workers).queue(queue), handler)?;
    let mut source = engine.open(place)?;
    let consumer = Consumer::new()
        .batch(batch)
        .poll(Duration::from_millis(1))
        .lease(Duration::from_secs(lease.parse()?))
        .until_empty();
    source.counts()?;
    println!("ready");
    io::stdin().read_line(&mut String::new())?;

    let report = consumer.run(&mut *source, &pool, &mut results, &CancellationToken::new())?;
    println!("{} {}", report.done, sum.load(Ordering::Relaxed));
    Ok(())
}
