//! Names for jobs and workers.

use std::{fmt, iter, ops::Range, vec};

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

/// The ids of several jobs, in the order in which the jobs were accepted: of a batch.
///
/// Holds one range for each run of consecutive ids, and a batch is usually one run.
///
/// ```
/// use pool::{JobId, JobIds};
///
/// let mut ids = JobIds::consecutive(JobId::new(3), 2);
/// ids.push(JobId::new(9)); // another submitter got 5 to 8
/// assert_eq!(ids.len(), 3);
/// assert!(ids.contains(JobId::new(4)) && !ids.contains(JobId::new(5)));
/// assert!(ids.iter().map(JobId::get).eq([3, 4, 9]));
/// assert_eq!(format!("{ids:?}"), "[3..5, 9..10]");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct JobIds {
    /// None is empty, and none begins where the one before it ends.
    runs: Vec<Range<u64>>,
}

impl JobIds {
    /// No ids.
    pub fn new() -> Self {
        Self::default()
    }

    /// `count` ids, from `first` up.
    pub fn consecutive(first: JobId, count: usize) -> Self {
        let mut ids = Self::new();
        ids.append(first.0..first.0 + count as u64);
        ids
    }

    /// Appends `id`.
    pub fn push(&mut self, id: JobId) {
        self.append(id.0..id.0 + 1);
    }

    fn append(&mut self, run: Range<u64>) {
        match self.runs.last_mut() {
            _ if run.is_empty() => {}
            Some(last) if last.end == run.start => last.end = run.end,
            _ => self.runs.push(run),
        }
    }

    /// How many there are.
    #[expect(clippy::cast_possible_truncation, reason = "as many as there were jobs in a `Vec`")]
    pub fn len(&self) -> usize {
        self.runs.iter().map(|run| run.end - run.start).sum::<u64>() as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether `id` is one of them.
    pub fn contains(&self, id: JobId) -> bool {
        self.runs.iter().any(|run| run.contains(&id.0))
    }

    /// The ids, one by one.
    pub fn iter(&self) -> JobIdsIter {
        self.clone().into_iter()
    }
}

impl fmt::Debug for JobIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.runs).finish()
    }
}

impl<const N: usize> PartialEq<[JobId; N]> for JobIds {
    fn eq(&self, other: &[JobId; N]) -> bool {
        self.iter().eq(other.iter().copied())
    }
}

impl PartialEq<Vec<JobId>> for JobIds {
    fn eq(&self, other: &Vec<JobId>) -> bool {
        self.iter().eq(other.iter().copied())
    }
}

impl PartialEq<JobIds> for Vec<JobId> {
    fn eq(&self, other: &JobIds) -> bool {
        other == self
    }
}

impl Extend<JobId> for JobIds {
    fn extend<I: IntoIterator<Item = JobId>>(&mut self, ids: I) {
        ids.into_iter().for_each(|id| self.push(id));
    }
}

impl FromIterator<JobId> for JobIds {
    fn from_iter<I: IntoIterator<Item = JobId>>(ids: I) -> Self {
        let mut all = Self::new();
        all.extend(ids);
        all
    }
}

impl IntoIterator for JobIds {
    type Item = JobId;
    type IntoIter = JobIdsIter;

    fn into_iter(self) -> JobIdsIter {
        JobIdsIter(self.runs.into_iter().flatten())
    }
}

impl IntoIterator for &JobIds {
    type Item = JobId;
    type IntoIter = JobIdsIter;

    fn into_iter(self) -> JobIdsIter {
        self.iter()
    }
}

/// The iterator over [`JobIds`].
#[derive(Clone, Debug)]
pub struct JobIdsIter(iter::Flatten<vec::IntoIter<Range<u64>>>);

impl Iterator for JobIdsIter {
    type Item = JobId;

    fn next(&mut self) -> Option<JobId> {
        self.0.next().map(JobId)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for JobIdsIter {
    fn next_back(&mut self) -> Option<JobId> {
        self.0.next_back().map(JobId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u64]) -> Vec<JobId> {
        numbers.iter().copied().map(JobId::new).collect()
    }

    #[test]
    fn ids_are_kept_in_the_order_they_came() {
        for numbers in [&[][..], &[0], &[0, 1, 2], &[7, 8, 3, 4, 5, 9], &[2, 1, 0]] {
            let all: JobIds = ids(numbers).into_iter().collect();
            assert_eq!((all.len(), all.is_empty()), (numbers.len(), numbers.is_empty()));
            assert_eq!(all, ids(numbers));
            assert!(all.iter().rev().eq(ids(numbers).into_iter().rev()));
            for id in 0..10 {
                assert_eq!(all.contains(JobId::new(id)), numbers.contains(&id));
            }
        }
    }

    #[test]
    fn ids_are_compared_with_lists_of_them() {
        let all = JobIds::consecutive(JobId::new(3), 2);
        assert!(all == [3, 4].map(JobId::new) && all == ids(&[3, 4]) && ids(&[3, 4]) == all);
        for other in [&[][..], &[3], &[4, 3], &[3, 4, 5]] {
            assert!(all != ids(other) && ids(other) != all);
        }
        assert!(all != [4, 3].map(JobId::new));
    }

    #[test]
    fn what_is_left_of_a_run_is_counted() {
        let mut left = JobIds::consecutive(JobId::new(3), 4).into_iter();
        left.next();
        assert_eq!(left.size_hint(), (3, Some(3)));
    }

    #[test]
    fn consecutive_ids_are_one_run_however_they_came() {
        let mut one_by_one = JobIds::new();
        (3..6).for_each(|id| one_by_one.push(JobId::new(id)));
        assert_eq!(one_by_one, JobIds::consecutive(JobId::new(3), 3));
        assert_eq!(JobIds::consecutive(JobId::new(3), 0), JobIds::new());
        assert_eq!(format!("{one_by_one:?} {:?}", JobIds::new()), "[3..6] []");
    }
}
