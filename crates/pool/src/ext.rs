//! What can be built on any pool, and need not be built by any backend.

use std::{
    collections::HashSet,
    mem,
    time::{Duration, Instant},
};

use crate::{
    Completion, JobId, JobIds, JoinTimeout, MapOrdered, MapUnordered, Pool, RefusalReason, Results,
    RunError, ShutdownReport, SubmitBatchError, SubmitTimeoutError, TrySubmitError, Wait,
    inbox::{Inbox, LOOK, Receipt},
    sync::sleep,
};

/// Conveniences over any pool, `dyn Pool<J>` included.
pub trait PoolExt<J>: Pool<J> {
    /// Runs all of `jobs` and returns their completions, in the order in which they ended.
    ///
    /// Submits while it receives, on this one thread, so it comes to an end whatever the
    /// capacities of the queue and the results are. `results` is the other half of this pool.
    /// Completions of other jobs that it receives meanwhile are [put back](Results::put_back) at
    /// its end, in their order. If `jobs` panics, so are its own.
    ///
    /// ```
    /// use pool::{Backend, Config, Context, PoolExt};
    /// use pool_std::Std;
    ///
    /// // Room for one job and one result: submitting all first would wait forever.
    /// let config = Config::new(2).queue(1).results(1);
    /// let (pool, mut results) =
    ///     Std::spawn(config, |n: u64, _: &Context| Ok::<_, String>(n + 1)).unwrap();
    /// let completions = pool.run(&mut results, 0..100).unwrap();
    /// assert_eq!(completions.len(), 100);
    /// ```
    ///
    /// # Errors
    ///
    /// If the pool is closed before the last job is accepted, or stopped before the last has
    /// ended: the completions there were, the job that was refused, if one was, and how many a
    /// stop handed back. Jobs not yet taken from `jobs` stay there (pass `&mut jobs` to have
    /// them).
    ///
    /// Called by one of the pool's own workers, it refuses the first job with
    /// [`WouldDeadlock`](crate::RefusalReason::WouldDeadlock): the worker would wait for itself.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until every accepted job has ended.
    fn run<T, E, R>(
        &self,
        results: &mut R,
        jobs: impl IntoIterator<Item = J>,
    ) -> Result<Vec<Completion<T, E>>, RunError<J, T, E>>
    where
        R: Results<T, E> + ?Sized,
    {
        let is_worker = self.is_worker();
        let mut run =
            Run { inbox: Inbox::new(results), unfinished: HashSet::new(), completions: Vec::new() };
        let mut refused = None;
        for job in jobs {
            let submitted = if is_worker { Err(job) } else { run.submit(self, job) };
            if let Err(job) = submitted {
                refused = Some(job);
                break;
            }
        }
        while !run.unfinished.is_empty() && run.receive() {}

        let undone = run.unfinished.len();
        let completions = mem::take(&mut run.completions).into_iter();
        let completions = completions.map(|(_, completion)| completion).collect();
        if refused.is_none() && undone == 0 {
            return Ok(completions);
        }
        let reason = if is_worker { RefusalReason::WouldDeadlock } else { RefusalReason::Closed };
        Err(RunError { completions, refused, undone, reason })
    }

    /// Runs the handler over `jobs` and gives the results in input order, whichever ends
    /// first.
    ///
    /// Lazy: jobs are taken from the iterator, which may be endless, as results are taken
    /// out. At most `queue capacity + workers` jobs are between the two, or as many as
    /// [`window`](MapOrdered::window) says, so memory is bounded. A result that is ready is given
    /// out before the iterator, which may be slow, is asked for another job. An error stands at
    /// its job's place.
    ///
    /// `results` is the other half of this pool. Nothing is lost if the map is dropped half way:
    /// jobs that it has submitted complete as any others do, and what it has received and not
    /// given out, completions of other jobs included, is [put back](Results::put_back) in order
    /// of receipt. A job is taken from the iterator only when there is room for it; if another
    /// submitter takes that room meanwhile, and the map is dropped then, the drop waits for room.
    ///
    /// If the pool is closed meanwhile, the map ends early, and
    /// [`into_refused`](MapOrdered::into_refused) has the job that was refused. If it is
    /// stopped, an error [`Cancelled`](crate::JobErrorKind::Cancelled) stands in the place of
    /// each job that was accepted and handed back. Called by one of the pool's own workers, the
    /// map ends with the error [`WouldDeadlock`](crate::JobErrorKind::WouldDeadlock): the worker
    /// would wait for itself.
    ///
    /// ```
    /// use pool::{Backend, Config, Context, PoolExt};
    /// use pool_std::Std;
    ///
    /// let (pool, mut results) =
    ///     Std::spawn(Config::new(2), |n: u64, _: &Context| Ok::<_, String>(n * n)).unwrap();
    /// let squares: Result<Vec<_>, _> = pool.map_ordered(&mut results, 1..).take(4).collect();
    /// assert_eq!(squares.unwrap(), [1, 4, 9, 16]);
    /// ```
    fn map_ordered<'a, T, E, R, I>(
        &'a self,
        results: &'a mut R,
        jobs: I,
    ) -> MapOrdered<'a, Self, R, I::IntoIter, J, T, E>
    where
        R: Results<T, E> + ?Sized,
        I: IntoIterator<Item = J>,
    {
        MapOrdered::new(self, results, jobs.into_iter())
    }

    /// As [`map_ordered`](Self::map_ordered), but gives the results in the order in which the jobs
    /// end: no result waits for that of a slower job before it.
    ///
    /// It is as lazy, holds as many jobs between the two, and loses as little. In the results, the
    /// errors alone say which job they are of; where the values do not, take [`run`](Self::run).
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::prelude::*;
    /// use pool_std::Std;
    ///
    /// let sleep = |millis: u64, context: &Context| {
    ///     context.sleep(Duration::from_millis(millis)).map(|()| millis)
    /// };
    /// let (pool, mut results) = Std::spawn(Config::new(2), sleep)?;
    /// let mut slept = Vec::new();
    /// for result in pool.map_unordered(&mut results, [200, 1, 1, 1]) {
    ///     slept.push(result?); // 1, 1, 1, 200
    /// }
    /// assert_eq!(slept.len(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn map_unordered<'a, T, E, R, I>(
        &'a self,
        results: &'a mut R,
        jobs: I,
    ) -> MapUnordered<'a, Self, R, I::IntoIter, J, T, E>
    where
        R: Results<T, E> + ?Sized,
        I: IntoIterator<Item = J>,
    {
        MapUnordered::new(self.map_ordered(results, jobs))
    }

    /// Waits until every job that has been submitted has ended, for at most `timeout`, and says
    /// whether that came to be. The pool stays open, and nothing is received.
    ///
    /// Jobs that others submit meanwhile are waited for as well: so if there is always one, this
    /// ends with the timeout. A job has ended when its handler has returned; the last completions
    /// may still be on their way to the results. One of the pool's own workers, which would wait
    /// for itself, only looks.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::prelude::*;
    /// use pool_std::Std;
    ///
    /// let tasks = Std::tasks(Config::new(2))?;
    /// for level in 0..3 {
    ///     for node in 0..10 {
    ///         tasks.execute(move |_| (level, node))?;
    ///     }
    ///     // All of this level, before the next begins.
    ///     assert!(tasks.pool().wait_idle(Duration::from_secs(10)));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Blocking
    ///
    /// Blocks the thread for at most `timeout`; one too long for the clock means forever. It looks
    /// at [`stats`](Pool::stats) a thousand times a second, and no worker has to wake it: a pool
    /// that nothing waits for in this way has no cost of it.
    fn wait_idle(&self, timeout: Duration) -> bool {
        let timeout = if self.is_worker() { Duration::ZERO } else { timeout };
        let deadline = Instant::now().checked_add(timeout);
        loop {
            let stats = self.stats();
            if stats.settled() == stats.submitted {
                return true;
            }
            let left = deadline.map_or(LOOK, |at| at.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            sleep(left.min(LOOK));
        }
    }

    /// Submits every job, in order, waiting for room as [`submit`](Pool::submit) does.
    ///
    /// Costs a pool less than as many calls of `submit`: it can take many places in its queue,
    /// and give out many ids, in one step.
    ///
    /// ```
    /// use pool::{Backend, Config, Context, Pool, PoolExt, RefusalReason};
    /// use pool_std::Std;
    ///
    /// let (pool, results) =
    ///     Std::spawn(Config::new(2), |n: u64, _: &Context| Ok::<_, String>(n)).unwrap();
    /// let ids = pool.submit_batch((0..10).collect()).unwrap();
    /// assert_eq!(ids.len(), 10);
    ///
    /// pool.close();
    /// let error = pool.submit_batch(vec![10, 11]).unwrap_err();
    /// assert_eq!((error.reason, error.refused), (RefusalReason::Closed, vec![10, 11]));
    /// assert_eq!(results.count(), 10);
    /// ```
    ///
    /// # Errors
    ///
    /// If one is refused: the ids of those accepted before it, and it with all after it.
    ///
    /// # Blocking
    ///
    /// While the queue is full and jobs remain, blocks the thread.
    fn submit_batch(&self, jobs: Vec<J>) -> Result<JobIds, SubmitBatchError<J>> {
        self.admit_batch(jobs, Wait::Forever)
    }

    /// Graceful shutdown: closes the pool, lets queued jobs run, and waits up to `timeout`
    /// for every worker to exit.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{Backend, Config, Context, Pool, PoolExt};
    /// use pool_std::Std;
    ///
    /// let (pool, _) =
    ///     Std::spawn(Config::new(2), |_: (), _: &Context| Ok::<_, String>(())).unwrap();
    /// pool.submit(()).unwrap();
    ///
    /// let report = match pool.shutdown(Duration::from_secs(10)) {
    ///     Ok(report) => report,
    ///     Err(late) => {
    ///         eprintln!("{late}"); // which worker is on which job, and for how long
    ///         // Cancels the running jobs; the others are dropped here.
    ///         eprintln!("{} jobs not started", pool.stop().len());
    ///         pool.join(Some(Duration::from_secs(10)))?
    ///     }
    /// };
    /// assert_eq!(report.stats.succeeded, 1);
    /// # Ok::<(), pool::JoinTimeout>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`join`](Pool::join). The pool stays closed, and can be stopped or joined again. Its
    /// drop no longer waits, as after [`detach`](Pool::detach): so in
    /// `pool.shutdown(timeout)?` the error is seen, even if a handler never returns.
    fn shutdown(&self, timeout: Duration) -> Result<ShutdownReport, JoinTimeout> {
        self.close();
        self.join(Some(timeout)).inspect_err(|_| self.detach())
    }
}

impl<J, P: Pool<J> + ?Sized> PoolExt<J> for P {}

/// A call of [`run`](PoolExt::run). Dropping it puts back all that it has received.
struct Run<'a, R, T, E>
where
    R: Results<T, E> + ?Sized,
{
    inbox: Inbox<'a, R, T, E>,
    /// Our jobs that have been accepted and whose completion has not been received.
    unfinished: HashSet<JobId>,
    /// Those of our jobs, in the order of receipt.
    completions: Vec<(Receipt, Completion<T, E>)>,
}

impl<R, T, E> Run<'_, R, T, E>
where
    R: Results<T, E> + ?Sized,
{
    /// Submits a job, or returns it if the pool is closed. Waits for room by receiving: so
    /// bounded results never fill up.
    fn submit<J>(&mut self, pool: &(impl Pool<J> + ?Sized), mut job: J) -> Result<(), J> {
        let id = loop {
            match pool.try_submit(job) {
                Ok(id) => break id,
                Err(TrySubmitError::Closed(refused)) => return Err(refused),
                // Nothing of ours is on its way: what comes next may as well be room.
                Err(TrySubmitError::Full(refused)) if self.unfinished.is_empty() => {
                    break self
                        .inbox
                        .submit(pool, refused)
                        .map_err(SubmitTimeoutError::into_inner)?;
                }
                Err(TrySubmitError::Full(refused)) => job = refused,
            }
            if !self.receive() {
                return Err(job);
            }
        };
        self.unfinished.insert(id);
        if let Ok(completion) = self.inbox.results.try_recv() {
            self.keep(completion);
        }
        Ok(())
    }

    /// Waits for the next completion, and says whether one came before the end.
    fn receive(&mut self) -> bool {
        self.inbox.results.recv().map(|completion| self.keep(completion)).is_ok()
    }

    fn keep(&mut self, completion: Completion<T, E>) {
        let receipt = self.inbox.number();
        if self.unfinished.remove(&completion.job) {
            self.completions.push((receipt, completion));
        } else {
            self.inbox.keep(receipt, completion);
        }
    }
}

impl<R, T, E> Drop for Run<'_, R, T, E>
where
    R: Results<T, E> + ?Sized,
{
    fn drop(&mut self) {
        for (receipt, completion) in self.completions.drain(..) {
            self.inbox.keep(receipt, completion);
        }
    }
}
