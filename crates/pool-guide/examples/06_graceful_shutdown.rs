//! 6. Graceful shutdown on Ctrl-C: close, let the queue drain for a while, then stop.
//!
//! ```text
//! $ cargo run -p pool-guide --example 06_graceful_shutdown
//! press Ctrl-C, or wait for 20 reports
//! 20 submitted: 20 finished, 0 interrupted, 0 not begun
//! ```
//!
//! `-- 1000` is enough reports to press Ctrl-C; `-- 1000 0` gives them no time after it.

use std::{env, error::Error, sync::Arc, time::Duration};

use pool::{Backend, Config, Context, Pool, PoolExt};
use pool_std::Std;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1).map(|argument| argument.parse::<u32>());
    let reports = arguments.next().unwrap_or(Ok(20))?;
    // For how long the jobs that are queued at Ctrl-C may run.
    let grace = Duration::from_millis(arguments.next().unwrap_or(Ok(5000))?.into());

    // A report of some pages, 10 ms each. Cancelled by `stop`, it returns at its next sleep.
    let print = |pages: u32, ctx: &Context| {
        (0..pages).try_for_each(|_| ctx.sleep(Duration::from_millis(10)))
    };
    // The results are not wanted, so none is kept.
    let (pool, _) = Std::spawn(Config::new(2).queue(16).discard_results(), print)?;
    let pool = Arc::new(pool);

    // All that Ctrl-C does is to close the pool, which is safe from anywhere, at any time. It
    // runs on a thread of its own, not in the signal handler.
    let closing = Arc::clone(&pool);
    ctrlc::set_handler(move || closing.close())?;
    println!("press Ctrl-C, or wait for {reports} reports");

    for n in 0..reports {
        // Waits while the queue is full. Once the pool is closed, the job comes back instead.
        if let Err(refused) = pool.submit(n % 3) {
            println!("no longer accepted: a report of {} pages", refused.into_inner());
            break;
        }
    }
    let report = pool.shutdown(grace).or_else(|late| {
        println!("{late}"); // which worker is on which job
        // Takes back what has not begun, cancels what runs.
        println!("taken back: {} reports", pool.stop().len());
        pool.join(Some(Duration::from_secs(10)))
    })?;
    let stats = report.stats;
    println!(
        "{} submitted: {} finished, {} interrupted, {} not begun",
        stats.submitted, stats.succeeded, stats.failed, stats.undone
    );
    Ok(())
}
