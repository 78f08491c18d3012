//! What can be built on any pool, and need not be built by any backend.

use std::{collections::HashSet, time::Duration};

use crate::{
    Completion, JobId, JobIds, JoinTimeout, MapOrdered, Pool, Results, RunError, ShutdownReport,
    SubmitBatchError, TrySubmitError, Wait,
};

/// Conveniences over any pool, `dyn Pool<J>` included.
pub trait PoolExt<J>: Pool<J> {
    /// Runs all of `jobs` and returns their completions, in the order in which they ended.
    ///
    /// Submits while it drains, on this one thread, so it comes to an end whatever the
    /// capacities of the queue and the results are. Nobody else should use the pool
    /// meanwhile: completions of other jobs are discarded.
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
        let mut completions = Vec::new();
        let mut outstanding = HashSet::new();
        let mut refused = None;
        for job in jobs {
            match submit_while_draining(self, results, job, |completion| {
                if outstanding.remove(&completion.job) {
                    completions.push(completion);
                }
            }) {
                Ok(id) => _ = outstanding.insert(id),
                Err(job) => {
                    refused = Some(job);
                    break;
                }
            }
        }
        while !outstanding.is_empty()
            && let Ok(completion) = results.recv()
        {
            if outstanding.remove(&completion.job) {
                completions.push(completion);
            }
        }
        match refused {
            None if outstanding.is_empty() => Ok(completions),
            refused => Err(RunError { completions, refused, undone: outstanding.len() }),
        }
    }

    /// Runs the handler over `jobs` and gives the results in input order, whichever ends
    /// first.
    ///
    /// Lazy: jobs are taken from the iterator, which may be endless, as results are taken
    /// out. At most `queue capacity + workers` jobs are between the two, so memory is
    /// bounded. An error stands at its job's place. Ends early, with a
    /// [`Cancelled`](crate::JobErrorKind::Cancelled) error in place of every job that was
    /// accepted but taken back, if the pool is stopped meanwhile. Nobody else should use the
    /// pool meanwhile: completions of other jobs are discarded.
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
    /// let (pool, _results) =
    ///     Std::spawn(Config::new(2), |_: (), _: &Context| Ok::<_, String>(())).unwrap();
    /// pool.submit(()).unwrap();
    ///
    /// let report = match pool.shutdown(Duration::from_secs(10)) {
    ///     Ok(report) => report,
    ///     Err(late) => {
    ///         eprintln!("{late}"); // which worker is on which job, and for how long
    ///         let undone = pool.stop();
    ///         eprintln!("{} jobs not started", undone.len());
    ///         pool.join(None).unwrap()
    ///     }
    /// };
    /// assert_eq!(report.stats.succeeded, 1);
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

/// Submits `job`, and while the queue is full makes room by receiving.
///
/// A full queue means that jobs are on their way, so a completion will come: this waits for
/// it on the results, never on the queue, and so cannot deadlock on bounded results.
fn submit_while_draining<J, T, E, P, R>(
    pool: &P,
    results: &mut R,
    mut job: J,
    mut receive: impl FnMut(Completion<T, E>),
) -> Result<JobId, J>
where
    P: Pool<J> + ?Sized,
    R: Results<T, E> + ?Sized,
{
    loop {
        match pool.try_submit(job) {
            Ok(id) => return Ok(id),
            Err(TrySubmitError::Closed(refused)) => return Err(refused),
            Err(TrySubmitError::Full(refused)) => job = refused,
        }
        match results.recv() {
            Ok(completion) => receive(completion),
            Err(_) => return Err(job),
        }
    }
}
