//! A job may hold a pool of its own kind, as those of a crawler do.

use std::{
    convert::Infallible,
    sync::{Arc, Weak},
};

use pool::{Backend, Config, Context, Pool};
use pool_std::{Std, StdPool};

struct Job {
    depth: u32,
    pool: Weak<StdPool<Job>>,
}

#[test]
fn a_job_may_submit_to_the_pool_that_it_holds() {
    let handler = |job: Job, _: &Context| {
        if let Some(pool) = job.pool.upgrade().filter(|_| job.depth > 0) {
            pool.submit(Job { depth: job.depth - 1, pool: job.pool }).unwrap();
        }
        Ok::<_, Infallible>(job.depth)
    };
    let (pool, results) = Std::spawn(Config::new(1), handler).unwrap();
    let pool = Arc::new(pool);
    pool.submit(Job { depth: 2, pool: Arc::downgrade(&pool) }).unwrap();
    let depths: Vec<_> = results.take(3).map(|completion| completion.result.unwrap()).collect();
    assert_eq!(depths, [2, 1, 0]);
}
