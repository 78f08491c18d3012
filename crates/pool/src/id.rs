//! Names for jobs and workers.

use std::fmt;

/// The number a pool gives to a job when it accepts it.
///
/// Ids count up from 0 in each pool, in submission order and without gaps: a refused job
/// uses up none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

impl JobId {
    /// The id with this number. Pools make their own; this is for implementors and tests.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The number of a worker within its pool, from `0` to `workers - 1`.
///
/// It stays the same for the life of the pool and ends the worker's thread name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId(u32);

impl WorkerId {
    /// The id with this number. Pools make their own; this is for implementors and tests.
    ///
    /// # Panics
    ///
    /// If the number does not fit 32 bits. A pool has at most
    /// [`Config::MAX_WORKERS`](crate::Config::MAX_WORKERS) workers.
    pub const fn new(number: usize) -> Self {
        // Half a word: an id travels with every completion.
        assert!(number <= u32::MAX as usize, "a worker's number fits 32 bits");
        #[allow(clippy::cast_possible_truncation, reason = "checked above")]
        Self(number as u32)
    }

    /// The number itself, fit to index a slice with one element a worker.
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
