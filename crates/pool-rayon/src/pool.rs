//! The sending half.

use std::time::Duration;

use ::pool::{
    JobId, JobOptions, JoinTimeout, Pool, Refusal, ShutdownReport, Stats, Wait,
    machinery::QueuePool,
};

use crate::queue::{Receiver, Sender};

/// The sending half of a pool over rayon.
#[derive(Debug)]
pub struct RayonPool<J: Send + 'static>(pub(crate) QueuePool<J, Sender<J>, Receiver<J>>);

impl<J: Send + 'static> Pool<J> for RayonPool<J> {
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
