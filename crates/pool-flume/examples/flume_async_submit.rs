//! Many async tasks submit to one pool and wait for room without blocking their thread; one
//! more takes the results as a stream.
//!
//! ```sh
//! cargo run -p pool-flume --example flume_async_submit
//! ```

use std::{convert::Infallible, error::Error, pin::pin};

use futures::{
    StreamExt,
    executor::block_on,
    future::{join, try_join_all},
};
use pool::{AsyncPool, Backend, Config, Context, Pool, SubmitError};
use pool_flume::{Flume, FlumePool};

/// A request for the `n`-th prime: work that would hold up an async executor's thread.
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
async fn client(pool: &FlumePool<Request>, client: usize) -> Result<(), SubmitError<Request>> {
    for n in 0..REQUESTS {
        pool.submit_async(Request { client, n }).await?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    // Two threads for the work, and a bound on both sides of them: however many tasks submit
    // and however slowly the results are read, memory stays flat.
    let handler = |job: Request, _: &Context| Ok::<_, Infallible>((job.client, nth_prime(job.n)));
    let (pool, results) = Flume::spawn(Config::new(2).queue(4).results(4), handler)?;

    // Unpinned it is an iterator as well as a stream, and `next` would be ambiguous.
    let mut results = pin!(results);

    // No runtime is needed: any executor will do, here one that is a function.
    let (submitted, sums) = block_on(join(
        async {
            let submitted = try_join_all((0..CLIENTS).map(|n| client(&pool, n))).await;
            // After the last submission the results end, when the last of them is read.
            pool.close();
            submitted
        },
        async {
            let mut sums = [0; CLIENTS];
            while let Some(completion) = results.next().await {
                if let Ok((client, prime)) = completion.result {
                    sums[client] += prime;
                }
            }
            sums
        },
    ));
    submitted?;
    println!("{} requests served", pool.stats().succeeded);
    println!("the first {REQUESTS} primes sum up to {}", sums[0]);
    assert!(sums.iter().all(|&sum| sum == sums[0]), "every client got all its results");
    Ok(())
}
