//! 10. Handlers that await: more jobs in flight than threads.
//!
//! ```text
//! $ cargo run -p pool-guide --example 10_async_handlers
//! 100 jobs on 1 thread have waited for each other
//! job 100 failed: deadline exceeded
//! job 101 failed: cancelled
//! ```

use std::{
    error::Error,
    future::pending,
    num::NonZero,
    sync::{Arc, mpsc},
    time::Duration,
};

use pool::{Config, Context, JobOptions, Pool, PoolExt, Results, ResultsExt};
use pool_tokio::TokioAsync;
use tokio::{select, sync::Barrier, time::sleep};

fn main() -> Result<(), Box<dyn Error>> {
    let meeting = Arc::new(Barrier::new(100));
    let (begun, begins) = mpsc::channel();
    let handler = move |job, ctx: Context| {
        let (meeting, begun) = (Arc::clone(&meeting), begun.clone());
        async move {
            let answer = async {
                if job < 100 {
                    meeting.wait().await;
                } else {
                    _ = begun.send(());
                    pending::<()>().await; // for ever
                }
            };
            // Nothing stops a handler that does not look, so it awaits its end, too.
            select! {
                () = answer => Ok(()),
                () = ctx.cancelled() => ctx.check(),
                () = sleep(ctx.remaining().unwrap_or(Duration::MAX)) => ctx.check(),
            }
        }
    };
    // A hundred workers, which are tasks, on one thread.
    let (pool, mut results) = TokioAsync::spawn(Config::new(100), NonZero::<usize>::MIN, handler)?;

    pool.submit_batch((0..100).collect())?;
    let met = results.outcomes().take(100).flatten().count();
    println!("{met} jobs on 1 thread have waited for each other");

    pool.submit_with(100, JobOptions::new().timeout(Duration::from_secs(2)))?;
    println!("{}", results.recv()?.result.unwrap_err());
    begins.recv()?;
    pool.submit(100)?;
    begins.recv()?;
    pool.stop();
    println!("{}", results.recv()?.result.unwrap_err());
    Ok(())
}
