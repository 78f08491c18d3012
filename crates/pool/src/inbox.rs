//! What a convenience receives, for itself and for others.

use std::{collections::BTreeMap, time::Duration};

use crate::{Completion, JobId, Pool, Results, SubmitTimeoutError, sync::thread};

/// How long to wait for room before looking for completions, or the other way round.
pub(crate) const LOOK: Duration = Duration::from_millis(1);

/// A results half, and what was received from it. Dropping it puts back what is left.
#[derive(Debug)]
pub(crate) struct Inbox<'a, R, T, E>
where
    R: Results<T, E> + ?Sized,
{
    pub(crate) results: &'a mut R,
    /// By the order of receipt.
    received: BTreeMap<Receipt, Completion<T, E>>,
    next: Receipt,
}

/// Numbers completions in the order in which they were received.
pub(crate) type Receipt = u64;

impl<'a, R, T, E> Inbox<'a, R, T, E>
where
    R: Results<T, E> + ?Sized,
{
    pub(crate) fn new(results: &'a mut R) -> Self {
        Self { results, received: BTreeMap::new(), next: 0 }
    }

    /// The number of a completion that has just been received.
    pub(crate) fn number(&mut self) -> Receipt {
        self.next += 1;
        self.next
    }

    /// Keeps a completion, to be taken out or put back.
    pub(crate) fn keep(&mut self, receipt: Receipt, completion: Completion<T, E>) {
        self.received.insert(receipt, completion);
    }

    /// Takes out a completion.
    pub(crate) fn take(&mut self, receipt: Receipt) -> Option<Completion<T, E>> {
        self.received.remove(&receipt)
    }

    /// Submits a job to a queue that is full of the jobs of others, and keeps what comes
    /// meanwhile: with bounded results, workers may be waiting for this reader.
    ///
    /// # Errors
    ///
    /// As [`submit_timeout`](Pool::submit_timeout); the timeout only while this thread panics.
    pub(crate) fn submit<J>(
        &mut self,
        pool: &(impl Pool<J> + ?Sized),
        mut job: J,
    ) -> Result<JobId, SubmitTimeoutError<J>> {
        loop {
            match pool.submit_timeout(job, LOOK) {
                Err(SubmitTimeoutError::TimedOut(refused)) if !thread::panicking() => {
                    job = refused;
                }
                done => return done,
            }
            while let Ok(completion) = self.results.try_recv() {
                let receipt = self.number();
                self.keep(receipt, completion);
            }
        }
    }
}

impl<R, T, E> Drop for Inbox<'_, R, T, E>
where
    R: Results<T, E> + ?Sized,
{
    fn drop(&mut self) {
        while let Some((_, completion)) = self.received.pop_last() {
            self.results.put_back(completion);
        }
    }
}
