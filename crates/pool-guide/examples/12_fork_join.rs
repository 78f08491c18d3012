//! 12. Fork and join inside a handler: rayon splits each job over the pool's own threads.
//!
//! ```text
//! $ cargo run -p pool-guide --example 12_fork_join
//! below 10: 9, in 19 steps
//! below 1000: 871, in 178 steps
//! below 100000: 77031, in 350 steps
//! ```

use std::{cmp::Reverse, convert::Infallible, error::Error};

use pool::{Backend, Config, Context, PoolExt};
use pool_rayon::Rayon;
use rayon::prelude::*;

/// How many steps `n` takes to 1: halve it if it is even, else triple it and add one.
fn steps(mut n: u64) -> u32 {
    let mut steps = 0;
    while n != 1 {
        n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

/// The number below `limit` that takes the most steps; the smallest of several.
fn longest_way(limit: u64) -> (u64, u32) {
    // Not rayon's global pool: the handler runs on the threads of this one.
    assert_eq!(rayon::current_num_threads(), 4);
    // While the worker waits for parts that others have taken, it works on other parts. It
    // begins no other job: one worker, one job.
    let longest = (1..limit).into_par_iter().map(|n| (n, steps(n)));
    longest.max_by_key(|&(n, steps)| (steps, Reverse(n))).unwrap_or((1, 0))
}

fn main() -> Result<(), Box<dyn Error>> {
    let handler = |limit, _: &Context| Ok::<_, Infallible>(longest_way(limit));
    let (pool, mut results) = Rayon::spawn(Config::new(4), handler)?;

    // One big job keeps all four threads busy. With the other backends it would keep one.
    let limits = [10, 1_000, 100_000];
    for (limit, longest) in limits.into_iter().zip(pool.map_ordered(&mut results, limits)) {
        let (n, steps) = longest?;
        println!("below {limit}: {n}, in {steps} steps");
    }
    Ok(())
}
