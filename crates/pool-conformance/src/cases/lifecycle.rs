//! From running to closed to terminated. (Laws 10, 12, 20.)
//!
//! After Java's `ThreadPoolExecutorTest` (JSR-166 TCK) and CPython's
//! `test_concurrent_futures.ExecutorShutdownTest`.

use std::time::Duration;

use pool::{Backend, Config, Pool, Results};

use crate::no_error;

/// One job in, one completion out, with the job's id and a worker's.
pub fn runs_one_job<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n + 1)).unwrap();
    let id = pool.submit(41).unwrap();
    let completion = results.recv().unwrap();
    assert_eq!(completion.job, id);
    assert_eq!(completion.worker.map(pool::WorkerId::get), Some(0));
    assert_eq!(completion.result, Ok(42));
}

/// A pool nobody has closed does not end, and says so.
pub fn join_on_an_open_pool_times_out<B: Backend>() {
    let (pool, _results) = B::spawn(Config::new(2), |(): (), _: &_| no_error(())).unwrap();
    let late = pool.join(Some(Duration::from_millis(10))).unwrap_err();
    assert!(late.open);
    assert_eq!(late.busy, []);
    assert_eq!(late.queued, 0);
}
