//! How jobs wait: a deque of our own, and for each job a ticket that rayon carries.
//!
//! What is given to `rayon::spawn` cannot be taken back, and a job that is stopped must be.
//! So rayon gets a ticket, "run one job", and the job stays here until a worker that holds a
//! ticket takes the oldest.

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

use ::pool::{
    machinery::{JobReceiver, JobSender, Queued},
    sync::{Mutex, lock},
};
use rayon::ThreadPool;

use crate::worker;

/// The sending end.
#[derive(Debug)]
pub(crate) struct Sender<J> {
    jobs: Arc<Jobs<J>>,
    /// Set when the threads have started. Dropping it lets them run the tickets there are,
    /// and then exit.
    threads: Arc<OnceLock<ThreadPool>>,
}

/// The receiving end.
#[derive(Debug)]
pub(crate) struct Receiver<J>(Arc<Jobs<J>>);

#[derive(Debug)]
struct Jobs<J> {
    waiting: Mutex<VecDeque<Queued<J>>>,
    capacity: usize,
}

/// A queue for `capacity` jobs, whose tickets go to `threads` once those are there.
pub(crate) fn bounded<J>(
    capacity: usize,
    threads: &Arc<OnceLock<ThreadPool>>,
) -> (Sender<J>, Receiver<J>) {
    let jobs = Arc::new(Jobs { waiting: Mutex::default(), capacity });
    (Sender { jobs: Arc::clone(&jobs), threads: Arc::clone(threads) }, Receiver(jobs))
}

impl<J: Send + 'static> JobSender<J> for Sender<J> {
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>> {
        let Some(threads) = self.threads.get() else { return Err(job) };
        {
            let mut waiting = lock(&self.jobs.waiting);
            if waiting.len() == self.jobs.capacity {
                return Err(job);
            }
            waiting.push_back(job);
        }
        threads.spawn(worker::redeem_ticket);
        Ok(())
    }
}

impl<J: Send + 'static> JobReceiver<J> for Receiver<J> {
    fn try_recv(&self) -> Option<Queued<J>> {
        lock(&self.0.waiting).pop_front()
    }
}
