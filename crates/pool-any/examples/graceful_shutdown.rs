//! Graceful shutdown on Ctrl-C: close, let the queue drain for so long, then stop, and say
//! what was finished and what was not.
//!
//! ```sh
//! cargo run -p pool-any --example graceful_shutdown            # press Ctrl-C, or do not
//! cargo run -p pool-any --example graceful_shutdown -- tokio
//! ```

use std::{env, error::Error, sync::Arc, thread, time::Duration};

use pool::{Config, Context, ContextError, JobErrorKind, Pool, PoolExt, Results};
use pool_any::Kind;

/// How long the jobs that are queued at Ctrl-C have to run.
const GRACE: Duration = Duration::from_secs(1);

/// A report of so many pages, each of which takes 50 ms.
fn print_report(pages: u32, ctx: &Context) -> Result<u32, ContextError> {
    for _ in 0..pages {
        // In vain if the pool is stopped; a clean-up would go here.
        ctx.sleep(Duration::from_millis(50))?;
    }
    Ok(pages)
}

fn main() -> Result<(), Box<dyn Error>> {
    let kind: Kind = env::args().nth(1).as_deref().unwrap_or("std").parse()?;
    let (pool, results) = pool_any::spawn(kind, Config::new(2).queue(16), print_report)?;
    let pool: Arc<dyn Pool<u32>> = Arc::from(pool);

    // All that Ctrl-C does is to close the pool, which may be done from anywhere, at any
    // time, and as often as one likes.
    ctrlc::set_handler({
        let pool = Arc::clone(&pool);
        move || {
            println!("no new reports, up to {GRACE:?} for those in the queue");
            pool.close();
        }
    })?;

    // Results are read on a thread of their own: nothing here waits for what comes there.
    let reader = thread::spawn(move || read(results));

    // Waits while the queue is full. When the pool is closed, before or while it waits, the
    // report comes back in the error.
    for pages in (1..=8).cycle().take(40) {
        if let Err(closed) = pool.submit(pages) {
            println!("not accepted: a report of {} pages, nor any after it", closed.into_inner());
            break;
        }
    }

    let report = match pool.shutdown(GRACE) {
        Ok(report) => report,
        Err(late) => {
            println!("{late}");
            // Takes back what no worker has begun, and cancels what they are at; that ends
            // as soon as they notice, so there is no need for a timeout any more.
            for (job, pages) in pool.stop() {
                println!("job {job} not begun: a report of {pages} pages");
            }
            pool.join(None)?
        }
    };

    // The results ended with the last worker.
    reader.join().map_err(|_| "the reader panicked")?;
    let stats = report.stats;
    println!(
        "{} submitted: {} finished, {} interrupted, {} not begun; over {:.1?} after the close",
        stats.submitted, stats.succeeded, stats.failed, stats.undone, report.elapsed
    );
    Ok(())
}

fn read(results: Box<dyn Results<u32, ContextError>>) {
    for completion in results {
        match completion.result {
            Ok(pages) => println!("job {} finished: {pages} pages", completion.job),
            Err(error) => match error.kind {
                JobErrorKind::Failed(_) => println!("job {} interrupted", completion.job),
                _ => println!("{error}"),
            },
        }
    }
}
