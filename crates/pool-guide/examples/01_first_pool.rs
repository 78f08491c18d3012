//! 1. A first pool: five jobs for three workers. One job fails, one panics.
//!
//! ```text
//! $ cargo run -p pool-guide --example 01_first_pool
//! job 0: the letter is sent
//! job 1: the parcel is sent
//! job 2 failed: too heavy
//! job 3 panicked: no address
//! job 4: the card is sent
//! 3 succeeded, 1 failed, 1 panicked
//! ```

use std::{error::Error, time::Duration};

use pool::{Backend, Config, Context, Pool, PoolExt};
use pool_std::Std;

/// What each worker does with each job.
fn send(item: &'static str, _: &Context) -> Result<String, String> {
    match item {
        "piano" => Err("too heavy".to_owned()),
        "bottle" => panic!("no address"),
        _ => Ok(format!("the {item} is sent")),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // When this returns, three threads are running. If the system refuses one, it is an error.
    let (pool, results) = Std::spawn(Config::new(3), send)?;

    // The queue is bounded: while it is full, `submit` waits.
    for item in ["letter", "parcel", "piano", "bottle", "card"] {
        pool.submit(item)?;
    }
    // No more jobs. Those in the queue still run.
    pool.close();

    // The results end after the last one. They come in the order in which jobs end, which may
    // be any, so each says which job it is of.
    let mut completions: Vec<_> = results.collect();
    completions.sort_by_key(|completion| completion.job);
    for completion in completions {
        match completion.result {
            Ok(said) => println!("job {}: {said}", completion.job),
            // An error or a panic ends one job. Its worker lives on.
            Err(error) => println!("{error}"),
        }
    }

    // Waits until all three threads have exited, for at most ten seconds.
    let stats = pool.shutdown(Duration::from_secs(10))?.stats;
    println!("{} succeeded, {} failed, {} panicked", stats.succeeded, stats.failed, stats.panicked);
    Ok(())
}
