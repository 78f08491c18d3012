//! 11. The backend, chosen at run time: by its name, from a setting or the command line.
//!
//! ```text
//! $ cargo run -p pool-guide --example 11_choose_a_backend
//! std: 385
//! crossbeam: 385
//! flume: 385
//! rayon: 385
//! tokio: 385
//! unknown backend `corssbeam`, expected one of: std, crossbeam, flume, rayon, tokio
//! ```
//!
//! `-- rayon` runs that one alone.

use std::{convert::Infallible, env, error::Error};

use pool::{Config, Context, Pool, ResultsExt};
use pool_any::Kind;

fn main() -> Result<(), Box<dyn Error>> {
    let kinds = match env::args().nth(1) {
        Some(name) => vec![name.parse()?],
        None => Kind::ALL.to_vec(),
    };
    for kind in kinds {
        println!("{kind}: {}", sum_of_squares(kind)?);
    }
    if let Err(error) = "corssbeam".parse::<Kind>() {
        println!("{error}");
    }
    Ok(())
}

/// The two halves are boxed. So this is compiled once, and not once for each backend.
fn sum_of_squares(kind: Kind) -> Result<u64, Box<dyn Error>> {
    let square = |n: u64, _: &Context| Ok::<_, Infallible>(n * n);
    let (pool, mut results) = pool_any::spawn(kind, Config::new(2), square)?;
    submit_all(&*pool)?;
    pool.close();
    Ok(results.outcomes().flatten().sum())
}

/// Takes any pool of such jobs: a boxed one, or one by its own type.
fn submit_all(pool: &dyn Pool<u64>) -> Result<(), Box<dyn Error>> {
    for n in 1..=10 {
        pool.submit(n)?;
    }
    Ok(())
}
