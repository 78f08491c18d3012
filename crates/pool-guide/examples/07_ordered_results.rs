//! 7. Results in input order: lazily, in bounded memory, up to the first error.
//!
//! ```text
//! $ cargo run -p pool-guide --example 07_ordered_results
//! 1 4 9 16 25 36
//! at most 8 jobs were ahead of the reader
//! job 2 failed: seven is no number
//! ```

use std::{cell::Cell, convert::Infallible, error::Error};

use pool::{Backend, Config, Context, PoolExt};
use pool_crossbeam::Crossbeam;

fn main() -> Result<(), Box<dyn Error>> {
    let square = |n: u64, _: &Context| Ok::<_, Infallible>(n * n);
    let (pool, mut results) = Crossbeam::spawn(Config::new(3), square)?;

    // The input may be endless. Jobs are taken from it as results are taken out, and no more
    // than `window` of them are between the two.
    let taken = Cell::new(0);
    let numbers = (1..).inspect(|&n| taken.set(n));
    let mut squares = pool.map_ordered(&mut results, numbers).window(8);
    let mut ahead = 0;
    let mut line = Vec::new();
    for (read, square) in (1..=6).zip(&mut squares) {
        line.push(square?.to_string());
        ahead = ahead.max(taken.get() - read);
    }
    println!("{}", line.join(" "));
    assert!(ahead <= 8);
    println!("at most 8 jobs were ahead of the reader");
    drop(squares); // what it has submitted completes as any other job

    // As an iterator over `Result`, it can be collected up to the first error.
    let parse = |word: &'static str, _: &Context| {
        word.parse::<u32>().map_err(|_| format!("{word} is no number"))
    };
    let (pool, mut results) = Crossbeam::spawn(Config::new(3), parse)?;
    let numbers: Result<Vec<_>, _> =
        pool.map_ordered(&mut results, ["5", "6", "seven", "8"]).collect();
    println!("{}", numbers.unwrap_err());
    Ok(())
}
