//! The sending half.

use std::{future::Future, time::Duration};

use ::pool::{
    AsyncPool, JobId, JobOptions, JoinTimeout, Pool, Refusal, ShutdownReport, Stats, SubmitError,
    Wait, machinery::QueuePool,
};

use crate::queue::{Receiver, Sender};

/// The sending half of a pool over async-channel.
#[derive(Debug)]
pub struct AsyncChannelPool<J: Send + 'static>(pub(crate) QueuePool<J, Sender<J>, Receiver<J>>);

impl<J: Send + 'static> Pool<J> for AsyncChannelPool<J> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        self.0.admit(job, options, wait)
    }

    fn close(&self) {
        self.0.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.0.stop()
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        self.0.join(timeout)
    }

    fn stats(&self) -> Stats {
        self.0.stats()
    }
}

impl<J: Send + 'static> AsyncPool<J> for AsyncChannelPool<J> {
    fn submit_async_with(
        &self,
        job: J,
        options: JobOptions,
    ) -> impl Future<Output = Result<JobId, SubmitError<J>>> + Send {
        self.0.submit_async_with(job, options)
    }
}
