//! What submitters, workers and cancellations share: the pool's core, and its queue.

use std::time::Duration;

use pool::{
    JobId, JobOptions, WorkerId,
    implement::{QueuedJob, discard},
    sync::{Arc, Mutex, Weak, lock, sleep},
};

use crate::{Library, Queue, Queued, core::Core, delivery::Cancellations, queued::Claim};

/// How long a stop waits before it looks again for a job that is on its way to the queue.
const LOOK_AGAIN: Duration = Duration::from_micros(50);

/// The core of a pool and the queue behind it.
///
/// # How the queue ends
///
/// No job is accepted once the pool is closed, so the number of accepted jobs is final. Each of
/// them is *gone* when a worker has taken it, or a stop or a cancellation is done with it. When
/// all are gone, the queue is empty, and each worker is sent an end marker. Everyone who closes
/// the pool or makes a job go looks whether that is so. The orderings are in `Admission`.
pub(crate) struct Intake<J: Send + 'static, L: Library> {
    pub(crate) core: Arc<Core>,
    pub(crate) queue: Arc<L::Queue<Queued<J>>>,
    /// For jobs cancelled in the queue. Weak: the results end when the workers have left.
    outlet: Weak<dyn Cancellations>,
    /// Whether a stop or a cancellation has emptied the queue. The first does it for all.
    drained: Mutex<bool>,
}

impl<J: Send + 'static, L: Library> Intake<J, L> {
    pub(crate) fn new(
        core: Arc<Core>,
        queue: Arc<L::Queue<Queued<J>>>,
        outlet: Weak<dyn Cancellations>,
    ) -> Self {
        Self { core, queue, outlet, drained: Mutex::new(false) }
    }

    /// Queues a job that has a place, and no options: these are many words, and most jobs have none.
    #[inline]
    pub(crate) fn enqueue_plain(&self, id: JobId, job: J) {
        self.core.tally.accepted(id);
        self.queue.send(Queued::plain(id, job));
    }

    /// Queues a job that has a place.
    pub(crate) fn enqueue(self: &Arc<Self>, id: JobId, job: J, options: JobOptions) {
        self.core.tally.accepted(id);
        let mut message = Queued::new(id, job, options);
        let shared = message.shared();
        self.queue.send(message);
        if let Some(shared) = shared {
            let intake = Arc::downgrade(self);
            shared.on_cancel(move |shared| {
                if let Some(intake) = intake.upgrade() {
                    shared.cancel(|| intake.deliver_cancelled(id));
                }
            });
        }
    }

    /// A worker has taken a message out of the queue. Serves those who wait for places, or for
    /// the end, if that is due.
    #[inline]
    pub(crate) fn took(&self, worker: WorkerId, job: JobId) {
        let admission = &self.core.admission;
        if admission.take(worker, job) {
            if admission.is_closed() {
                self.end_if_over();
            } else {
                admission.attend(worker);
            }
        }
    }

    /// Accepts no more jobs. The queue ends when it is empty.
    pub(crate) fn close(&self) {
        self.core.close();
        self.end_if_over();
    }

    /// Sends each worker its end marker, if the pool is closed and every job is gone.
    pub(crate) fn end_if_over(&self) {
        if self.core.is_first_to_see_the_end() {
            let workers = self.core.lifecycle.config().worker_count();
            self.queue.end((0..workers).map(|_| Queued::end()));
        }
    }

    /// Takes back every job that no worker has taken, oldest first. The first call has them all.
    pub(crate) fn stop(&self) -> Vec<(JobId, J)> {
        let mut undone = Vec::new();
        // Before the queue ends: a worker that sees the end tells its hook why.
        let first = self.core.begin_stop();
        self.close();
        if first {
            for message in self.drain() {
                match message.claim() {
                    Claim::Job(QueuedJob { id, job, .. }) => {
                        // Counted before it is gone: no worker leaves before that, so a
                        // join finds it counted.
                        self.core.count_undone();
                        self.core.count_withdrawn();
                        undone.push((id, job));
                    }
                    other => self.put_back(other),
                }
            }
            // Racing submitters may have queued in another order than they got their ids.
            undone.sort_unstable_by_key(|(id, _)| *id);
            self.end_if_over();
            self.core.lifecycle.token().cancel();
        }
        undone
    }

    /// Closes, and completes every queued job as cancelled. Those for whose completion the
    /// results have no room are left to the workers.
    pub(crate) fn cancel(&self) {
        self.close();
        for message in self.drain() {
            match message.claim() {
                Claim::Job(QueuedJob { id, job, .. }) => {
                    if self.deliver_cancelled(id) {
                        self.core.count_withdrawn();
                    } else {
                        self.queue.send(Queued::cancelled(id));
                    }
                    discard(job);
                }
                other => self.put_back(other),
            }
        }
        self.end_if_over();
    }

    /// A drained message that carries no job: leaves to the workers what they have to deliver.
    fn put_back(&self, claim: Claim<J>) {
        match claim {
            Claim::Owed(id) => self.queue.send(Queued::cancelled(id)),
            Claim::NotYet(message) => self.queue.send(message),
            Claim::Done(_) => self.core.count_withdrawn(),
            // A worker took the last job, and ended the queue, since `drain` last looked.
            Claim::End => self.queue.send(Queued::end()),
            Claim::Job(_) => {}
        }
    }

    /// Empties the queue of a closed pool. Waits for jobs that have been accepted and are on
    /// their way to it, which takes no longer than to send them.
    fn drain(&self) -> Vec<Queued<J>> {
        let mut drained = lock(&self.drained);
        let mut messages = Vec::new();
        if !std::mem::replace(&mut *drained, true) {
            let accepted = self.core.admission.accepted();
            while self.core.gone() + (messages.len() as u64) < accepted {
                match self.queue.try_recv() {
                    Some(message) => messages.push(message),
                    None => sleep(LOOK_AGAIN),
                }
            }
        }
        messages
    }

    /// Delivers and counts one cancelled job, if the results have room for it.
    fn deliver_cancelled(&self, id: JobId) -> bool {
        // No outlet: the workers have left, and no reader can be waiting for this.
        let Some(outlet) = self.outlet.upgrade() else { return false };
        self.core.count_cancelled_if(|| outlet.try_deliver_cancelled(id))
    }
}
