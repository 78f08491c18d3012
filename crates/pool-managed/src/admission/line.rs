//! Those who wait for a place, and how they are served.

use std::{
    collections::VecDeque,
    task::Waker,
    time::{Duration, Instant},
};

use pool::{
    JobId,
    implement::contain,
    sync::{
        atomic::{Ordering, fence},
        lock, nap, thread,
    },
};

use super::{Admission, AdmissionError, JOB, NEVER, WAITING, first};

/// For this long, a blocked thread is woken only once half of the queue is free.
pub(super) const BATCH_WINDOW: Duration = Duration::from_micros(50);

#[derive(Debug, Default)]
pub(super) struct Line {
    next_ticket: u64,
    /// In order of their tickets. Places are reserved from the front.
    pub(super) waiting: VecDeque<Waiting>,
    /// Tickets that have a place, and have not taken it up.
    pub(super) reserved: Vec<u64>,
    /// Whether somebody in line wants the first place that is free, not half of them.
    pub(super) eager: bool,
    /// Set by `close`: everyone in line is refused.
    pub(super) closed: bool,
    /// What each worker had taken when the limit was last raised.
    pub(super) gathered: Box<[u64]>,
}

#[derive(Debug)]
pub(super) struct Waiting {
    ticket: u64,
    pub(super) wakeup: Wakeup,
}

#[derive(Debug)]
pub(super) enum Wakeup {
    Thread(thread::Thread),
    Task(Waker),
}

impl Admission {
    /// Blocks the thread until it has a place, the pool closes or `deadline` passes.
    pub(super) fn wait_in_line(&self, deadline: Option<Instant>) -> Result<JobId, AdmissionError> {
        let ticket = self.join_line(Wakeup::Thread(thread::current()), false)?;
        let mut batch = true;
        loop {
            if let Some(verdict) = self.verdict(&mut lock(&self.line), ticket) {
                return verdict;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match left {
                Some(Duration::ZERO) => return self.leave_line(ticket),
                left if batch => {
                    nap(left.map_or(BATCH_WINDOW, |left| left.min(BATCH_WINDOW)));
                    batch = false;
                    let served = self.serve(&mut lock(&self.line), true);
                    Wakeup::wake_all(served);
                }
                None => thread::park(),
                Some(left) => thread::park_timeout(left),
            }
        }
    }

    /// Joins the line, and is served at once if there are places.
    pub(super) fn join_line(&self, wakeup: Wakeup, eager: bool) -> Result<u64, AdmissionError> {
        let (ticket, served) = {
            let mut line = lock(&self.line);
            if line.closed {
                return Err(AdmissionError::Closed);
            }
            let ticket = line.next_ticket;
            line.next_ticket += 1;
            line.waiting.push_back(Waiting { ticket, wakeup });
            // From here on newcomers leave the places to the line. Relaxed: an exchange that
            // does not see the flag fails.
            self.gate.word.fetch_or(WAITING, Ordering::Relaxed);
            (ticket, self.serve(&mut line, eager))
        };
        Wakeup::wake_all(served);
        Ok(ticket)
    }

    /// Says in `attention` what is waited for, then looks whether it is there already.
    fn serve(&self, line: &mut Line, eager: bool) -> Vec<Wakeup> {
        line.eager |= eager;
        self.set_attention(line);
        self.gather_all(line);
        let wanted = if line.eager { 1 } else { self.batch() };
        if self.free(line) >= wanted { self.hand_out(line) } else { Vec::new() }
    }

    /// Reserves free places for those in line. Returns which to wake, with the lock let go.
    pub(super) fn hand_out(&self, line: &mut Line) -> Vec<Wakeup> {
        let places = usize::try_from(self.free(line)).unwrap_or(usize::MAX);
        let count = places.min(line.waiting.len());
        let served: Vec<_> = line.waiting.drain(..count).collect();
        line.reserved.extend(served.iter().map(|waiting| waiting.ticket));
        if count > 0 {
            self.set_attention(line);
        }
        served.into_iter().map(|waiting| waiting.wakeup).collect()
    }

    /// What has become of a ticket: `None` while it waits. Takes up the place that it has.
    pub(super) fn verdict(
        &self,
        line: &mut Line,
        ticket: u64,
    ) -> Option<Result<JobId, AdmissionError>> {
        if line.closed {
            return Some(Err(AdmissionError::Closed));
        }
        let index = line.reserved.iter().position(|reserved| *reserved == ticket)?;
        line.reserved.swap_remove(index);
        let id = first(self.accept(line, 1));
        self.dissolve_if_empty(line);
        Some(Ok(id))
    }

    /// Gives up waiting; but a ticket that has a place by now takes it up.
    fn leave_line(&self, ticket: u64) -> Result<JobId, AdmissionError> {
        // Dropped after the lock: a waker's `Drop` is code of the user's.
        let _left;
        let mut line = lock(&self.line);
        if let Some(verdict) = self.verdict(&mut line, ticket) {
            return verdict;
        }
        _left = self.remove(&mut line, ticket);
        Err(AdmissionError::Full)
    }

    /// Gives up a ticket, and the place that it may have: that goes to the next in line.
    pub(super) fn abandon(&self, ticket: u64) {
        let _left;
        let served = {
            let mut line = lock(&self.line);
            if let Some(index) = line.reserved.iter().position(|reserved| *reserved == ticket) {
                line.reserved.swap_remove(index);
            }
            _left = self.remove(&mut line, ticket);
            self.hand_out(&mut line)
        };
        Wakeup::wake_all(served);
    }

    fn remove(&self, line: &mut Line, ticket: u64) -> Option<Waiting> {
        let left = line.position(ticket).and_then(|index| line.waiting.remove(index));
        self.set_attention(line);
        self.dissolve_if_empty(line);
        left
    }

    fn dissolve_if_empty(&self, line: &mut Line) {
        if line.waiting.is_empty() && line.reserved.is_empty() {
            // Relaxed: under the lock; a newcomer needs nothing that the line has written.
            self.gate.word.fetch_and(!WAITING, Ordering::Relaxed);
        }
    }

    /// Says from which job on a worker is to look after the line, or after the end.
    pub(super) fn set_attention(&self, line: &mut Line) {
        line.eager &= !line.waiting.is_empty();
        let attention = if line.closed || line.eager {
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

impl Line {
    pub(super) fn new(workers: usize) -> Self {
        Self { gathered: vec![0; workers].into(), ..Self::default() }
    }

    pub(super) fn position(&self, ticket: u64) -> Option<usize> {
        self.waiting.binary_search_by_key(&ticket, |waiting| waiting.ticket).ok()
    }
}

impl Wakeup {
    /// Wakes each; with no lock held, since a waker is code of the user's, which may panic.
    pub(super) fn wake_all(wakeups: Vec<Self>) {
        for wakeup in wakeups {
            match wakeup {
                Self::Thread(thread) => thread.unpark(),
                Self::Task(waker) => _ = contain(|| waker.wake()),
            }
        }
    }
}
