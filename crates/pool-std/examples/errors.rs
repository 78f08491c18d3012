//! Errors as data: wrapped with what the handler knows, taken at the first or all together.
//!
//! ```sh
//! cargo run -p pool-std --example errors
//! ```

use std::{error::Error, fmt, num::ParseFloatError};

use pool::{Backend, Config, Context, JobError, JobErrorKind, PoolExt};
use pool_std::Std;

/// What went wrong with one line, and the cause below it.
#[derive(Debug)]
struct PriceError {
    line: &'static str,
    source: ParseFloatError,
}

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a price", self.line)
    }
}

impl Error for PriceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

fn price(line: &'static str, _: &Context) -> Result<f64, PriceError> {
    assert!(line != "free", "nothing is");
    // The job's own context is added here; its id is added by the pool.
    line.parse().map_err(|source| PriceError { line, source })
}

const LINES: [&str; 6] = ["1.50", "2", "three", "4.25", "free", "six"];

fn main() -> Result<(), Box<dyn Error>> {
    let (pool, mut results) = Std::spawn(Config::new(2), price)?;

    // The first error, first by input order: `collect` stops there. The jobs behind it, as many
    // as the pool has room for, were submitted already: they run, and `run` below discards their
    // completions.
    let all_good: Result<Vec<f64>, _> = pool.map_ordered(&mut results, LINES).collect();
    if let Err(first) = all_good {
        println!("first error: {first}");
    }

    // All of them: keep the good ones, and report each of the others.
    let mut completions = pool.run(&mut results, LINES)?;
    completions.sort_by_key(|completion| completion.job);
    let (good, bad): (Vec<_>, Vec<_>) =
        completions.into_iter().map(|completion| completion.result).partition(Result::is_ok);
    println!("sum of the {} good ones: {}", good.len(), good.into_iter().flatten().sum::<f64>());
    for error in bad.into_iter().filter_map(Result::err) {
        explain(&error);
    }
    Ok(())
}

/// Says what happened, and if it was an error of the handler's, why.
fn explain(error: &JobError<PriceError>) {
    println!("{error}");
    match &error.kind {
        JobErrorKind::Failed(failure) => {
            let mut cause = failure.source();
            while let Some(error) = cause {
                println!("  because: {error}");
                cause = error.source();
            }
        }
        JobErrorKind::Panicked(_) => println!("  which is a bug, and its worker lives on"),
        _ => println!("  so it never ran"),
    }
}
