//! What a pool has done so far, and what it had done at its end.

use std::{fmt, iter, time::Duration};

/// A snapshot of a pool's counters.
///
/// Prints as one line, without what is zero:
///
/// ```
/// use pool::prelude::*;
/// use pool_std::Std;
///
/// let parse = |word: &str, _: &Context| word.parse::<u8>();
/// let (pool, _) = Std::spawn(Config::new(2), parse)?;
/// for word in ["1", "2", "three"] {
///     pool.submit(word)?;
/// }
/// pool.close();
/// let report = pool.join(None)?;
/// assert_eq!(report.stats.to_string(), "3 jobs: 2 succeeded, 1 failed");
/// println!("{report}"); // ended in 71.3µs; 3 jobs: 2 succeeded, 1 failed
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// While the pool runs, the counts that only rise are at most the true ones at the moment the
/// call returns; `queued` and `running` may be past by then, but never exceed
/// `queue_capacity` and `workers`. But for a moment `cancelled` may have a queued job that is just
/// being cancelled, while bounded results turn out to have no room for it. Once the pool is joined
/// all are exact, and
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

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} jobs", self.submitted)?;
        let counts = [
            (self.queued, "queued"),
            (self.running, "running"),
            (self.succeeded, "succeeded"),
            (self.failed, "failed"),
            (self.panicked, "panicked"),
            (self.cancelled, "cancelled"),
            (self.expired, "expired"),
            (self.undone, "handed back"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        for (separator, (count, what)) in iter::once(": ").chain(iter::repeat(", ")).zip(counts) {
            write!(f, "{separator}{count} {what}")?;
        }
        Ok(())
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

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ended in {:.1?}; {}", self.elapsed, self.stats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_zero_is_not_printed() {
        let mut stats = Stats::default();
        assert_eq!(stats.to_string(), "0 jobs");
        (stats.submitted, stats.queued, stats.undone) = (5, 2, 3);
        assert_eq!(stats.to_string(), "5 jobs: 2 queued, 3 handed back");
        let report = ShutdownReport::new(stats, Duration::from_micros(1500));
        assert_eq!(report.to_string(), "ended in 1.5ms; 5 jobs: 2 queued, 3 handed back");
    }
}
