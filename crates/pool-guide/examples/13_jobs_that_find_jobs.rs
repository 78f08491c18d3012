//! 13. Jobs that find more jobs: a crawler, which ends by itself when no page is left.
//!
//! ```text
//! $ cargo run -p pool-guide --example 13_jobs_that_find_jobs
//! 1000 pages, each visited once
//! ```

use std::{collections::HashSet, convert::Infallible, error::Error};

use pool::{Backend, Config, Context, Pool, Results};
use pool_crossbeam::Crossbeam;

/// Visits a page, and returns the pages that it links to.
fn visit(page: u32) -> Vec<u32> {
    let links = [2 * page + 1, 2 * page + 2, page / 2];
    links.into_iter().filter(|&link| link < 1000).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    // A short queue, and results without a bound: so a reader that waits for room in the queue
    // never keeps a worker from delivering, and the two cannot wait for each other.
    let handler = |page, _: &Context| Ok::<_, Infallible>(visit(page));
    let (pool, mut results) = Crossbeam::spawn(Config::new(4).queue(8), handler)?;

    // The reader submits what the jobs find. (A handler may submit to its own pool, too. When
    // the queue is full it is refused with `WouldDeadlock`, for it would wait for itself.)
    let mut seen = HashSet::from([0]);
    pool.submit(0)?;
    let mut unfinished = 1;
    while unfinished > 0 {
        for link in results.recv()?.result? {
            if seen.insert(link) {
                pool.submit(link)?;
                unfinished += 1;
            }
        }
        unfinished -= 1;
    }
    println!("{} pages, each visited once", seen.len());
    Ok(())
}
