//! `cargo run -p example-axum`, then `curl localhost:3000/primes/100000`, then Ctrl-C.

use std::{error::Error, time::Duration};

use pool::{Config, Context};
use tokio::{net::TcpListener, signal};

fn nth_prime(n: usize, context: &Context) -> Result<usize, String> {
    let mut primes = 0;
    for candidate in 2_usize.. {
        // Leaves early when the server ends.
        context.check().map_err(|error| error.to_string())?;
        let mut divisors = (2..candidate).take_while(|divisor| divisor * divisor <= candidate);
        if !divisors.any(|divisor| candidate.is_multiple_of(divisor)) {
            if primes == n {
                return Ok(candidate);
            }
            primes += 1;
        }
    }
    Err("there is none".to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}/primes/100000", listener.local_addr()?);
    // Without Ctrl-C there would be no end, so a failure to wait for it is one.
    let signal = async { _ = signal::ctrl_c().await };
    let config = Config::default().queue(64);
    let report =
        example_axum::serve(listener, config, nth_prime, Duration::from_secs(5), signal).await?;
    println!("{} requests were computed", report.stats.succeeded);
    Ok(())
}
