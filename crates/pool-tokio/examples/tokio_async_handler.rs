//! Handlers that await: many more jobs in flight than threads, each of them cancelled or
//! late as ever.
//!
//! ```sh
//! cargo run -p pool-tokio --example tokio_async_handler
//! ```

use std::{error::Error, num::NonZero, sync::Arc, thread, time::Duration};

use pool::{Config, Context, JobOptions, Pool, Results, ResultsExt};
use pool_tokio::TokioAsync;
use tokio::{select, sync::Barrier, time::sleep};

const IN_FLIGHT: usize = 100;

enum Request {
    /// Is answered when so many are waiting at once.
    Meeting,
    /// Is never answered.
    Silence,
}

fn main() -> Result<(), Box<dyn Error>> {
    let meeting = Arc::new(Barrier::new(IN_FLIGHT));
    let handler = move |request, ctx: Context| {
        let meeting = Arc::clone(&meeting);
        async move {
            let answer = async {
                match request {
                    Request::Meeting => _ = meeting.wait().await,
                    Request::Silence => sleep(Duration::MAX).await,
                }
            };
            // Nothing stops a handler that does not look: it awaits its cancellation, too.
            select! {
                () = answer => Ok(()),
                () = ctx.cancelled() => ctx.check(),
                () = sleep(ctx.remaining().unwrap_or(Duration::MAX)) => ctx.check(),
            }
        }
    };
    // A hundred workers, which are tasks, on one thread.
    let (pool, mut results) =
        TokioAsync::spawn(Config::new(IN_FLIGHT), NonZero::<usize>::MIN, handler)?;

    for _ in 0..IN_FLIGHT {
        pool.submit(Request::Meeting)?;
    }
    let met = results.outcomes().take(IN_FLIGHT).flatten().count();
    println!("{met} jobs have waited for each other");

    // Both have begun when they end, so both end by their handler's choice.
    let options = JobOptions::new().timeout(Duration::from_secs(1));
    pool.submit_with(Request::Silence, options)?;
    println!("{}", results.recv()?.result.unwrap_err());

    pool.submit(Request::Silence)?;
    while pool.stats().running == 0 {
        thread::yield_now();
    }
    pool.stop();
    println!("{}", results.recv()?.result.unwrap_err());
    pool.join(None)?;
    Ok(())
}
