//! What can be awaited: the handler, and room in the queue.

use std::{future::Future, sync::Arc};

use pool::{
    AsyncPool, Completion, Config, Context, JobId, JobOptions, Pool, SpawnError, SubmitError, Wait,
    WorkerId,
    implement::{QueuedJob, discard},
};
use tokio::{
    runtime::Handle,
    sync::mpsc::{self, error::SendError},
};

use super::{Native, NativePool, NativeResults, Shared, open};

impl Native {
    /// Starts a pool whose handler is an async function, on a runtime that is there already.
    ///
    /// [`Config::new`] then says how many jobs are in flight at once; they need no more threads
    /// than the runtime has, whose names and stacks they have.
    ///
    /// Waiting for the workers takes a thread that they do not need: call [`join`](Pool::join) from
    /// `spawn_blocking`, and on a runtime of one thread [`stop`](Pool::stop) as well. A drop inside
    /// that runtime closes the pool and does not wait.
    ///
    /// ```
    /// use std::{convert::Infallible, time::Duration};
    /// use futures::StreamExt;
    /// use pool::{AsyncPool, Config, Context, Pool};
    /// use pool_tokio::Native;
    ///
    /// let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    /// let handler = |millis: u64, _: Context| async move {
    ///     tokio::time::sleep(Duration::from_millis(millis)).await;
    ///     Ok::<_, Infallible>(millis)
    /// };
    /// // A hundred jobs in flight on one thread: they all wait at the same time.
    /// let (pool, results) = Native::spawn_async(runtime.handle(), &Config::new(100), handler)?;
    /// runtime.block_on(async {
    ///     for _ in 0..100 {
    ///         pool.submit_async(10).await?;
    ///     }
    ///     pool.close();
    ///     assert_eq!(StreamExt::count(results).await, 100);
    ///     # Ok::<(), Box<dyn std::error::Error>>(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the configuration is invalid.
    #[expect(clippy::missing_panics_doc, reason = "a pool that is not made yet is not joined")]
    pub fn spawn_async<J, T, E, F, H>(
        runtime: &Handle,
        config: &Config,
        handler: H,
    ) -> Result<(NativePool<J>, NativeResults<T, E>), SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
        H: Fn(J, Context) -> F + Send + Sync + 'static,
    {
        let (mut pool, mut results, completions) = open(config)?;
        pool.awaits_on = Some(runtime.id());
        results.from_tasks = true;
        let handler = Arc::new(handler);
        let mut workers = pool.shared.workers.try_lock().expect("no join yet");
        for worker in (0..config.worker_count()).map(WorkerId::new) {
            let (shared, handler) = (Arc::clone(&pool.shared), Arc::clone(&handler));
            let (id, completions) = (shared.lifecycle.id(), completions.clone());
            let task = async move {
                shared.lifecycle.config().call_start_hook(worker);
                run_jobs(worker, &shared, &completions, &*handler).await;
                shared.lifecycle.end_worker(worker, ());
                discard(handler);
                shared.lifecycle.exited();
            };
            workers.spawn_on(id.scope(task), runtime);
        }
        drop(workers);
        Ok((pool, results))
    }
}

/// As the worker's loop of a handler that blocks.
async fn run_jobs<J, T, E, F>(
    worker: WorkerId,
    shared: &Shared<J>,
    completions: &mpsc::Sender<Completion<T, E>>,
    handler: &impl Fn(J, Context) -> F,
) where
    F: Future<Output = Result<T, E>>,
{
    while let Some(job) = shared.next_job().await {
        shared.tally.start(worker, job.id);
        let context = shared.lifecycle.context(worker);
        let completion = job.run_async(context, shared.lifecycle.config().token(), handler).await;
        shared.tally.count(worker, &completion);
        if let Err(SendError(completion)) = completions.send(completion).await {
            discard(completion);
        }
        shared.tally.finish(worker);
    }
}

impl<J: Send + 'static> AsyncPool<J> for NativePool<J> {
    async fn submit_async_from(
        &self,
        job: &mut Option<J>,
        options: JobOptions,
    ) -> Result<JobId, SubmitError<J>> {
        let deadline = options.start_by();
        // A worker does not wait.
        let permit = if self.is_worker() { None } else { Some(self.reserve().await) };
        // A permit that is not used goes back by itself.
        let job = job.take().expect("a job to submit");
        let permit = match permit {
            None => return Ok(self.admit(job, options, Wait::Forever)?),
            Some(Ok(permit)) => permit,
            Some(Err(_)) => return Err(SubmitError::Closed(job)),
        };
        let id = self.shared.tally.accept();
        permit.send(QueuedJob { id, job, deadline, token: options.token });
        Ok(id)
    }
}
