//! Who may enter the queue: a bound on waiting jobs, and a fair line for those who wait.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use crate::{
    Wait,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        lock, thread,
    },
};

/// A counting semaphore for the places in a queue, for threads and tasks alike.
///
/// # States
///
/// One word holds the number of free places and two flags. With places free and nobody
/// waiting, taking one is a compare-and-swap and freeing one is an addition. Whoever finds
/// none joins a line, first come, first served. While the line is not empty, `WAITING` is
/// set: newcomers do not overtake it, and whoever frees a place hands it to the first in
/// line.
///
/// # Why no wake-up is lost
///
/// Setting `WAITING` and freeing a place are read-modify-write operations on one word, so
/// one comes first. If the place was freed first, whoever set `WAITING` sees it, and hands
/// it out under the lock. If `WAITING` was set first, whoever frees the place sees that, and
/// does the same.
#[derive(Debug)]
pub struct Admission {
    /// `free places * PLACE | WAITING | CLOSED`.
    state: AtomicUsize,
    capacity: usize,
    line: Mutex<Line>,
}

const CLOSED: usize = 1;
const WAITING: usize = 2;
const PLACE: usize = 4;

#[derive(Debug, Default)]
struct Line {
    next_ticket: u64,
    /// In order of their tickets. Places are given from the front.
    waiting: VecDeque<Waiting>,
    /// Set by `close`: tickets from this one on were not served and will not be.
    refused_from: Option<u64>,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    waker: Wakeup,
}

#[derive(Debug)]
enum Wakeup {
    Thread(thread::Thread),
    Task(Waker),
}

/// Why no place was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdmissionError {
    /// There is none, and the caller would not wait (any longer).
    Full,
    /// The pool takes no more jobs.
    Closed,
}

impl Admission {
    /// `capacity` free places, from 1 to [`Config::MAX_CAPACITY`](crate::Config::MAX_CAPACITY).
    pub fn new(capacity: usize) -> Self {
        Self { state: AtomicUsize::new(capacity * PLACE), capacity, line: Mutex::default() }
    }

    /// How many places there are, free or taken.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Whether [`close`](Self::close) has been called.
    pub fn is_closed(&self) -> bool {
        // Pairs with the `fetch_or` in `close`.
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Takes a place, waiting for it as told.
    ///
    /// Whoever takes a place owes a [`release`](Self::release).
    pub fn acquire(&self, wait: Wait) -> Result<(), AdmissionError> {
        match (self.try_acquire(), wait) {
            (Err(AdmissionError::Full), Wait::Until(deadline)) => self.wait_in_line(Some(deadline)),
            (Err(AdmissionError::Full), Wait::Forever) => self.wait_in_line(None),
            (done, _) => done,
        }
    }

    /// Takes a place; waits for it without blocking the thread, in the same line.
    pub fn acquire_async(&self) -> Acquire<'_> {
        Acquire { admission: self, ticket: None }
    }

    fn try_acquire(&self) -> Result<(), AdmissionError> {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if state & CLOSED != 0 {
                return Err(AdmissionError::Closed);
            }
            if state & WAITING != 0 || state < PLACE {
                return Err(AdmissionError::Full);
            }
            // Acquire pairs with the addition in `release`: whoever freed the place had
            // taken its job out of the queue, so there is room in the queue as well.
            match self.state.compare_exchange_weak(
                state,
                state - PLACE,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(now) => state = now,
            }
        }
    }

    /// Gives a place back, to the first in line if there is one.
    pub fn release(&self) {
        // Release pairs with the compare-and-swap in `try_acquire`; for `WAITING`, see
        // the type's documentation.
        if self.state.fetch_add(PLACE, Ordering::AcqRel) & WAITING != 0 {
            self.serve_line();
        }
    }

    /// Refuses everyone who waits and everyone who comes.
    pub fn close(&self) {
        let refused = {
            let mut line = lock(&self.line);
            if line.refused_from.is_some() {
                return;
            }
            let first = line.waiting.front().map_or(line.next_ticket, |first| first.ticket);
            line.refused_from = Some(first);
            // Pairs with the loads in `try_acquire` and `is_closed`.
            self.state.fetch_or(CLOSED, Ordering::AcqRel);
            self.state.fetch_and(!WAITING, Ordering::AcqRel);
            std::mem::take(&mut line.waiting)
        };
        for waiting in refused {
            waiting.waker.wake();
        }
    }

    /// Blocks the thread until its place is given, the pool closes or `deadline` passes.
    fn wait_in_line(&self, deadline: Option<Instant>) -> Result<(), AdmissionError> {
        let ticket = self.join_line(Wakeup::Thread(thread::current()))?;
        loop {
            if let Some(verdict) = lock(&self.line).verdict(ticket) {
                return verdict;
            }
            match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
                None => thread::park(),
                Some(Duration::ZERO) => return self.leave_line(ticket),
                Some(left) => thread::park_timeout(left),
            }
        }
    }

    /// Joins the line, and serves it: a place may have been freed since the caller looked.
    fn join_line(&self, waker: Wakeup) -> Result<u64, AdmissionError> {
        let ticket = {
            let mut line = lock(&self.line);
            if line.refused_from.is_some() {
                return Err(AdmissionError::Closed);
            }
            let ticket = line.next_ticket;
            line.next_ticket += 1;
            line.waiting.push_back(Waiting { ticket, waker });
            self.state.fetch_or(WAITING, Ordering::AcqRel);
            ticket
        };
        self.serve_line();
        Ok(ticket)
    }

    /// Gives up waiting; unless the verdict has fallen meanwhile, which then counts.
    fn leave_line(&self, ticket: u64) -> Result<(), AdmissionError> {
        let mut line = lock(&self.line);
        if let Some(verdict) = line.verdict(ticket) {
            return verdict;
        }
        line.waiting.retain(|waiting| waiting.ticket != ticket);
        if line.waiting.is_empty() {
            self.state.fetch_and(!WAITING, Ordering::AcqRel);
        }
        Err(AdmissionError::Full)
    }

    /// Hands free places to those in line, and wakes each outside the lock.
    fn serve_line(&self) {
        while let Some(served) = self.serve_first() {
            served.waker.wake();
        }
    }

    fn serve_first(&self) -> Option<Waiting> {
        let mut line = lock(&self.line);
        if line.waiting.is_empty() || self.state.load(Ordering::Acquire) < PLACE {
            return None;
        }
        // With `WAITING` set, only the holder of the line's lock takes places.
        self.state.fetch_sub(PLACE, Ordering::AcqRel);
        let served = line.waiting.pop_front();
        if line.waiting.is_empty() {
            self.state.fetch_and(!WAITING, Ordering::AcqRel);
        }
        served
    }
}

impl Line {
    /// What has become of a ticket: `None` while it waits.
    fn verdict(&self, ticket: u64) -> Option<Result<(), AdmissionError>> {
        if self.refused_from.is_some_and(|refused| ticket >= refused) {
            return Some(Err(AdmissionError::Closed));
        }
        // Served from the front, so whoever is no longer in line has been served.
        self.waiting.front().is_none_or(|first| ticket < first.ticket).then_some(Ok(()))
    }
}

impl Wakeup {
    fn wake(self) {
        match self {
            Self::Thread(thread) => thread.unpark(),
            Self::Task(waker) => waker.wake(),
        }
    }
}

/// The future of [`Admission::acquire_async`].
#[must_use = "futures do nothing unless awaited"]
#[derive(Debug)]
pub struct Acquire<'a> {
    admission: &'a Admission,
    /// Held while in line, or served and not yet told.
    ticket: Option<u64>,
}

impl Future for Acquire<'_> {
    type Output = Result<(), AdmissionError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let admission = self.admission;
        let ticket = match self.ticket {
            Some(ticket) => ticket,
            None => match admission.try_acquire() {
                Err(AdmissionError::Full) => {
                    match admission.join_line(Wakeup::Task(cx.waker().clone())) {
                        Ok(ticket) => *self.ticket.insert(ticket),
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                done => return Poll::Ready(done),
            },
        };
        let mut line = lock(&admission.line);
        if let Some(verdict) = line.verdict(ticket) {
            self.ticket = None;
            return Poll::Ready(verdict);
        }
        if let Ok(index) = line.waiting.binary_search_by_key(&ticket, |waiting| waiting.ticket) {
            line.waiting[index].waker = Wakeup::Task(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        // Served, but never told: the place goes to the next.
        if let Some(ticket) = self.ticket.take()
            && self.admission.leave_line(ticket).is_ok()
        {
            self.admission.release();
        }
    }
}
