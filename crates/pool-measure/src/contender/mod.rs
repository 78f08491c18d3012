//! What can be measured: whatever takes jobs and gives results.
//!
//! A backend's pool, under the contract, is one: [`Pooled`]. So is whatever runs closures:
//! [`Execute`]. Others are written where they are measured.

mod execute;
mod outlet;
mod pooled;

use std::time::Duration;

use crate::placement::Placement;

pub use self::{
    execute::{Execute, Executing},
    outlet::Outlet,
    pooled::{Pooled, PooledJobs, PooledResults},
};

/// A way to run jobs on a number of threads.
///
/// A contender is started and then used by its two ends, as a pool is by its two halves. To
/// end it, drop the results first (workers may be waiting to deliver) and the jobs then.
pub trait Contender: 'static {
    /// The end that jobs go into.
    type Jobs<J: Send + 'static>: Jobs<J>;

    /// The end that results come out of, in the order in which jobs end.
    type Results<T: Send + 'static>: Iterator<Item = T> + Send;

    /// Starts workers that run `handler` on every job.
    ///
    /// # Panics
    ///
    /// If the system refuses a thread: there is nothing to measure then.
    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static;
}

/// The end of a [`Contender`] that jobs go into.
///
/// Dropping it lets the workers end, and returns when their threads have: so that none of
/// them runs into the next measurement.
pub trait Jobs<J>: Send + Sync {
    /// Submits a job; waits for room, where there is a bound.
    fn submit(&self, job: J);
}

/// How large a contender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Threads that run jobs.
    pub workers: usize,
    /// Jobs that may wait, where the contender has a bound.
    pub queue: usize,
    /// Results that may wait to be received; `None` for any number.
    pub results: Option<usize>,
    /// How long results are collected before they are taken, in batches, by a backend's pool;
    /// `None` to take each as it comes, which is all that others can.
    pub linger: Option<Duration>,
    /// On which cores workers run.
    pub placement: Placement,
}
