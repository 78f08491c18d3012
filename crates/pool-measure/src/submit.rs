//! The cost of submitting alone: workers that are busy, and room for every job.

use std::{
    hint,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use pool::{Backend, Config, Context, Pool, PoolExt};

use crate::words::{halves, hold_every_worker};

/// Which way of submitting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Way {
    /// [`Pool::submit`], one call a job.
    Submit,
    /// [`Pool::try_submit`], one call a job.
    TrySubmit,
    /// [`PoolExt::submit_batch`], one call for all.
    SubmitBatch,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Submit, Self::TrySubmit, Self::SubmitBatch];

    /// The name of the call.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// How long it takes to submit so many jobs, a word each, to a pool whose workers are held in
/// a handler and whose queue has room for all of them: no thread waits, and none is woken.
///
/// # Panics
///
/// If the pool cannot be started, or a job is refused.
pub fn submit<B: Backend>(way: Way, workers: usize, jobs: usize) -> Duration {
    let gate = Arc::new(OnceLock::<()>::new());
    let open = Arc::clone(&gate);
    let handler = Box::new(move |job, _: &Context| {
        open.wait();
        job
    });
    let config = Config::new(workers).queue((jobs + workers).max(1));
    let (pool, results) = halves::<B>(config, handler);
    hold_every_worker(workers, &pool, 0);

    let batch: Vec<u64> = (0..jobs as u64).collect();
    let start = Instant::now();
    match way {
        Way::Submit => {
            for job in batch {
                pool.submit(job).expect("there is room");
            }
        }
        Way::TrySubmit => {
            for job in batch {
                pool.try_submit(job).expect("there is room");
            }
        }
        Way::SubmitBatch => _ = hint::black_box(pool.submit_batch(batch).expect("there is room")),
    }
    let elapsed = start.elapsed();

    gate.get_or_init(|| ());
    pool.close();
    assert_eq!(results.count(), jobs + workers, "{}: completions are missing", B::NAME);
    elapsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_submits_every_job() {
        for way in Way::ALL {
            assert!(submit::<pool_std::Std>(way, 2, 100) > Duration::ZERO, "{}", way.name());
        }
    }
}
