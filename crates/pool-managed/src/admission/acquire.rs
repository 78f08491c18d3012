//! A place, awaited.

use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use pool::{JobId, sync::lock};

use super::{Admission, AdmissionError, first, line::Wakeup};

/// The future of [`Admission::acquire_async`].
#[must_use = "futures do nothing unless awaited"]
#[derive(Debug)]
pub(crate) struct Acquire<'a> {
    admission: &'a Admission,
    /// Held while in line, or while a place is reserved.
    ticket: Option<u64>,
}

impl<'a> Acquire<'a> {
    pub(super) fn new(admission: &'a Admission) -> Self {
        Self { admission, ticket: None }
    }
}

impl Future for Acquire<'_> {
    type Output = Result<JobId, AdmissionError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let admission = self.admission;
        let ticket = match self.ticket {
            Some(ticket) => ticket,
            None => match admission.try_acquire(1) {
                Err(AdmissionError::Full) => {
                    match admission.join_line(Wakeup::Task(cx.waker().clone()), true) {
                        Ok(ticket) => *self.ticket.insert(ticket),
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                done => return Poll::Ready(done.map(first)),
            },
        };
        // Cloned before the lock, and the old one dropped after it: both are code of the user's.
        let mut wakeup = Wakeup::Task(cx.waker().clone());
        let mut line = lock(&admission.line);
        if let Some(verdict) = admission.verdict(&mut line, ticket) {
            self.ticket = None;
            return Poll::Ready(verdict);
        }
        if let Some(index) = line.position(ticket) {
            mem::swap(&mut line.waiting[index].wakeup, &mut wakeup);
        }
        drop(line);
        Poll::Pending
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.admission.abandon(ticket);
        }
    }
}
