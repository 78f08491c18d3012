//! 5. Cancellation and deadlines: a job that waits never runs; one that runs decides itself.
//!
//! ```text
//! $ cargo run -p pool-guide --example 05_cancellation
//! job 1 was cancelled before it started
//! job 0 failed: cancelled
//! job 2 was not started before its deadline
//! job 3 failed: deadline exceeded
//! job 4: subtitles
//! ```

use std::{error::Error, sync::mpsc, time::Duration};

use pool::{Backend, CancellationToken, Config, Context, ContextError, JobOptions, Pool, Results};
use pool_crossbeam::Crossbeam;

/// More chunks than there is time for.
const ENDLESS: u32 = u32::MAX;

fn main() -> Result<(), Box<dyn Error>> {
    let (begun, begins) = mpsc::channel();
    let download = move |(file, chunks): (&'static str, u32), ctx: &Context| {
        _ = begun.send(file);
        for _ in 0..chunks {
            // Stands for the network. Ends early, with an error, if the job is cancelled or late.
            ctx.sleep(Duration::from_millis(1))?;
        }
        Ok::<_, ContextError>(file)
    };
    // One worker, so that what comes second waits.
    let (pool, mut results) = Crossbeam::spawn(Config::new(1), download)?;

    // Job 0 runs. Job 1 waits behind it, with a token of its own below that of the user.
    let user = CancellationToken::new();
    let child = user.child();
    pool.submit_with(("film", ENDLESS), JobOptions::new().cancellation_token(&user))?;
    pool.submit_with(("poster", 1), JobOptions::new().cancellation_token(&child))?;
    assert_eq!(begins.recv()?, "film");

    // The job that waits completes at once, though the worker is still at job 0.
    child.cancel();
    println!("{}", results.recv()?.result.unwrap_err());
    user.cancel();

    // The time of job 2 is up before the worker comes to it, that of job 3 while it runs.
    pool.submit_with(("trailer", 1), JobOptions::new().timeout(Duration::ZERO))?;
    let two_seconds = JobOptions::new().timeout(Duration::from_secs(2));
    pool.submit_with(("archive", ENDLESS), two_seconds)?;
    pool.submit(("subtitles", 3))?;
    pool.close();
    for completion in results {
        match completion.result {
            Ok(file) => println!("job {}: {file}", completion.job),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
