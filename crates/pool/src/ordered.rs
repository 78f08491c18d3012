//! Results in input order.

use std::collections::{HashMap, VecDeque};

use crate::{Completion, JobError, JobErrorKind, JobId, Pool, Results, TrySubmitError};

/// The iterator of [`map_ordered`](crate::PoolExt::map_ordered).
#[must_use = "iterators do nothing unless consumed"]
#[derive(Debug)]
pub struct MapOrdered<'a, P: ?Sized, R: ?Sized, I, J, T, E> {
    pool: &'a P,
    results: &'a mut R,
    /// `None` once it has ended, or the pool has refused a job.
    jobs: Option<I>,
    /// A job taken from `jobs` that the pool had no room for yet, or refused for good.
    in_hand: Option<J>,
    /// How many jobs may be between input and output.
    window: usize,
    /// The jobs in that window, in input order, which is the order of their ids.
    order: VecDeque<JobId>,
    /// Those that have ended, while an earlier one has not.
    done: HashMap<JobId, Result<T, JobError<E>>>,
}

impl<'a, P: ?Sized, R: ?Sized, I, J, T, E> MapOrdered<'a, P, R, I, J, T, E>
where
    P: Pool<J>,
    R: Results<T, E>,
    I: Iterator<Item = J>,
{
    pub(crate) fn new(pool: &'a P, results: &'a mut R, jobs: I) -> Self {
        let stats = pool.stats();
        Self {
            pool,
            results,
            jobs: Some(jobs),
            in_hand: None,
            window: stats.queue_capacity + stats.workers,
            order: VecDeque::new(),
            done: HashMap::new(),
        }
    }

    /// The job that a closed pool refused, if that is why the iterator ended early.
    pub fn into_refused(self) -> Option<J> {
        self.in_hand
    }

    /// Submits what there is room for; waits for room only if nothing else is to be had.
    fn fill(&mut self) {
        while self.order.len() < self.window
            && let Some(jobs) = &mut self.jobs
        {
            let Some(job) = self.in_hand.take().or_else(|| jobs.next()) else {
                self.jobs = None;
                return;
            };
            match self.pool.try_submit(job) {
                Ok(id) => self.order.push_back(id),
                Err(TrySubmitError::Closed(job)) => {
                    self.in_hand = Some(job);
                    self.jobs = None;
                }
                Err(TrySubmitError::Full(job)) => {
                    self.in_hand = Some(job);
                    // Full of jobs that are not ours: their completions make room.
                    if !self.order.is_empty() || self.results.recv().is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn keep(&mut self, completion: Completion<T, E>) {
        if self.order.binary_search(&completion.job).is_ok() {
            self.done.insert(completion.job, completion.result);
        }
    }
}

impl<P: ?Sized, R: ?Sized, I, J, T, E> Iterator for MapOrdered<'_, P, R, I, J, T, E>
where
    P: Pool<J>,
    R: Results<T, E>,
    I: Iterator<Item = J>,
{
    type Item = Result<T, JobError<E>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.fill();
            let job = *self.order.front()?;
            let result = self.done.remove(&job).or_else(|| match self.results.recv() {
                Ok(completion) => {
                    self.keep(completion);
                    None
                }
                // Accepted, and then taken back by a `stop`.
                Err(_) => Some(Err(JobError { job, kind: JobErrorKind::Cancelled })),
            });
            if result.is_some() {
                self.order.pop_front();
                return result;
            }
        }
    }
}
