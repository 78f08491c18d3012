//! A place, awaited.

use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use super::{Admission, AdmissionError, line::Wakeup};
use crate::sync::lock;

/// The future of [`Admission::acquire_async`].
#[must_use = "futures do nothing unless awaited"]
#[derive(Debug)]
pub struct Acquire<'a> {
    admission: &'a Admission,
    /// Held while in line, or served and not yet told.
    ticket: Option<u64>,
}

impl<'a> Acquire<'a> {
    pub(super) fn new(admission: &'a Admission) -> Self {
        Self { admission, ticket: None }
    }
}

impl Future for Acquire<'_> {
    type Output = Result<(), AdmissionError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let admission = self.admission;
        let ticket = match self.ticket {
            Some(ticket) => ticket,
            None => match admission.try_acquire() {
                Err(AdmissionError::Full) => {
                    match admission.join_line(Wakeup::Task(cx.waker().clone()), 1) {
                        Ok(ticket) => *self.ticket.insert(ticket),
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                done => return Poll::Ready(done),
            },
        };
        // Cloned before the lock, and the old one dropped after it, as in `leave_line`.
        let mut waker = Wakeup::Task(cx.waker().clone());
        let mut line = lock(&admission.line);
        if let Some(verdict) = line.verdict(ticket) {
            self.ticket = None;
            return Poll::Ready(verdict);
        }
        if let Some(index) = line.position(ticket) {
            mem::swap(&mut line.waiting[index].waker, &mut waker);
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
