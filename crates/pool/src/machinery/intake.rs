//! What the sending half and the workers share: the gate, and the queue behind it.

use std::collections::VecDeque;

use super::{Queued, padded::Padded};
use crate::{
    Completion,
    sync::{
        Mutex, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicUsize, Ordering, fence},
        lock,
    },
};

/// The sending end of a backend's queue.
///
/// Dropping it ends the queue: once what is queued has been received, receiving says that
/// there is nothing more.
pub trait JobSender<J>: Send + Sync + 'static {
    /// Puts a job at the back, without waiting.
    ///
    /// # Errors
    ///
    /// The job, if the queue is full. It holds as many as the pool's bound, but cancelled
    /// jobs count until a worker has come past them.
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>>;
}

/// The receiving end of a backend's queue. How its workers wait there is not told here: some
/// libraries block, some await.
pub trait JobReceiver<J>: Send + Sync + 'static {
    /// Takes the job at the front if there is one, without waiting. May say that there is
    /// none while another worker is about to take one.
    fn try_recv(&self) -> Option<Queued<J>>;

    /// Takes the job at the front if there is one: for stop and cancellation, after the
    /// sending end has been dropped. Must not miss one, if need be by waiting for a worker
    /// that holds the receiving end; which is not for long, for there is nothing to come.
    fn drain_one(&self) -> Option<Queued<J>> {
        self.try_recv()
    }
}

/// The way out, as a worker or a cancellation sees it.
pub trait Outlet: Send + Sync + 'static {
    /// A job's value.
    type Output;
    /// A handler's error.
    type Error;

    /// Delivers a completion without waiting. With nobody left to receive it, it is
    /// [discarded](super::discard), and that is `Ok`.
    ///
    /// # Errors
    ///
    /// The completion, if the results are bounded and full.
    fn try_send(
        &self,
        completion: Completion<Self::Output, Self::Error>,
    ) -> Result<(), Completion<Self::Output, Self::Error>>;
}

/// The gate and the queue.
///
/// # The gate
///
/// The sender stands behind a lock that every submission holds, shared, while it sends. To
/// close, the sender is taken out, exclusively: from then on nothing enters, and the queue
/// ends by disconnecting once it is empty.
///
/// # The spill
///
/// A cancelled job frees its place at once, but what is left of it stays in the library's
/// queue until a worker comes past: channels cannot give up their middle. So a job that has
/// a place may find the queue full. It then goes into the spill, a queue behind the queue,
/// and while that is not empty all others go behind it. Workers move the front of the spill
/// over as they make room, and empty it when the queue has ended.
///
/// No job waits in the spill unseen: whoever spills one first says so in `spilled`, then
/// looks once more for room; a worker first makes room, then looks at `spilled`. Between
/// the two steps each has a sequentially consistent fence, so one of the two sees the other,
/// whatever orderings the library's queue uses inside.
#[derive(Debug)]
pub struct Intake<J, S, R> {
    gate: Padded<RwLock<Option<S>>>,
    receiver: R,
    spill: Mutex<VecDeque<Queued<J>>>,
    /// The length of the spill.
    spilled: AtomicUsize,
    /// Live jobs the spill can hold at most.
    capacity: usize,
}

impl<J, S: JobSender<J>, R: JobReceiver<J>> Intake<J, S, R> {
    /// A queue with an open gate, for at most `capacity` live jobs.
    pub fn new(sender: S, receiver: R, capacity: usize) -> Self {
        Self {
            gate: Padded(RwLock::new(Some(sender))),
            receiver,
            spill: Mutex::default(),
            spilled: AtomicUsize::new(0),
            capacity,
        }
    }

    /// The queue's receiving end.
    pub fn receiver(&self) -> &R {
        &self.receiver
    }

    /// Holds the gate as it is: open if there is a sender, and no close until it is let go.
    pub(crate) fn gate(&self) -> RwLockReadGuard<'_, Option<S>> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shuts the gate. The queue ends when it is empty.
    pub(crate) fn close(&self) {
        let sender = self.gate.write().unwrap_or_else(PoisonError::into_inner).take();
        // Outside the lock: dropping it may wake every worker.
        drop(sender);
    }

    /// Queues a job that has a place.
    pub(crate) fn send(&self, sender: &S, mut job: Queued<J>) {
        // Acquire pairs with the store in `note_spilled`: a thread that spilled its last job finds
        // it spilled still, or moved to the queue.
        if self.spilled.load(Ordering::Acquire) == 0 {
            match sender.try_send(job) {
                Ok(()) => return,
                Err(full) => job = full,
            }
        }
        let mut spill = lock(&self.spill);
        if spill.len() >= 2 * self.capacity {
            // At most `capacity` of them are live.
            spill.retain(Queued::is_live);
        }
        spill.push_back(job);
        self.note_spilled(&spill);
        // Pairs with the fence a worker has before `room_was_made`: see "The spill".
        fence(Ordering::SeqCst);
        self.refill(&mut spill, sender);
    }

    fn refill(&self, spill: &mut VecDeque<Queued<J>>, sender: &S) {
        while let Some(job) = spill.pop_front() {
            if !job.is_live() {
                continue;
            }
            if let Err(full) = sender.try_send(job) {
                spill.push_front(full);
                break;
            }
        }
        self.note_spilled(spill);
    }

    /// Tells of a change to the spill; to be called by the holder of its lock.
    fn note_spilled(&self, spill: &VecDeque<Queued<J>>) {
        // Release pairs with the load in `send`. For the one in `room_was_made` there are fences.
        self.spilled.store(spill.len(), Ordering::Release);
    }

    /// Moves spilled jobs over, if there are any, into the room a worker has just made.
    ///
    /// Between making it and this call the worker must have had a sequentially consistent
    /// fence: the one that pairs with the fence in `send`.
    pub(crate) fn room_was_made(&self) {
        // Relaxed: the fences order it, see "The spill".
        if self.spilled.load(Ordering::Relaxed) > 0
            && let Some(sender) = &*self.gate()
        {
            self.refill(&mut lock(&self.spill), sender);
        }
    }

    /// To be called by a worker with what it received: a job, or `None` at the queue's end
    /// (or, by one that does not wait, if the queue is empty).
    ///
    /// Returns the job to run; `None` once there is really nothing more.
    pub fn received(&self, job: Option<Queued<J>>) -> Option<Queued<J>> {
        job.or_else(|| {
            // Always under the lock: a cancellation may be about to leave jobs here.
            let mut spill = lock(&self.spill);
            // Once more: where a queue can be empty without having ended, the front of the
            // spill may have been moved there since the caller looked.
            let job = self.receiver.drain_one().or_else(|| spill.pop_front());
            self.note_spilled(&spill);
            job
        })
    }

    /// Offers every queued job to `take`, oldest first, and keeps for the workers what it
    /// gives back. The gate must be shut. No worker leaves meanwhile.
    pub(crate) fn sift(&self, mut take: impl FnMut(Queued<J>) -> Option<Queued<J>>) {
        // Held throughout: a worker that finds the queue ended waits for it in `received`.
        let mut spill = lock(&self.spill);
        let queued = std::iter::from_fn(|| self.receiver.drain_one());
        *spill = queued.chain(std::mem::take(&mut *spill)).filter_map(&mut take).collect();
        self.note_spilled(&spill);
    }
}
