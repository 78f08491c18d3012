//! Those who wait for a place, and how they are served.

use std::{
    collections::VecDeque,
    task::Waker,
    time::{Duration, Instant},
};

use super::{Admission, AdmissionError, NOBODY, PLACE, WAITING};
use crate::sync::{
    atomic::{Ordering, fence},
    lock, nap, thread,
};

/// How long a submitter waits for half the places before it wants the first.
const PATIENCE: Duration = Duration::from_micros(50);

#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) next_ticket: u64,
    /// In order of their tickets. Places are given from the front.
    pub(super) waiting: VecDeque<Waiting>,
    /// Set by `close`: tickets from this one on were not served and will not be.
    pub(super) refused_from: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) ticket: u64,
    pub(super) waker: Wakeup,
}

#[derive(Debug)]
pub(super) enum Wakeup {
    Thread(thread::Thread),
    Task(Waker),
}

impl Admission {
    /// Blocks the thread until its place is given, the pool closes or `deadline` passes.
    pub(super) fn wait_in_line(&self, deadline: Option<Instant>) -> Result<(), AdmissionError> {
        let waker = Wakeup::Thread(thread::current());
        let ticket = self.join_line(waker, (self.capacity / 2).max(1))?;
        let mut patient = true;
        loop {
            {
                let line = lock(&self.line);
                if let Some(verdict) = line.verdict(ticket) {
                    return verdict;
                }
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match left {
                Some(Duration::ZERO) => return self.leave_line(ticket),
                left if patient => {
                    nap(left.map_or(PATIENCE, |left| left.min(PATIENCE)));
                    patient = false;
                    self.serve_when(&lock(&self.line), 1);
                    self.serve_if_due();
                }
                None => thread::park(),
                Some(left) => thread::park_timeout(left),
            }
        }
    }

    /// Joins the line, which is to be served when `places` are free; now, if they are.
    pub(super) fn join_line(&self, waker: Wakeup, places: usize) -> Result<u64, AdmissionError> {
        let ticket = {
            let mut line = lock(&self.line);
            if line.refused_from.is_some() {
                return Err(AdmissionError::Closed);
            }
            let ticket = line.next_ticket;
            line.next_ticket += 1;
            // Whoever is in line already may have lost patience.
            let places = if line.waiting.is_empty() { places } else { 1 };
            line.waiting.push_back(Waiting { ticket, waker });
            self.serve_when(&line, places);
            ticket
        };
        self.serve_if_due();
        Ok(ticket)
    }

    /// Gives up waiting; unless the verdict has fallen meanwhile, which then counts.
    pub(super) fn leave_line(&self, ticket: u64) -> Result<(), AdmissionError> {
        // Dropped after the lock: what a waker does in its `Drop` is not ours to know.
        let _left;
        let mut line = lock(&self.line);
        if let Some(verdict) = line.verdict(ticket) {
            return verdict;
        }
        _left = line.position(ticket).and_then(|index| line.waiting.remove(index));
        self.serve_when(&line, 1);
        Err(AdmissionError::Full)
    }

    /// Notes when to serve the line: when `places` are free, or if it is empty, never. To be
    /// called by the holder of its lock, who then adds up how many are, if that may be enough.
    pub(super) fn serve_when(&self, line: &Line, places: usize) {
        // Relaxed: what goes with the flag is read under the lock.
        let serve_at = if line.waiting.is_empty() {
            self.pot.fetch_and(!WAITING, Ordering::Relaxed);
            NOBODY
        } else {
            // From here on newcomers leave the pot alone: what is in it is for the line.
            let in_pot = self.pot.fetch_or(WAITING, Ordering::Relaxed) / PLACE;
            let taken = self.potted.load(Ordering::Relaxed) - in_pot as u64;
            (taken + places as u64).saturating_sub(self.capacity as u64)
        };
        self.serve_at.store(serve_at, Ordering::Relaxed);
        // Between this and the adding up: see "Why no wake-up is lost" at `Admission`.
        fence(Ordering::SeqCst);
    }

    /// Hands free places to those in line, and wakes each outside the lock.
    pub(super) fn serve_line(&self) {
        while let Some(served) = self.serve_first() {
            served.waker.wake();
        }
    }

    fn serve_first(&self) -> Option<Waiting> {
        let mut line = lock(&self.line);
        if line.waiting.is_empty() {
            return None;
        }
        // Relaxed: with `WAITING` set, only the holder of the line's lock changes the places.
        if self.pot.load(Ordering::Relaxed) < PLACE && self.gather() == 0 {
            return None;
        }
        // Acquire as in `try_acquire`.
        self.pot.fetch_sub(PLACE, Ordering::Acquire);
        let served = line.waiting.pop_front();
        self.serve_when(&line, 1);
        served
    }
}

impl Line {
    /// What has become of a ticket: `None` while it waits.
    pub(super) fn verdict(&self, ticket: u64) -> Option<Result<(), AdmissionError>> {
        if self.refused_from.is_some_and(|refused| ticket >= refused) {
            return Some(Err(AdmissionError::Closed));
        }
        // Served from the front, so whoever is no longer in line has been served.
        self.waiting.front().is_none_or(|first| ticket < first.ticket).then_some(Ok(()))
    }

    pub(super) fn position(&self, ticket: u64) -> Option<usize> {
        self.waiting.binary_search_by_key(&ticket, |waiting| waiting.ticket).ok()
    }
}

impl Wakeup {
    pub(super) fn wake(self) {
        match self {
            Self::Thread(thread) => thread.unpark(),
            Self::Task(waker) => waker.wake(),
        }
    }
}
