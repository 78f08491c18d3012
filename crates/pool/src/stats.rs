//! What a pool has done so far, and what it had done at its end.

use std::time::Duration;

/// A snapshot of a pool's counters.
///
/// While the pool runs, the counts that only rise are at most the true ones at the moment the
/// call returns; `queued` and `running` may be past by then, but never exceed
/// `queue_capacity` and `workers`. Once the pool is joined all are exact, and
/// `submitted == succeeded + failed + panicked + cancelled + expired + undone`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Worker threads; or the most jobs in flight, for an async handler.
    pub workers: usize,
    /// How many accepted jobs may wait at once.
    pub queue_capacity: usize,
    /// Jobs accepted.
    pub submitted: u64,
    /// Jobs accepted and waiting for a worker.
    pub queued: u64,
    /// Jobs a worker has taken whose handler has not returned.
    pub running: u64,
    /// Jobs whose handler returned `Ok`.
    pub succeeded: u64,
    /// Jobs whose handler returned `Err`.
    pub failed: u64,
    /// Jobs whose handler panicked.
    pub panicked: u64,
    /// Jobs cancelled before they started.
    pub cancelled: u64,
    /// Jobs whose deadline passed before they started.
    pub expired: u64,
    /// Jobs that [`stop`](crate::Pool::stop) handed back.
    pub undone: u64,
}

impl Stats {
    /// Jobs that have reached their one end: completed, or handed back.
    pub fn settled(&self) -> u64 {
        self.completed() + self.undone
    }

    /// Jobs that have ended in a [`Completion`](crate::Completion).
    pub fn completed(&self) -> u64 {
        self.succeeded + self.failed + self.panicked + self.cancelled + self.expired
    }
}

/// What [`join`](crate::Pool::join) reports once every worker has exited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The final counts.
    pub stats: Stats,
    /// From the first `close`, `stop`, cancellation or drop to the exit of the last worker.
    pub elapsed: Duration,
}

impl ShutdownReport {
    /// A report; for implementors.
    pub fn new(stats: Stats, elapsed: Duration) -> Self {
        Self { stats, elapsed }
    }
}
