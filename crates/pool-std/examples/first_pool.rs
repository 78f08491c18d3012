//! The classic Go worker pool, five jobs for three workers, where nothing is left to get
//! wrong: no channel to close in the right place, no wait group, no results to count.
//!
//! ```sh
//! cargo run -p pool-std --example first_pool
//! ```

use std::{error::Error, time::Duration};

use pool::{Backend, Config, Context, Pool, PoolExt};
use pool_std::Std;

/// What every worker does with every job.
fn work(name: String, _: &Context) -> Result<String, String> {
    match name.as_str() {
        "job-3" => Err("found nothing to do".to_owned()),
        "job-4" => panic!("did too much"),
        _ => Ok(name + " is done"),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Three threads are running when this returns; had the system refused one, this would
    // have said so and left none behind.
    let (pool, results) = Std::spawn(Config::new(3), work)?;

    // The queue is bounded, so a flood of jobs waits here. The results are not, unless asked
    // for: to submit everything first and then read, on one thread, cannot deadlock.
    for n in 1..=5 {
        pool.submit(format!("job-{n}"))?;
    }
    // No more jobs. Those in the queue still run.
    pool.close();

    // Ends by itself after the last completion. They come in the order in which jobs end,
    // which is any; every one says which job it is of.
    let mut completions: Vec<_> = results.collect();
    completions.sort_by_key(|completion| completion.job);
    for completion in completions {
        match completion.result {
            Ok(said) => println!("job {}: {said}", completion.job),
            // An error or a panic is the end of one job, not of a worker.
            Err(error) => println!("{error}"),
        }
    }

    // Waits until all three threads have exited.
    let report = pool.shutdown(Duration::from_secs(10))?;
    println!(
        "{} succeeded, {} failed, {} panicked",
        report.stats.succeeded, report.stats.failed, report.stats.panicked
    );
    Ok(())
}
