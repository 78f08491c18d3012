//! Those who wait for a place, and how they are served.

use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use pool::{
    JobId, RefusalReason,
    implement::{block_on, contain},
    sync::{
        MutexGuard,
        atomic::{Ordering, fence},
        lock, nap,
    },
};

use super::{Admission, JOB, NEVER, WAITING, first};

/// For this long, a blocked thread is woken only once half of the queue is free.
pub(super) const BATCH_WINDOW: Duration = Duration::from_micros(50);

#[derive(Default)]
pub(super) struct Line {
    pub(super) next_ticket: u64,
    /// In order of their tickets. Places are reserved from the front.
    pub(super) waiting: VecDeque<Waiting>,
    /// How many of those who were served have not taken up their place.
    pub(super) reserved: u64,
    /// Those who were served, or refused: to be woken as the line is [unlocked](unlock).
    pub(super) awake: Vec<Waiting>,
    /// Whether somebody in line wants the first place that is free, not half of them.
    pub(super) eager: bool,
    /// What each worker had taken when the limit was last raised.
    pub(super) gathered: Box<[u64]>,
}

pub(super) struct Waiting {
    ticket: u64,
    waker: Waker,
}

/// The future of [`Admission::acquire_async`].
pub(crate) struct Acquire<'a> {
    admission: &'a Admission,
    /// Held while in line, or while a place is reserved.
    ticket: Option<u64>,
    /// Whether it wants the first place that is free, not half of them.
    eager: bool,
}

impl Admission {
    /// Takes a place; waits for it without blocking the thread.
    pub(crate) fn acquire_async(&self) -> Acquire<'_> {
        Acquire { admission: self, ticket: None, eager: true }
    }

    /// Blocks the thread until it has a place, the pool closes or `deadline` passes.
    pub(super) fn wait_in_line(&self, deadline: Option<Instant>) -> Result<JobId, RefusalReason> {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let mut place = Acquire { admission: self, ticket: None, eager: false };
        let attempt = poll_fn(|cx| {
            let polled = Pin::new(&mut place).poll(cx);
            if polled.is_ready() || mem::replace(&mut place.eager, true) {
                return polled;
            }
            nap(left.map_or(BATCH_WINDOW, |left| left.min(BATCH_WINDOW)));
            let mut line = lock(&self.line);
            self.serve(&mut line, true);
            unlock(line);
            Pin::new(&mut place).poll(cx)
        });
        block_on(attempt, deadline).unwrap_or(Err(RefusalReason::Full))
    }

    /// Joins the line, and is served at once if there are places. Returns its ticket.
    fn join_line(&self, waker: Waker, eager: bool) -> Result<u64, RefusalReason> {
        let mut line = lock(&self.line);
        if self.is_closed() {
            return Err(RefusalReason::Closed);
        }
        let ticket = line.next_ticket;
        line.next_ticket += 1;
        line.waiting.push_back(Waiting { ticket, waker });
        // From here on newcomers leave the places to the line. Relaxed: an exchange that does not
        // see the flag fails.
        self.gate.word.fetch_or(WAITING, Ordering::Relaxed);
        self.serve(&mut line, eager);
        unlock(line);
        Ok(ticket)
    }

    /// Says in `attention` what is waited for, then looks whether it is there already.
    fn serve(&self, line: &mut Line, eager: bool) {
        line.eager |= eager;
        self.set_attention(line);
        self.gather_all(line);
        let wanted = if line.eager { 1 } else { self.batch() };
        if self.free(line) >= wanted {
            self.hand_out(line);
        }
    }

    /// Reserves free places for those in line.
    pub(super) fn hand_out(&self, line: &mut Line) {
        let places = usize::try_from(self.free(line)).unwrap_or(usize::MAX);
        let count = places.min(line.waiting.len());
        line.awake.extend(line.waiting.drain(..count));
        line.reserved += count as u64;
        self.set_attention(line);
        self.dissolve_if_empty(line);
    }

    /// Takes up the place that is reserved for one who is no longer in line.
    fn take_up(&self, line: &mut Line) -> Result<JobId, RefusalReason> {
        if self.is_closed() {
            return Err(RefusalReason::Closed);
        }
        line.reserved -= 1;
        let id = first(self.accept(line, 1));
        self.dissolve_if_empty(line);
        Ok(id)
    }

    fn dissolve_if_empty(&self, line: &mut Line) {
        if line.waiting.is_empty() && line.reserved == 0 {
            // Relaxed: under the lock; a newcomer needs nothing that the line has written.
            self.gate.word.fetch_and(!WAITING, Ordering::Relaxed);
        }
    }

    /// Says from which job on a worker is to look after the line, or after the end.
    pub(super) fn set_attention(&self, line: &mut Line) {
        line.eager &= !line.waiting.is_empty();
        let attention = if self.is_closed() || line.eager {
            0
        } else if line.waiting.is_empty() {
            NEVER
        } else {
            // With this job, about half of those that filled the queue are taken.
            let accepted = self.gate.word.load(Ordering::Relaxed) / JOB;
            (accepted + self.batch()).saturating_sub(self.capacity + 1)
        };
        // Relaxed: ordered by the fence, which pairs with the one in `take`.
        self.attention.store(attention, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    /// How many free places are worth a wake-up, while a submitter waits for a batch.
    fn batch(&self) -> u64 {
        (self.capacity / 2).max(1)
    }
}

impl Future for Acquire<'_> {
    type Output = Result<JobId, RefusalReason>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let admission = self.admission;
        let Some(ticket) = self.ticket else {
            return match admission.try_acquire(1) {
                Err(RefusalReason::Full) => {
                    self.ticket = Some(admission.join_line(cx.waker().clone(), self.eager)?);
                    Poll::Pending
                }
                done => Poll::Ready(done.map(first)),
            };
        };
        // Cloned before the lock, and the old one dropped after it: both are code of the user's.
        let mut waker = cx.waker().clone();
        let mut line = lock(&admission.line);
        if let Some(index) = line.position(ticket) {
            mem::swap(&mut line.waiting[index].waker, &mut waker);
            return Poll::Pending;
        }
        self.ticket = None;
        Poll::Ready(admission.take_up(&mut line))
    }
}

impl Drop for Acquire<'_> {
    /// The place that it may have goes to the next in line.
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        // Dropped after the lock: a waker's `Drop` is code of the user's.
        let _left;
        let mut line = lock(&self.admission.line);
        match line.position(ticket) {
            Some(index) => _left = line.waiting.remove(index),
            None if self.admission.is_closed() => {}
            None => line.reserved -= 1,
        }
        self.admission.hand_out(&mut line);
        unlock(line);
    }
}

impl Line {
    fn position(&self, ticket: u64) -> Option<usize> {
        self.waiting.binary_search_by_key(&ticket, |waiting| waiting.ticket).ok()
    }
}

/// Lets go of the lock; and only then wakes those who have a place or none to hope for, since a
/// waker is code of the user's, which may panic.
pub(super) fn unlock(mut line: MutexGuard<'_, Line>) {
    let awake = mem::take(&mut line.awake);
    drop(line);
    for Waiting { waker, .. } in awake {
        _ = contain(|| waker.wake());
    }
}
