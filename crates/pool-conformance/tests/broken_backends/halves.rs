//! The two halves of a broken pool, and what can be wrong with each.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use pool::{
    Completion, Ended, JobId, JobOptions, JoinTimeout, Pool, RecvTimeoutError, Refusal,
    RefusalReason, Results, ShutdownReport, Stats, TryRecvError, Wait,
    machinery::{Core, JobReceiver, QueuePool, discard},
    sync::lock,
};

use crate::{
    backend::{BrokenIntake, Jobs, Started, Waiting, half},
    fault::{Fault, is},
    queue::Receiver,
};

type Inner<J> = QueuePool<J, Jobs<J>, Waiting<J>>;

pub(crate) struct BrokenPool<J: Send + 'static> {
    /// `None` only while it is dropped.
    pub(crate) inner: Option<Inner<J>>,
    pub(crate) core: Arc<Core>,
    pub(crate) intake: Arc<BrokenIntake<J>>,
    pub(crate) closed: Arc<AtomicBool>,
    pub(crate) started: Started<J>,
    /// Kept by one whose results never end.
    pub(crate) _outlet: Option<Arc<dyn Any + Send + Sync>>,
}

impl<J: Send + 'static> BrokenPool<J> {
    fn inner(&self) -> &Inner<J> {
        self.inner.as_ref().expect("it is not being dropped")
    }

    fn take_from_queue(&self) -> Option<(JobId, J)> {
        let claimed = self.intake.receiver().try_recv()?.claim()?;
        Some((claimed.id, claimed.job))
    }

    fn distort_submission(options: &mut JobOptions, wait: &mut Wait) {
        if is(Fault::IgnoresDeadlines) {
            let token = options.token.take();
            *options = JobOptions::new();
            options.token = token;
        }
        if is(Fault::IgnoresJobTokens) {
            options.token = None;
        }
        match wait {
            Wait::Never if is(Fault::TrySubmitWaits) => *wait = Wait::Forever,
            Wait::Until(_) if is(Fault::SubmitNeverTimesOut) => *wait = Wait::Forever,
            _ => {}
        }
    }

    /// Waits for room as if it were not one of its own workers.
    fn admit_elsewhere(&self, job: J, options: JobOptions, wait: Wait) -> Submitted<J> {
        thread::scope(|scope| {
            scope.spawn(|| self.inner().admit(job, options, wait)).join().expect("no panic")
        })
    }

    /// Tries again and again: whoever comes at the right moment gets in.
    fn admit_by_chance(&self, mut job: J, options: &JobOptions) -> Submitted<J> {
        loop {
            match self.inner().admit(job, options.clone(), Wait::Never) {
                Err(Refusal { job: refused, reason: RefusalReason::Full }) => job = refused,
                done => return done,
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for room, and does not notice that there will be none.
    fn admit_without_wakeup(&self, job: J, options: JobOptions) -> Submitted<J> {
        match self.inner().admit(job, options.clone(), Wait::Never) {
            Err(Refusal { job, reason: RefusalReason::Full }) => {
                let admitted = self.inner().admit(job, options, Wait::Forever);
                while admitted.is_err() {
                    thread::park();
                }
                admitted
            }
            done => done,
        }
    }

    fn distort_refusal(&self, refusal: Refusal<J>) -> Submitted<J> {
        let Refusal { job, reason } = refusal;
        if is(Fault::AcceptsWhenClosed) && reason == RefusalReason::Closed {
            discard(job);
            return Ok(JobId::new(u64::MAX));
        }
        if is(Fault::GivesBackAnotherJob)
            && let Some((_, other)) = self.take_from_queue()
        {
            discard(job);
            return Err(Refusal::new(other, reason));
        }
        Err(Refusal::new(job, reason))
    }
}

type Submitted<J> = Result<JobId, Refusal<J>>;

impl<J: Send + 'static> Pool<J> for BrokenPool<J> {
    fn admit(&self, job: J, mut options: JobOptions, mut wait: Wait) -> Submitted<J> {
        Self::distort_submission(&mut options, &mut wait);
        let is_worker = self.core.id().is_current();
        let submitted = if is_worker && is(Fault::BlocksOnANestedSubmit) {
            self.admit_elsewhere(job, options, wait)
        } else if is_worker && is(Fault::RefusesEveryNestedSubmit) {
            Err(Refusal::new(job, RefusalReason::WouldDeadlock))
        } else if wait == Wait::Forever && is(Fault::ServesSubmittersInAnyOrder) {
            self.admit_by_chance(job, &options)
        } else if wait == Wait::Forever && is(Fault::ClosesWithoutWakingSubmitters) {
            self.admit_without_wakeup(job, options)
        } else {
            self.inner().admit(job, options, wait)
        };
        match submitted {
            Ok(id) if is(Fault::RepeatsIds) => Ok(half(id)),
            Ok(id) => Ok(id),
            Err(refusal) => self.distort_refusal(refusal),
        }
    }

    fn close(&self) {
        // Release pairs with the load in `ends_early`.
        self.closed.store(true, Ordering::Release);
        self.inner().close();
        if is(Fault::CloseDropsQueuedJobs) {
            while let Some((_, job)) = self.take_from_queue() {
                discard(job);
            }
        }
        if is(Fault::CloseWaits) {
            _ = self.inner().join(None);
        }
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        if is(Fault::IgnoresStop) {
            self.inner().close();
            return Vec::new();
        }
        let mut undone = self.inner().stop();
        if is(Fault::StopWaits) {
            _ = self.inner().join(None);
        }
        if is(Fault::StopLosesAJob) {
            undone.pop();
        }
        if is(Fault::StopReverses) {
            undone.reverse();
        }
        if is(Fault::StopHandsBackAStartedJob) {
            undone.splice(0..0, lock(&self.started).take());
        }
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let is_closed = self.core.admission().is_closed();
        if is(Fault::JoinDoesNotWait) && is_closed {
            return Ok(ShutdownReport::new(self.stats(), Duration::ZERO));
        }
        let timeout = timeout.filter(|_| !is(Fault::JoinNeverTimesOut));
        self.inner().join(timeout).map_err(|mut late| {
            if is(Fault::JoinNamesNobody) {
                late.busy.clear();
            }
            late
        })
    }

    fn stats(&self) -> Stats {
        let mut stats = self.inner().stats();
        if is(Fault::CountsSuccessesEarly) {
            stats.succeeded += stats.running;
        }
        stats
    }
}

impl<J: Send + 'static> Drop for BrokenPool<J> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if is(Fault::DropStops) {
            for (_, job) in inner.stop() {
                discard(job);
            }
        }
        let waits = thread::panicking() && is(Fault::DropWhileUnwindingWaits)
            || self.core.id().is_current() && is(Fault::DropInsideAWorkerWaits);
        if waits {
            inner.close();
            // From elsewhere, a worker can wait for itself.
            thread::scope(|scope| _ = scope.spawn(|| self.core.join(None)).join());
        }
        if is(Fault::DropDoesNotJoin) {
            thread::spawn(|| drop(inner));
        }
    }
}

pub(crate) struct BrokenResults<T, E> {
    pub(crate) completions: Receiver<Completion<T, E>>,
    pub(crate) closed: Arc<AtomicBool>,
}

impl<T, E> BrokenResults<T, E> {
    /// What is left to wait: nothing, for one that ends with the pool's closing.
    fn ends_early(&self) -> bool {
        // Acquire pairs with the store in `close`.
        is(Fault::ResultsEndEarly) && self.closed.load(Ordering::Acquire)
    }

    fn receive(&self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        if self.ends_early() {
            return self.completions.recv_timeout(Duration::ZERO).or(Err(RecvTimeoutError::Ended));
        }
        self.completions.recv_timeout(timeout)
    }
}

impl<T: Send, E: Send> Results<T, E> for BrokenResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.receive(Duration::MAX).map_err(|_| Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.receive(Duration::ZERO).map_err(|error| match error {
            RecvTimeoutError::TimedOut => TryRecvError::Empty,
            RecvTimeoutError::Ended => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.receive(timeout)
    }

    fn recv_batch(
        &mut self,
        batch: &mut Vec<Completion<T, E>>,
        max: usize,
        linger: Duration,
    ) -> Result<usize, Ended> {
        if is(Fault::BatchReplacesWhatTheVectorHolds) {
            batch.clear();
        }
        let (begin, held) = (Instant::now(), batch.len());
        let (asked, lingering) = match max {
            0 if is(Fault::BatchOfNoneWaits) => (1, linger),
            1.. if is(Fault::BatchLosesWhatIsTooMuch) => (max.saturating_add(1), linger),
            1.. if is(Fault::BatchWaitsUntilItIsFull) => (max, Duration::MAX),
            _ => (max, linger),
        };
        let received = OneByOne(self).recv_batch(batch, asked, lingering)?.min(max);
        batch.truncate(held.saturating_add(max));
        if is(Fault::BatchTellsTheEndTooEarly) && self.completions.has_ended() {
            return Err(Ended);
        }
        if is(Fault::BatchLingersWhenFull) && received == max {
            thread::sleep(linger.saturating_sub(begin.elapsed()));
        }
        Ok(received)
    }
}

/// The results half as it would be with the provided `recv_batch`.
struct OneByOne<'a, R>(&'a mut R);

impl<T, E, R: Results<T, E>> Results<T, E> for OneByOne<'_, R> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.0.recv()
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        match self.0.try_recv() {
            Err(TryRecvError::Ended) if is(Fault::BatchLingersPastTheEnd) => {
                Err(TryRecvError::Empty)
            }
            received => received,
        }
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.0.recv_timeout(timeout)
    }
}

impl<R: Iterator> Iterator for OneByOne<'_, R> {
    type Item = R::Item;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl<T: Send, E: Send> Iterator for BrokenResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}
