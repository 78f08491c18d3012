//! A half behind a pointer does what it does by itself, in its own way.
//!
//! What a trait provides would work through a pointer without being forwarded, call by virtual
//! call. This is how one would notice.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use pool::{
    AsyncPool, AsyncResults, Backend, Completion, Config, Context, DynAsyncPool, Ended, JobId,
    JobIds, JobOptions, JoinTimeout, Pool, RecvTimeoutError, Refusal, RefusalReason, Results,
    ShutdownReport, Stats, SubmitBatchError, TryRecvError, Wait,
    implement::{PoolId, block_on},
};
use pool_flume::Flume;

/// Results that end, but say of a batch that it had seven; and that note what is put back.
#[derive(Default)]
struct Sevens(Vec<JobId>);

impl Results<(), ()> for Sevens {
    fn recv(&mut self) -> Result<Completion<(), ()>, Ended> {
        Err(Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<(), ()>, TryRecvError> {
        Err(TryRecvError::Ended)
    }

    fn recv_timeout(&mut self, _: Duration) -> Result<Completion<(), ()>, RecvTimeoutError> {
        Err(RecvTimeoutError::Ended)
    }

    fn put_back(&mut self, completion: Completion<(), ()>) {
        self.0.push(completion.job);
    }

    fn recv_batch(
        &mut self,
        _: &mut Vec<Completion<(), ()>>,
        _: usize,
        _: Duration,
    ) -> Result<usize, Ended> {
        Ok(7)
    }
}

impl Iterator for Sevens {
    type Item = Completion<(), ()>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

fn receive(mut results: impl Results<(), ()>) -> Result<usize, Ended> {
    results.recv_batch(&mut Vec::new(), 1, Duration::ZERO)
}

fn put_back(mut results: impl Results<(), ()>, job: u64) {
    results.put_back(Completion { job: JobId::new(job), worker: None, result: Ok(()) });
}

#[test]
fn a_batch_is_received_as_the_results_behind_the_pointer_do() {
    let boxed: Box<dyn Results<(), ()>> = Box::<Sevens>::default();
    assert_eq!(receive(boxed), Ok(7));
    assert_eq!(receive(&mut Sevens::default()), Ok(7));
}

#[test]
fn a_completion_is_put_back_into_the_results_behind_the_pointer() {
    let mut results = Sevens::default();
    put_back(&mut results, 3);
    put_back(Box::new(&mut results), 4);
    assert_eq!(results.0, [JobId::new(3), JobId::new(4)]);
}

/// A pool that notes how it is called, and does nothing.
#[derive(Default)]
struct Notes(Mutex<Vec<&'static str>>);

impl Notes {
    fn note(&self, call: &'static str) {
        self.0.lock().unwrap().push(call);
    }
}

impl Pool<u32> for Notes {
    fn admit(&self, job: u32, _: JobOptions, _: Wait) -> Result<JobId, Refusal<u32>> {
        self.note("admit");
        Err(Refusal::new(job, RefusalReason::Closed))
    }

    fn admit_batch(&self, _: Vec<u32>, _: Wait) -> Result<JobIds, SubmitBatchError<u32>> {
        self.note("admit_batch");
        Ok(JobIds::consecutive(JobId::new(7), 2))
    }

    fn close(&self) {
        self.note("close");
    }

    fn stop(&self) -> Vec<(JobId, u32)> {
        self.note("stop");
        Vec::new()
    }

    fn join(&self, _: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        self.note("join");
        Err(JoinTimeout::new(Vec::new(), 0, true))
    }

    fn stats(&self) -> Stats {
        self.note("stats");
        Stats::default()
    }

    fn is_worker(&self) -> bool {
        self.note("is_worker");
        true
    }

    fn pool_id(&self) -> Option<PoolId> {
        self.note("pool_id");
        None
    }

    fn detach(&self) {
        self.note("detach");
    }
}

fn call_all(pool: impl Pool<u32>) {
    pool.admit(1, JobOptions::new(), Wait::Never).unwrap_err();
    assert_eq!(pool.admit_batch(vec![1, 2], Wait::Never).unwrap().len(), 2);
    pool.close();
    pool.stop();
    pool.join(None).unwrap_err();
    pool.stats();
    assert!(pool.is_worker());
    assert_eq!(pool.pool_id(), None);
    pool.detach();
}

#[test]
fn every_call_reaches_the_pool_behind_the_pointer_as_it_was_made() {
    const CALLS: [&str; 9] = [
        "admit",
        "admit_batch",
        "close",
        "stop",
        "join",
        "stats",
        "is_worker",
        "pool_id",
        "detach",
    ];
    let pool = Arc::new(Notes::default());
    let calls = || std::mem::take(&mut *pool.0.lock().unwrap());
    call_all(&*pool);
    assert_eq!(calls(), CALLS);
    call_all(Arc::clone(&pool));
    assert_eq!(calls(), CALLS);
    let boxed: Box<dyn Pool<u32>> = Box::new(Arc::clone(&pool));
    call_all(&boxed);
    assert_eq!(calls(), CALLS);
    call_all(boxed);
    assert_eq!(calls(), CALLS);
}

async fn double(pool: impl AsyncPool<u32>, mut results: impl AsyncResults<u32, String>) -> u32 {
    pool.submit_async(21).await.unwrap();
    results.recv_async().await.unwrap().result.unwrap()
}

#[test]
fn async_halves_can_be_awaited_behind_every_pointer() {
    let handler = |n: u32, _: &Context| Ok::<_, String>(2 * n);
    let (pool, mut results) = Flume::spawn(Config::new(1), handler).unwrap();
    assert_eq!(block_on(double(&pool, &mut results), None), Some(42));
    let pool = Arc::new(pool);
    assert_eq!(block_on(double(Arc::clone(&pool), &mut results), None), Some(42));
    assert_eq!(block_on(double(Box::new(&pool), Box::new(&mut results)), None), Some(42));

    let dynamic: Box<dyn DynAsyncPool<u32>> = Box::new(pool);
    let results: Box<dyn AsyncResults<u32, String>> = Box::new(results);
    assert_eq!(block_on(double(&*dynamic, results), None), Some(42));
}
