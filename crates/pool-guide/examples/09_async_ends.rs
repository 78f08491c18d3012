//! 9. From async code: submit and receive by `.await`, without blocking the runtime's thread.
//!
//! ```text
//! $ cargo run -p pool-guide --example 09_async_ends
//! 20 clients, 1000 requests served
//! the first 50 primes sum up to 5117
//! ```

use std::{convert::Infallible, error::Error, pin::pin, sync::Arc};

use futures::StreamExt;
use pool::{AsyncPool, Backend, Config, Context, Pool, SubmitError};
use pool_tokio::{Tokio, TokioPool};
use tokio::task::JoinSet;

/// Work that would hold up the runtime's thread.
fn nth_prime(n: usize) -> usize {
    let is_prime = |n: &usize| !(2..*n).take_while(|d| d * d <= *n).any(|d| n.is_multiple_of(d));
    (2..).filter(is_prime).nth(n).unwrap_or(0)
}

const CLIENTS: usize = 20;
const REQUESTS: usize = 50;

/// One of many tasks on one thread. While the queue is full it waits in line; the others go on.
async fn client(pool: Arc<TokioPool<usize>>) -> Result<(), SubmitError<usize>> {
    for n in 0..REQUESTS {
        pool.submit_async(n).await?;
    }
    Ok(())
}

// The application's runtime. The pool has threads of its own.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Both sides are bounded: however many tasks submit, memory stays flat.
    let handler = |n, _: &Context| Ok::<_, Infallible>(nth_prime(n));
    let (pool, results) = Tokio::spawn(Config::new(2).queue(4).results(4), handler)?;
    let pool = Arc::new(pool);

    let mut clients: JoinSet<_> = (0..CLIENTS).map(|_| client(Arc::clone(&pool))).collect();
    let closing = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move {
            while let Some(client) = clients.join_next().await {
                client.expect("no client panics").expect("the pool is open");
            }
            pool.close(); // the results end after the last one
        }
    });
    // A `Stream`. Pinned, because unpinned it is an iterator too, and `next` is ambiguous.
    let results = pin!(results);
    let primes: Vec<_> = results.filter_map(async |it| it.result.ok()).collect().await;
    closing.await?;
    println!("{CLIENTS} clients, {} requests served", primes.len());
    println!("the first {REQUESTS} primes sum up to {}", primes.iter().sum::<usize>() / CLIENTS);
    Ok(())
}
