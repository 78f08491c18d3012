//! A pool behind a pointer is a pool.

use std::{
    future::Future,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    AsyncPool, AsyncResults, Completion, Ended, JobId, JobIds, JobOptions, JoinTimeout, Pool,
    RecvTimeoutError, Refusal, Results, ShutdownReport, Stats, SubmitBatchError, SubmitError,
    TryRecvError, Wait, implement::PoolId, sync::Arc,
};

macro_rules! forward_pool {
    ($($pointer:ty),+) => {$(
        impl<J, P: Pool<J> + ?Sized> Pool<J> for $pointer
        where
            Self: Send + Sync,
        {
            fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
                (**self).admit(job, options, wait)
            }

            fn admit_batch(
                &self,
                jobs: Vec<J>,
                wait: Wait,
            ) -> Result<JobIds, SubmitBatchError<J>> {
                (**self).admit_batch(jobs, wait)
            }

            fn close(&self) {
                (**self).close();
            }

            fn stop(&self) -> Vec<(JobId, J)> {
                (**self).stop()
            }

            fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
                (**self).join(timeout)
            }

            fn stats(&self) -> Stats {
                (**self).stats()
            }

            fn is_worker(&self) -> bool {
                (**self).is_worker()
            }

            fn pool_id(&self) -> Option<PoolId> {
                (**self).pool_id()
            }

            fn detach(&self) {
                (**self).detach();
            }
        }

        impl<J, P: AsyncPool<J> + ?Sized> AsyncPool<J> for $pointer
        where
            Self: Send + Sync,
        {
            fn submit_async_from(
                &self,
                job: &mut Option<J>,
                options: JobOptions,
            ) -> impl Future<Output = Result<JobId, SubmitError<J>>> + Send
            where
                J: Send,
            {
                (**self).submit_async_from(job, options)
            }
        }
    )+};
}

forward_pool!(&P, Box<P>, Arc<P>);

macro_rules! forward_results {
    ($($pointer:ty),+) => {$(
        impl<T, E, R: Results<T, E> + ?Sized> Results<T, E> for $pointer {
            fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
                (**self).recv()
            }

            fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
                (**self).try_recv()
            }

            fn recv_timeout(
                &mut self,
                timeout: Duration,
            ) -> Result<Completion<T, E>, RecvTimeoutError> {
                (**self).recv_timeout(timeout)
            }

            fn put_back(&mut self, completion: Completion<T, E>) {
                (**self).put_back(completion);
            }

            fn recv_batch(
                &mut self,
                batch: &mut Vec<Completion<T, E>>,
                max: usize,
                linger: Duration,
            ) -> Result<usize, Ended> {
                (**self).recv_batch(batch, max, linger)
            }
        }

        impl<T, E, R: AsyncResults<T, E> + ?Sized> AsyncResults<T, E> for $pointer {
            fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Completion<T, E>>> {
                (**self).poll_recv(cx)
            }
        }
    )+};
}

forward_results!(&mut R, Box<R>);
