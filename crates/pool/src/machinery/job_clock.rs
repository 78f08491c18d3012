//! When a worker took the job it is on.

use std::time::Instant;

/// Reads the clock for a job, or for a run of quick ones.
///
/// Reading it takes some 25 ns, a quarter of all that an empty job costs. So after a run of
/// jobs that took less than a microsecond on average, the next [`RUN`] share one reading, unless
/// the worker waits in between. What is read is then early by the few quick jobs before; only
/// if one of those was not quick after all, by that one too.
#[derive(Debug)]
pub(crate) struct JobClock {
    epoch: Instant,
    /// The last reading, in nanoseconds since the epoch.
    last: u64,
    /// Jobs that began with it.
    shared_by: u32,
    /// Jobs that may still share it.
    left: u32,
}

const QUICK_NANOS: u64 = 1_000;
const RUN: u32 = 16;

impl JobClock {
    pub(crate) fn new(epoch: Instant) -> Self {
        Self { epoch, last: 0, shared_by: 0, left: 0 }
    }

    /// The next job begins: when that is, in nanoseconds since the epoch.
    pub(crate) fn start_job(&mut self) -> u64 {
        if self.left > 0 {
            self.left -= 1;
            self.shared_by += 1;
            return self.last;
        }
        let now = u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let quick = now - self.last < QUICK_NANOS * u64::from(self.shared_by);
        self.last = now;
        self.shared_by = 1;
        self.left = if quick { RUN - 1 } else { 0 };
        now
    }

    /// The worker waits for a job, which will need a reading of its own.
    pub(crate) fn wait(&mut self) {
        self.shared_by = 0;
        self.left = 0;
    }
}
