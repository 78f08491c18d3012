//! Results of an iterator's jobs, in input order or not.

use std::collections::{HashMap, VecDeque};

use crate::{
    Completion, Ended, JobError, JobErrorKind, JobId, Pool, RecvTimeoutError, Results,
    SubmitTimeoutError, TrySubmitError,
    inbox::{Inbox, LOOK, Receipt},
};

/// The iterator of [`map_ordered`](crate::PoolExt::map_ordered).
///
/// Dropping it half way loses nothing: see there.
#[must_use = "iterators do nothing unless consumed"]
#[derive(Debug)]
pub struct MapOrdered<'a, P, R, I, J, T, E>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
{
    pool: &'a P,
    inbox: Inbox<'a, R, T, E>,
    /// `None` once it has ended, or the pool has refused a job.
    jobs: Option<I>,
    /// A job that was taken from `jobs` and found no room, because another submitter was
    /// quicker; or that the pool has refused for good.
    in_hand: Option<J>,
    /// How many jobs the pool's queue has room for.
    queue: usize,
    /// How many jobs may be between input and output.
    window: usize,
    /// The jobs in that window, in input order, which is the order of their ids.
    order: VecDeque<JobId>,
    /// Those of them that have ended, while an earlier one has not.
    ended: HashMap<JobId, Receipt>,
}

/// Whose result may be given out.
#[derive(Clone, Copy)]
enum Turn {
    /// That of the first job in input order.
    OfTheFirst,
    /// That of any job in the window.
    OfAny,
}

impl<'a, P, R, I, J, T, E> MapOrdered<'a, P, R, I, J, T, E>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
{
    pub(crate) fn new(pool: &'a P, results: &'a mut R, jobs: I) -> Self {
        let stats = pool.stats();
        Self {
            pool,
            inbox: Inbox::new(results),
            jobs: Some(jobs),
            in_hand: None,
            queue: stats.queue_capacity,
            window: stats.queue_capacity + stats.workers,
            order: VecDeque::new(),
            ended: HashMap::new(),
        }
    }

    /// At most `jobs` jobs, but at least one, are taken from the iterator before the result of
    /// the first of them is given out. Without this: as many as fit in the queue, and one for
    /// each worker.
    ///
    /// A source that waits for the answer to its last job needs a window of one:
    ///
    /// ```
    /// use std::{cell::Cell, iter};
    /// use pool::{Backend, Config, Context, PoolExt};
    /// use pool_std::Std;
    ///
    /// let square = |n: u32, _: &Context| Ok::<_, String>(n * n);
    /// let (pool, mut results) = Std::spawn(Config::new(4), square).unwrap();
    /// let answer = Cell::new(2);
    /// let questions = iter::from_fn(|| Some(answer.get()));
    /// for result in pool.map_ordered(&mut results, questions).window(1).take(4) {
    ///     answer.set(result.unwrap());
    /// }
    /// assert_eq!(answer.get(), 65_536); // 2, squared four times
    /// ```
    pub fn window(mut self, jobs: usize) -> Self {
        self.window = jobs.max(1);
        self
    }

    /// The job that a closed pool refused, if that is why the iterator ended early.
    pub fn into_refused(mut self) -> Option<J> {
        self.in_hand.take()
    }

    /// Takes a job of ours, which has ended, out of the window, if its turn has come.
    fn take_turn(&mut self, job: JobId, turn: Turn) -> bool {
        let index = match turn {
            Turn::OfTheFirst => (self.order.front() == Some(&job)).then_some(0),
            Turn::OfAny => self.order.binary_search(&job).ok(),
        };
        index.and_then(|index| self.order.remove(index)).is_some()
    }

    /// Keeps a completion until its turn has come; or, if it is another caller's, until it is
    /// put back.
    fn keep(&mut self, completion: Completion<T, E>) {
        let receipt = self.inbox.number();
        if self.order.binary_search(&completion.job).is_ok() {
            self.ended.insert(completion.job, receipt);
        }
        self.inbox.keep(receipt, completion);
    }

    /// The result of the job whose turn it is, if it is there.
    fn take_front(&mut self) -> Option<Result<T, JobError<E>>> {
        let receipt = self.ended.remove(self.order.front()?)?;
        self.order.pop_front();
        self.inbox.take(receipt).map(|completion| completion.result)
    }

    /// Whether the queue has room for a job, so that one may be taken from the iterator. Wrong
    /// only while another submitter is at work.
    fn has_room(&self) -> bool {
        let unfinished = self.order.len() - self.ended.len();
        unfinished < self.queue || self.pool.stats().queued < self.queue as u64
    }

    /// Waits for a completion. With a job to come, not for long if a worker is about to take one from
    /// the full queue, or has just done so: the others are to have work, too.
    fn wait(&mut self) -> Result<Completion<T, E>, RecvTimeoutError> {
        let stats = self.pool.stats();
        let wants_room = self.jobs.is_some() && self.order.len() < self.window;
        let has_room = stats.queued < self.queue as u64;
        if wants_room && (has_room || stats.running < stats.workers as u64) {
            self.inbox.results.recv_timeout(LOOK)
        } else {
            self.inbox.results.recv().map_err(|Ended| RecvTimeoutError::Ended)
        }
    }

    /// Ends the map with an error in the place of the next result.
    fn refuse(&mut self) -> Option<Result<T, JobError<E>>> {
        if self.has_ended() {
            return None;
        }
        self.jobs = None;
        let next = || JobId::new(self.pool.stats().submitted);
        let job = self.order.front().copied().unwrap_or_else(next);
        self.order.clear();
        Some(Err(JobError { job, kind: JobErrorKind::WouldDeadlock }))
    }

    fn has_ended(&self) -> bool {
        self.jobs.is_none() && self.order.is_empty()
    }
}

impl<P, R, I, J, T, E> MapOrdered<'_, P, R, I, J, T, E>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
    I: Iterator<Item = J>,
{
    /// The next result, of a job whose turn it is.
    fn advance(&mut self, turn: Turn) -> Option<Result<T, JobError<E>>> {
        if self.pool.is_worker() {
            return self.refuse();
        }
        while !self.has_ended() {
            // What is ready comes before the next job: the iterator may be slow.
            if let Some(result) = self.take_front() {
                return Some(result);
            }
            let received = match self.order.front() {
                Some(_) => self.inbox.results.try_recv().ok(),
                None => None,
            };
            if received.is_none() && (self.submit_next() || self.order.is_empty()) {
                continue;
            }
            match received.map_or_else(|| self.wait(), Ok) {
                Ok(completion) if self.take_turn(completion.job, turn) => {
                    return Some(completion.result);
                }
                Ok(completion) => self.keep(completion),
                Err(RecvTimeoutError::TimedOut) => {}
                Err(RecvTimeoutError::Ended) => {
                    self.jobs = None;
                    // Accepted, and then taken back by a `stop`.
                    let job = self.order.pop_front()?;
                    return Some(Err(JobError { job, kind: JobErrorKind::Cancelled }));
                }
            }
        }
        None
    }

    /// Submits one job, if there are jobs, and room for it in the window and in the queue.
    fn submit_next(&mut self) -> bool {
        if self.jobs.is_none() || self.order.len() >= self.window {
            return false;
        }
        let Some(job) = self.in_hand.take().or_else(|| self.next_job()) else { return false };
        let submitted = match self.pool.try_submit(job) {
            // Nothing of ours is on its way: what comes next may as well be room.
            Err(TrySubmitError::Full(job)) if self.order.is_empty() => {
                self.inbox.submit(self.pool, job).map_err(SubmitTimeoutError::into_inner)
            }
            Err(TrySubmitError::Full(job)) => {
                self.in_hand = Some(job);
                return false;
            }
            submitted => submitted.map_err(TrySubmitError::into_inner),
        };
        match submitted {
            Ok(id) => {
                self.order.push_back(id);
                true
            }
            Err(job) => {
                self.in_hand = Some(job);
                self.jobs = None;
                false
            }
        }
    }

    /// Takes a job from the iterator, if the queue has room for it. After its end the iterator
    /// is not asked again.
    fn next_job(&mut self) -> Option<J> {
        if !self.has_room() {
            return None;
        }
        let job = self.jobs.as_mut()?.next();
        if job.is_none() {
            self.jobs = None;
        }
        job
    }
}

impl<P, R, I, J, T, E> Iterator for MapOrdered<'_, P, R, I, J, T, E>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
    I: Iterator<Item = J>,
{
    type Item = Result<T, JobError<E>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance(Turn::OfTheFirst)
    }
}

impl<P, R, I, J, T, E> Drop for MapOrdered<'_, P, R, I, J, T, E>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
{
    fn drop(&mut self) {
        // A job that another submitter was quicker than; not one that was refused.
        if let Some(job) = self.in_hand.take().filter(|_| self.jobs.is_some()) {
            _ = self.inbox.submit(self.pool, job);
        }
    }
}

/// The iterator of [`map_unordered`](crate::PoolExt::map_unordered).
///
/// Dropping it half way loses nothing: see there.
#[must_use = "iterators do nothing unless consumed"]
#[derive(Debug)]
pub struct MapUnordered<'a, P, R, I, J, T, E>(MapOrdered<'a, P, R, I, J, T, E>)
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized;

impl<'a, P, R, I, J, T, E> MapUnordered<'a, P, R, I, J, T, E>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
{
    pub(crate) fn new(map: MapOrdered<'a, P, R, I, J, T, E>) -> Self {
        Self(map)
    }

    /// At most `jobs` jobs, but at least one, are taken from the iterator and have not given out
    /// their results, as by [`MapOrdered::window`].
    pub fn window(self, jobs: usize) -> Self {
        Self(self.0.window(jobs))
    }

    /// As [`MapOrdered::into_refused`].
    pub fn into_refused(self) -> Option<J> {
        self.0.into_refused()
    }
}

impl<P, R, I, J, T, E> Iterator for MapUnordered<'_, P, R, I, J, T, E>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
    I: Iterator<Item = J>,
{
    type Item = Result<T, JobError<E>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.advance(Turn::OfAny)
    }
}
