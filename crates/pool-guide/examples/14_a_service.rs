//! 14. A service to start from: a bounded queue, a state for each worker, errors, Ctrl-C, an end.
//!
//! ```text
//! $ cargo run -p pool-guide --example 14_a_service
//! job 2 failed: there is no article 3
//! 4 jobs: 3 succeeded, 1 failed
//! the orders come to 295
//! ```

use std::{error::Error, fmt, num::ParseIntError, sync::Arc, thread, time::Duration};

use pool::prelude::*;
use pool_std::Std;

struct Prices(Vec<u32>); // a connection to a database, say

fn open(_worker: WorkerId) -> Result<Prices, ParseIntError> {
    "80 95 120".split(' ').map(str::parse).collect::<Result<_, _>>().map(Prices)
}

#[derive(Debug)]
enum OrderError {
    Unknown(usize),
    GivenUp(ContextError),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(article) => write!(f, "there is no article {article}"),
            Self::GivenUp(why) => write!(f, "given up: {why}"),
        }
    }
}

fn price(prices: &mut Prices, article: usize, ctx: &Context) -> Result<u32, OrderError> {
    ctx.check().map_err(OrderError::GivenUp)?; // a long job checks again and again
    prices.0.get(article).copied().ok_or(OrderError::Unknown(article))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (pool, mut results) = Std::spawn_with_state(Config::new(4).queue(100), open, price)?;
    let pool = Arc::new(pool);
    let closing = Arc::clone(&pool);
    ctrlc::set_handler(move || closing.close())?; // what is queued still runs
    let log = |result: Result<u32, _>| result.inspect_err(|error| println!("{error}")).ok();
    let reader = thread::spawn(move || results.outcomes().filter_map(log).sum::<u32>());
    for article in [2, 0, 3, 1] {
        // Waits while the queue is full; fails once the pool is closed.
        let Ok(_) = pool.submit(article) else { break };
    }
    let report = pool.shutdown(Duration::from_secs(10)).or_else(|late| {
        eprintln!("{late}; {} orders not begun", pool.stop().len());
        pool.join(Some(Duration::from_secs(10)))
    })?;
    let sum = reader.join().expect("the reader does not panic");
    println!("{}\nthe orders come to {sum}", report.stats);
    Ok(())
}
