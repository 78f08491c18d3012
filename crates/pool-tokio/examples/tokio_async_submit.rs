//! Many async tasks submit to one pool and wait for room without blocking their thread; one
//! more takes the results as a stream.
//!
//! ```sh
//! cargo run -p pool-tokio --example tokio_async_submit
//! ```

use std::{convert::Infallible, error::Error, pin::pin, sync::Arc};

use futures::StreamExt;
use pool::{AsyncPool, Backend, Config, Context, Pool, SubmitError};
use pool_tokio::{Tokio, TokioPool};
use tokio::task::JoinSet;

/// A request for the `n`-th prime: work that would hold up an async runtime's thread.
struct Request {
    client: usize,
    n: usize,
}

fn nth_prime(n: usize) -> usize {
    let is_prime = |n: &usize| (2..*n).take_while(|d| d * d <= *n).all(|d| *n % d != 0);
    (2..).filter(is_prime).nth(n).unwrap_or(0)
}

const CLIENTS: usize = 20;
const REQUESTS: usize = 50;

/// One of many tasks on one thread. While the queue is full it waits in line, and the
/// others, the reader included, go on.
async fn client(pool: Arc<TokioPool<Request>>, client: usize) -> Result<(), SubmitError<Request>> {
    for n in 0..REQUESTS {
        pool.submit_async(Request { client, n }).await?;
    }
    Ok(())
}

// The application's runtime. The pool does not run on it, nor need one to be there.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Two threads for the work, and a bound on both sides of them: however many tasks submit
    // and however slowly the results are read, memory stays flat.
    let handler = |job: Request, _: &Context| Ok::<_, Infallible>((job.client, nth_prime(job.n)));
    let (pool, results) = Tokio::spawn(Config::new(2).queue(4).results(4), handler)?;
    let pool = Arc::new(pool);

    let mut clients: JoinSet<_> = (0..CLIENTS).map(|n| client(Arc::clone(&pool), n)).collect();
    let closing = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move {
            while let Some(submitted) = clients.join_next().await {
                submitted.expect("no client panics").expect("the pool is open");
            }
            // After the last submission the results end, when the last of them is read.
            pool.close();
        }
    });

    // Unpinned it is an iterator as well as a stream, and `next` would be ambiguous.
    let mut results = pin!(results);
    let mut sums = [0; CLIENTS];
    while let Some(completion) = results.next().await {
        if let Ok((client, prime)) = completion.result {
            sums[client] += prime;
        }
    }
    closing.await?;
    println!("{} requests served", pool.stats().succeeded);
    println!("the first {REQUESTS} primes sum up to {}", sums[0]);
    assert!(sums.iter().all(|&sum| sum == sums[0]), "every client got all its results");
    Ok(())
}
