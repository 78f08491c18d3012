//! The sending half: jobs in, and the pool's life and end.

use std::{iter, time::Duration};

use crate::{
    JobId, JobIds, JobOptions, JoinTimeout, Refusal, ShutdownReport, Stats, SubmitBatchError,
    SubmitError, SubmitTimeoutError, TrySubmitError, Wait, implement::PoolId,
};

/// A fixed number of workers that run a handler on every job they are given.
///
/// Jobs go into this half; completions come out of the other half,
/// [`Results`](crate::Results). [`Backend::spawn`](crate::Backend::spawn) makes both. The trait
/// can be used as `dyn Pool<J>`, and through `&P`, `Box<P>` and `Arc<P>`. What can be built on
/// these few methods is built in [`PoolExt`](crate::PoolExt).
///
/// ```
/// use pool::{Backend, Config, Context, Pool, TrySubmitError};
/// use pool_std::Std;
///
/// let handler = |job: u32, _: &Context| job.checked_mul(2).ok_or("overflow");
/// let (pool, results) = Std::spawn(Config::new(3), handler).unwrap();
///
/// let id = pool.submit(21).unwrap();
/// pool.close();
/// assert_eq!(pool.try_submit(22), Err(TrySubmitError::Closed(22)));
///
/// let completions: Vec<_> = results.collect();
/// assert_eq!(completions[0].job, id);
/// assert_eq!(completions[0].result, Ok(42));
/// ```
///
/// # Contract
///
/// Every implementation keeps these laws; `pool-conformance` holds it to them.
///
/// 1. **Conservation.** Every accepted job ends in exactly one of: one
///    [`Completion`](crate::Completion), or one entry of what [`stop`](Self::stop)
///    returned. Every refused job comes back inside its error. This holds under any race
///    of submitters, close, stop, cancellation, deadlines, panics and drops. What receives
///    completions for its own jobs, as [`run`](crate::PoolExt::run) does, loses no others.
/// 2. **At most once.** The handler is called at most once for a job.
/// 3. **Real concurrency.** N workers run N jobs at once, and never more.
/// 4. **Order.** With one worker, jobs start in submission order. With any number,
///    [`map_ordered`](crate::PoolExt::map_ordered) gives results in input order.
/// 5. **Bound.** At most [`queue_capacity`](crate::Stats::queue_capacity) accepted jobs
///    wait. Waiting submitters get their places in the order they came; those that get one at
///    the same moment may queue in any order.
/// 6. **Refusals carry the job.**
/// 7. **No submit from inside blocks.** A worker that submits to its own pool is accepted
///    if there is room, and refused with `WouldDeadlock` if not.
/// 8. **Errors are data.** A failed job gives a completion; its worker lives on.
/// 9. **Panics are contained**: of a handler, of a job's or a panic payload's `Drop`, of a
///    hook, of a token's callback, of a waker. The worker's thread is not replaced, and its
///    state is kept. No such code is called under a lock of the pool.
/// 10. **Close** lets queued jobs run. The results end after the last completion.
/// 11. **Stop** hands back exactly the jobs that were never started, oldest first, and
///     cancels the running ones, which still complete.
/// 12. **Join** returns when every worker thread has exited.
/// 13. **Cancellation.** A queued job that is cancelled never runs, completes as cancelled
///     at once and frees its place. (If bounded results are full there is nowhere to put
///     that completion: the job then keeps its place until a worker has passed it on.)
/// 14. **Deadlines.** A job whose deadline passes in the queue is not run; a worker that
///     comes to it completes it as expired. A running one learns of it through its context.
/// 15. **Drop** of the pool closes, lets queued jobs run, and joins. Two drops do not wait:
///     one inside a worker of the same pool, which would wait for itself, and one during
///     unwinding, where the workers may be waiting for what the panic is about to drop.
///     Drop of the results half discards what is there and what comes, and never blocks a
///     worker.
/// 16. **Identity.** Job ids count up from 0, without gaps. Worker ids are `0..N`, worker `i`'s
///     thread is named `{prefix}-{i}`, and the start and stop hooks run once on each.
/// 17. **Spawn failure.** If a setting is invalid, a thread is refused or a worker's state cannot
///     be made, `spawn` says so and leaves no thread behind.
/// 18. **Quiet when idle.** Waiting burns no CPU.
/// 19. **Bounded memory** when the queue and the results are bounded.
/// 20. **Independence.** Any number of pools live side by side, made and dropped anywhere:
///     in an async task or on a thread of another pool, too.
///
/// # Blocking
///
/// [`submit`](Self::submit) and its variants wait as they say; [`join`](Self::join) and drop
/// wait for running handlers; [`close`](Self::close) and [`stop`](Self::stop) wait for none.
/// What waits blocks the calling thread: async code submits by [`AsyncPool`](crate::AsyncPool),
/// and leaves join and drop to a thread that may block.
///
/// One of the pool's own workers must not wait for its own pool: it may be the worker that it
/// waits for. So `submit`, `join`, [`run`](crate::PoolExt::run),
/// [`map_ordered`](crate::PoolExt::map_ordered) and [`Handle::join`](crate::Handle::join) refuse
/// it, and [`wait_idle`](crate::PoolExt::wait_idle) only looks. A results half knows nothing of
/// threads: a handler that [`recv`](crate::Results::recv)s from its own pool waits for itself. Code
/// that may run anywhere asks [`is_worker`](Self::is_worker) first.
///
/// # Cancelling one job
///
/// A job is cancelled by its [token](JobOptions::cancellation_token), or by its
/// [handle](crate::Handle::cancel), and not by its id. To find a job by its id the pool would need a
/// table of all jobs, which every submission and every worker would write to. A program that
/// cancels by an id or a name keeps that table itself, for the jobs that may be cancelled:
/// [here is how](../pool_guide/recipes/index.html#cancelling-by-name).
///
/// # Fork
///
/// A child process made by `fork` has a copy of the pool and none of its threads. There the pool
/// accepts jobs until its queue is full, and never runs one; what waits for a completion waits
/// for ever. A `join` there only looks, and a drop does not wait. So make pools after the fork,
/// as prefork servers do with their connections; or let the child do nothing but `exec`.
///
/// # For implementors
///
/// Five methods are required. There are two ways to a backend. `pool-managed` is a layer that
/// keeps every law over any library: the library says how jobs wait, how workers wait and how
/// completions travel, and nothing else. A pool that is written by hand finds small helpers in
/// [`implement`](crate::implement).
pub trait Pool<J>: Send + Sync {
    /// Takes a job, and waits for room according to `wait`. All `submit` methods call this.
    ///
    /// # Errors
    ///
    /// The job, with the reason. [`Full`](crate::RefusalReason::Full) only for
    /// [`Wait::Never`], [`TimedOut`](crate::RefusalReason::TimedOut) only for
    /// [`Wait::Until`]. From one of the pool's own workers nothing waits: a full queue is
    /// `Full` for `Never` and [`WouldDeadlock`](crate::RefusalReason::WouldDeadlock) else.
    ///
    /// # Blocking
    ///
    /// While the queue is full, blocks the thread, according to `wait`.
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>>;

    /// Takes many jobs, in order, and waits for room according to `wait`:
    /// [`submit_batch`](crate::PoolExt::submit_batch) calls this.
    ///
    /// As provided, it calls [`admit`](Self::admit) for one job after the other. A pool that can
    /// take several places in its queue, and give out several ids, in one step does better.
    ///
    /// # Errors
    ///
    /// If a job is refused, for one of the reasons of `admit`: the ids of the jobs before it,
    /// which are accepted, and it with all the jobs after it, which are not.
    ///
    /// # Blocking
    ///
    /// While the queue is full and jobs remain, blocks the thread, according to `wait`.
    fn admit_batch(&self, jobs: Vec<J>, wait: Wait) -> Result<JobIds, SubmitBatchError<J>> {
        let mut accepted = JobIds::new();
        let mut jobs = jobs.into_iter();
        while let Some(job) = jobs.next() {
            match self.admit(job, JobOptions::new(), wait) {
                Ok(id) => accepted.push(id),
                Err(Refusal { job, reason }) => {
                    let refused = iter::once(job).chain(jobs).collect();
                    return Err(SubmitBatchError::new(accepted, refused, reason));
                }
            }
        }
        Ok(accepted)
    }

    /// Takes no new jobs from here on; queued ones still run. Every waiting submitter is woken
    /// and gets its job back. May be called any number of times, from anywhere, a handler
    /// included.
    ///
    /// To close a pool from another thread, such as that of `ctrlc`, share it in an `Arc`:
    ///
    /// ```
    /// use std::{sync::Arc, thread};
    /// use pool::{Backend, Config, Context, Pool};
    /// use pool_std::Std;
    ///
    /// let (pool, _) = Std::spawn(Config::new(1), |n: u32, _: &Context| Ok::<_, String>(n)).unwrap();
    /// let pool = Arc::new(pool);
    /// let closing = Arc::clone(&pool);
    /// thread::spawn(move || closing.close()); // or `ctrlc::set_handler(move || closing.close())`
    /// assert_eq!(pool.join(None).unwrap().stats.submitted, 0);
    /// ```
    fn close(&self);

    /// Ends the pool at once: closes it, takes back every job that no worker has started,
    /// and cancels the running ones through their context.
    ///
    /// Returns the jobs never started, oldest first. Running jobs still complete; one that a
    /// worker has just received is among them, and its handler is called. A second call returns
    /// nothing. Does not wait for any handler.
    ///
    /// With [`Tasks`](crate::Tasks) or [`Requests`](crate::Requests), drop the list before you wait
    /// for a handle, see [`Handle`](crate::Handle#after-a-stop).
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{Backend, Config, Context, Pool};
    /// use pool_std::Std;
    ///
    /// let wait = |_: u32, ctx: &Context| ctx.sleep(Duration::MAX); // until it is cancelled
    /// let (pool, results) = Std::spawn(Config::new(1), wait).unwrap();
    /// for job in 0..10 {
    ///     pool.submit(job).unwrap();
    /// }
    /// let undone = pool.stop();
    /// // The one worker may have started the first; that one completes, as failed.
    /// assert_eq!(undone.last().unwrap().1, 9);
    /// assert_eq!(results.count() + undone.len(), 10);
    /// ```
    fn stop(&self) -> Vec<(JobId, J)>;

    /// Waits until every worker thread has exited; for at most `timeout`, if one is given.
    ///
    /// It does not close the pool. Any number of threads may join, before and after the end, and
    /// get the same report. [`Duration::MAX`] means forever; zero only looks. Called by one of
    /// the pool's own workers, it only looks too: a thread cannot wait for its own exit.
    ///
    /// # Errors
    ///
    /// [`JoinTimeout`] names the busy workers and their jobs, and the workers whose threads have
    /// yet to exit.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until the last worker has exited, or the timeout has passed.
    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout>;

    /// The counters, now.
    fn stats(&self) -> Stats;

    /// Whether the calling thread is one of the pool's own workers, which must not wait for it.
    ///
    /// True for as long as the thread lives, its thread-local destructors included. As provided, it
    /// looks for the pool's [id](Self::pool_id); a pool that does not know says `false`.
    fn is_worker(&self) -> bool {
        self.pool_id().is_some_and(PoolId::is_current)
    }

    /// The id by which workers are known as this pool's: that of its
    /// [`Lifecycle`](crate::implement::Lifecycle), if it has one.
    ///
    /// By this a [`Handle`](crate::Handle) knows them while the pool is being dropped, and after.
    fn pool_id(&self) -> Option<PoolId> {
        None
    }

    /// Gives the pool up: a drop after this closes it and does not wait for its workers.
    ///
    /// [`shutdown`](crate::PoolExt::shutdown) calls this once its timeout has passed. The workers
    /// still run what is queued, and the pool can be used, stopped and joined as before.
    fn detach(&self) {}

    /// Takes a job, and waits while the queue is full.
    ///
    /// # Errors
    ///
    /// The job: if the pool is closed, before or while waiting; or if the queue is full and
    /// the caller is one of the pool's own workers.
    ///
    /// # Blocking
    ///
    /// While the queue is full, blocks the thread until there is room, or the pool is closed.
    fn submit(&self, job: J) -> Result<JobId, SubmitError<J>> {
        self.submit_with(job, JobOptions::new())
    }

    /// As [`submit`](Self::submit), with a deadline or a cancellation token for the job.
    ///
    /// Neither ends the wait for room: a job that is late or cancelled by the time it is
    /// accepted completes as such.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    ///
    /// # Blocking
    ///
    /// As [`submit`](Self::submit).
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{Backend, Config, Context, JobErrorKind, JobOptions, Pool, Results};
    /// use pool_std::Std;
    ///
    /// let (pool, mut results) =
    ///     Std::spawn(Config::new(1), |n: u32, _: &Context| Ok::<_, String>(n)).unwrap();
    /// let late = pool.submit_with(7, JobOptions::new().timeout(Duration::ZERO)).unwrap();
    ///
    /// let completion = results.recv().unwrap();
    /// assert_eq!((completion.job, completion.worker), (late, None)); // not run
    /// assert_eq!(completion.result.unwrap_err().kind, JobErrorKind::DeadlineExceeded);
    /// ```
    fn submit_with(&self, job: J, options: JobOptions) -> Result<JobId, SubmitError<J>> {
        Ok(self.admit(job, options, Wait::Forever)?)
    }

    /// Takes a job if there is room at once.
    ///
    /// # Errors
    ///
    /// The job: if the queue is full, or the pool is closed.
    fn try_submit(&self, job: J) -> Result<JobId, TrySubmitError<J>> {
        Ok(self.admit(job, JobOptions::new(), Wait::Never)?)
    }

    /// Takes a job, and waits up to `timeout` while the queue is full.
    ///
    /// # Errors
    ///
    /// The job, as from [`submit`](Self::submit), or if the timeout passed.
    ///
    /// # Blocking
    ///
    /// As [`submit`](Self::submit), but for no longer than `timeout`.
    fn submit_timeout(&self, job: J, timeout: Duration) -> Result<JobId, SubmitTimeoutError<J>> {
        Ok(self.admit(job, JobOptions::new(), Wait::up_to(timeout))?)
    }
}
