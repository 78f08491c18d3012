//! Cancellation and deadlines: of a job that waits, which then never runs, and of one that
//! runs, which is told and decides.
//!
//! ```sh
//! cargo run -p pool-crossbeam --example deadlines
//! ```

use std::{error::Error, sync::mpsc, time::Duration};

use pool::{
    Backend, CancellationToken, Config, Context, ContextError, JobOptions, Pool, ResultsExt,
};
use pool_crossbeam::Crossbeam;

/// A download of so many chunks.
struct Download {
    file: &'static str,
    chunks: u32,
}

/// Far more than anybody waits for.
const ENDLESS: u32 = u32::MAX;

fn main() -> Result<(), Box<dyn Error>> {
    // Tells the main thread that a download has begun.
    let (begun, begins) = mpsc::channel();
    let fetch = move |download: Download, ctx: &Context| {
        _ = begun.send(download.file);
        for _ in 0..download.chunks {
            // Stands for a wait on the network. It ends early, with an error, when the job
            // is cancelled or its deadline passes.
            ctx.sleep(Duration::from_millis(1))?;
        }
        Ok::<_, ContextError>(download.file)
    };

    // One worker, so that what comes second waits.
    let (pool, mut results) = Crossbeam::spawn(Config::new(1), fetch)?;

    // Job 0 runs until it is cancelled.
    let user = CancellationToken::new();
    let of_user = JobOptions::new().cancellation_token(&user);
    pool.submit_with(Download { file: "film", chunks: ENDLESS }, of_user)?;
    assert_eq!(begins.recv()?, "film");

    // Job 1 waits behind it, and is cancelled while it does. A child of the user's token is
    // cancelled with it, but can also be cancelled alone.
    let child = user.child();
    let of_child = JobOptions::new().cancellation_token(&child);
    pool.submit_with(Download { file: "poster", chunks: 1 }, of_child)?;
    child.cancel();
    // Its completion is there at once, though the worker is still at job 0.
    println!("{}", results.outcomes().next().unwrap().unwrap_err());

    // Job 2 waits too, and its time is up before the worker comes to it.
    let at_once = JobOptions::new().timeout(Duration::ZERO);
    pool.submit_with(Download { file: "trailer", chunks: 1 }, at_once)?;

    // Job 3 is given a second, in which it gets nowhere near its end.
    user.cancel();
    let second = JobOptions::new().timeout(Duration::from_secs(1));
    pool.submit_with(Download { file: "archive", chunks: ENDLESS }, second)?;

    // Job 4 has all the time it needs.
    pool.submit(Download { file: "subtitles", chunks: 3 })?;
    pool.close();
    for completion in results {
        match completion.result {
            Ok(file) => println!("job {} fetched {file}", completion.job),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
