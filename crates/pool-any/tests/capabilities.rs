//! What some backends can do beyond the contract: the second half of the README's table.

use std::{collections::BTreeSet, future::poll_fn, pin::Pin, thread};

use futures_core::Stream;
use pool::{
    AsyncPool, AsyncResults, Backend, Completion, Config, Context, Pool, machinery::block_on,
};
use pool_flume::Flume;
use pool_rayon::Rayon;
use pool_tokio::Tokio;

const JOBS: u64 = 100;

fn square(n: u64, _: &Context) -> Result<u64, String> {
    Ok(n * n)
}

fn squares() -> u64 {
    (0..JOBS).map(|n| n * n).sum()
}

/// More jobs than the queue and the results hold, so that submitting waits for the workers
/// and they for the reader.
fn small() -> Config {
    Config::new(2).queue(1).results(1)
}

fn submits_and_receives_by_await<B>()
where
    B: Backend<Pool<u64>: AsyncPool<u64>, Results<u64, String>: AsyncResults<u64, String>>,
{
    let (pool, mut results) = B::spawn(small(), square).unwrap();
    let submitter = thread::spawn(move || {
        block_on(
            async {
                for n in 0..JOBS {
                    pool.submit_async(n).await.unwrap();
                }
            },
            None,
        );
        pool.close();
    });
    let mut sum = 0;
    let receiving = async {
        while let Ok(completion) = results.recv_async().await {
            sum += completion.result.unwrap();
        }
    };
    block_on(receiving, None);
    assert_eq!(sum, squares());
    submitter.join().unwrap();
}

fn gives_a_stream_of_results<B>()
where
    B: Backend<Results<u64, String>: Stream<Item = Completion<u64, String>> + Unpin>,
{
    let (pool, mut results) = B::spawn(small().unbounded_results(), square).unwrap();
    for n in 0..JOBS {
        pool.submit(n).unwrap();
    }
    pool.close();
    let mut sum = 0;
    let next = |results: &mut B::Results<u64, String>| {
        block_on(poll_fn(|cx| Pin::new(&mut *results).poll_next(cx)), None).flatten()
    };
    while let Some(completion) = next(&mut results) {
        sum += completion.result.unwrap();
    }
    assert_eq!(sum, squares());
}

#[test]
fn flume_submits_and_receives_by_await() {
    submits_and_receives_by_await::<Flume>();
}

#[test]
fn tokio_submits_and_receives_by_await() {
    submits_and_receives_by_await::<Tokio>();
}

#[test]
fn flume_gives_a_stream_of_results() {
    gives_a_stream_of_results::<Flume>();
}

#[test]
fn tokio_gives_a_stream_of_results() {
    gives_a_stream_of_results::<Tokio>();
}

/// A handler's `rayon::join` forks onto the pool's own workers, not onto rayon's global pool.
#[test]
fn a_rayon_handler_forks_onto_the_pools_own_threads() {
    fn fork(depth: u32) -> BTreeSet<String> {
        if depth == 0 {
            return BTreeSet::from([thread::current().name().unwrap_or_default().to_owned()]);
        }
        let (mut left, right) = rayon::join(|| fork(depth - 1), || fork(depth - 1));
        left.extend(right);
        left
    }
    let config = Config::new(3).thread_name("forked");
    let handler = |depth, _: &Context| Ok::<_, String>((rayon::current_num_threads(), fork(depth)));
    let (pool, results) = Rayon::spawn(config, handler).unwrap();
    for _ in 0..10 {
        pool.submit(8).unwrap();
    }
    pool.close();
    let workers = BTreeSet::from(["forked-0", "forked-1", "forked-2"].map(str::to_owned));
    for completion in results {
        let (threads, names) = completion.result.unwrap();
        assert_eq!(threads, 3);
        assert!(names.is_subset(&workers), "{names:?}");
    }
}
