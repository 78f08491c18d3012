//! A handler that uses rayon inside: each job is itself split over the pool's threads.
//!
//! ```sh
//! cargo run -p pool-rayon --example fork_join
//! ```

use std::{convert::Infallible, error::Error};

use pool::{Backend, Config, Context, PoolExt};
use pool_rayon::Rayon;
use rayon::prelude::*;

/// The longest way any number below `limit` takes to 1: halve it if it is even, else take
/// three times it and one more.
fn longest_way(limit: u64) -> (u64, u32) {
    // Runs on this pool, not on rayon's global one, for that is where we are. While this
    // worker waits for the parts that others have taken, it works on other parts, but begins
    // no other job: one worker, one job.
    assert_eq!(rayon::current_num_threads(), 4);
    let longest = (1..limit).into_par_iter().map(|n| (steps(n), n)).max_by_key(|&(steps, n)| {
        // Of two ways as long, the smaller number's.
        (steps, std::cmp::Reverse(n))
    });
    longest.map_or((1, 0), |(steps, n)| (n, steps))
}

fn steps(mut n: u64) -> u32 {
    let mut steps = 0;
    while n != 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

fn main() -> Result<(), Box<dyn Error>> {
    let handler = |limit, _: &Context| Ok::<_, Infallible>(longest_way(limit));
    let (pool, mut results) = Rayon::spawn(Config::new(4), handler)?;

    // One big job alone keeps all four threads busy, which no other backend can do.
    let limits = [10, 1_000, 100_000];
    for (limit, longest) in limits.into_iter().zip(pool.map_ordered(&mut results, limits)) {
        let (n, steps) = longest?;
        println!("below {limit}: {n}, in {steps} steps");
    }
    Ok(())
}
