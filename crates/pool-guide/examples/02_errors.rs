//! 2. Errors: your own error type, with its cause, and the id of its job.
//!
//! ```text
//! $ cargo run -p pool-guide --example 02_errors
//! 3 prices, 7.75 in all
//! job 2 failed: `three` is not a price (invalid float literal)
//! job 4 panicked: nothing is free (a bug; its worker lives on)
//! job 5 failed: `six` is not a price (invalid float literal)
//! ```

use std::{error::Error, fmt, num::ParseFloatError};

use pool::{Backend, Config, Context, JobErrorKind, PoolExt};
use pool_std::Std;

/// What went wrong with one line, and why.
#[derive(Debug)]
struct PriceError {
    line: &'static str,
    cause: ParseFloatError,
}

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a price", self.line)
    }
}

/// Adds to the error what the handler knows. The pool adds the job's id.
fn price(line: &'static str, _: &Context) -> Result<f64, PriceError> {
    assert!(line != "free", "nothing is free");
    line.parse().map_err(|cause| PriceError { line, cause })
}

fn main() -> Result<(), Box<dyn Error>> {
    let (pool, mut results) = Std::spawn(Config::new(2), price)?;

    // Submits all of them and receives all completions; fails only if the pool is closed.
    let mut completions = pool.run(&mut results, ["1.50", "2", "three", "4.25", "free", "six"])?;
    completions.sort_by_key(|completion| completion.job);

    let (good, bad): (Vec<_>, Vec<_>) =
        completions.into_iter().map(|completion| completion.result).partition(Result::is_ok);
    let sum: f64 = good.iter().flatten().sum();
    println!("{} prices, {sum} in all", good.len());
    for error in bad.into_iter().filter_map(Result::err) {
        match &error.kind {
            JobErrorKind::Failed(failure) => println!("{error} ({})", failure.cause),
            JobErrorKind::Panicked(_) => println!("{error} (a bug; its worker lives on)"),
            _ => println!("{error} (it never ran)"),
        }
    }
    Ok(())
}
