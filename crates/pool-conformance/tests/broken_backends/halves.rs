//! The two halves of a broken pool, and what can be wrong with each.

use std::{
    mem,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use pool::{
    CancellationToken, Completion, Config, Ended, JobError, JobErrorKind, JobId, JobOptions,
    JoinTimeout, Pool, RecvTimeoutError, Refusal, RefusalReason, Results, ShutdownReport, Stats,
    TryRecvError, Wait, WorkerId, implement::discard, sync::lock,
};
use pool_managed::{ManagedPool, ManagedResults};

use crate::{
    backend::{PutOff, Slot, Started},
    fault::{Fault, is},
    library::{ByHand, drop_unread},
};

type Inner<J> = ManagedPool<Slot<J>, ByHand>;

pub(crate) struct BrokenPool<J: Send + 'static> {
    /// `None` only while it is dropped.
    inner: Option<Inner<J>>,
    closed: Arc<AtomicBool>,
    started: Started<J>,
    /// The job that was accepted last.
    last: Mutex<Weak<Mutex<Option<J>>>>,
    config: Config,
    put_off: PutOff,
    /// Places that are never free again.
    lost: Arc<AtomicUsize>,
}

impl<J: Send + 'static> BrokenPool<J> {
    pub(crate) fn new(
        inner: Inner<J>,
        closed: Arc<AtomicBool>,
        started: Started<J>,
        config: Config,
        put_off: PutOff,
    ) -> Self {
        let (last, lost) = (Mutex::default(), Arc::default());
        Self { inner: Some(inner), closed, started, last, config, put_off, lost }
    }

    fn inner(&self) -> &Inner<J> {
        self.inner.as_ref().expect("it is not being dropped")
    }

    fn admit_inside(&self, job: J, options: JobOptions, wait: Wait) -> Submitted<J> {
        let slot = Slot::new(Mutex::new(Some(job)));
        let last = Arc::downgrade(&slot);
        let id = self.inner().admit(slot, options, wait).map_err(|refusal| {
            let job = lock(&refusal.job).take();
            Refusal::new(job.expect("it was not started"), refusal.reason)
        })?;
        *lock(&self.last) = last;
        Ok(id)
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

    fn has_lost_the_last_place(&self) -> bool {
        // Relaxed: the thread that loses a place submits next, or has another submit.
        let lost = self.lost.load(Ordering::Relaxed) as u64;
        lost > 0 && lost + self.inner().stats().queued >= self.config.queue_capacity() as u64
    }

    fn distort_token(&self, options: &mut JobOptions) {
        let Some(token) = &mut options.token else { return };
        if is(Fault::OneTokenCancelsAll) {
            let all = self.config.token().clone();
            mem::forget(token.on_cancel(move || all.cancel()));
        }
        if is(Fault::TokensHoldThePool) {
            let config = self.config.clone();
            mem::forget(token.on_cancel(move || drop(config)));
        }
        if is(Fault::CancelledJobsKeepTheirPlaces) {
            let lost = Arc::clone(&self.lost);
            mem::forget(token.on_cancel(move || _ = lost.fetch_add(1, Ordering::Relaxed)));
        }
        if is(Fault::CancellationsWaitForAWorker) {
            let (late, put_off) = (CancellationToken::new(), Arc::clone(&self.put_off));
            let cancelled = late.clone();
            mem::forget(token.on_cancel(move || lock(&put_off).push(cancelled)));
            *token = late;
        }
    }

    /// Waits for the token or the deadline of the job, not for room.
    fn admit_or_give_up(&self, job: J, options: JobOptions) -> Submitted<J> {
        let (token, deadline) = (options.token.clone(), options.start_by());
        let refusal = match self.admit_inside(job, options.clone(), Wait::Never) {
            Err(refusal) if refusal.reason == RefusalReason::Full => refusal,
            done => return done,
        };
        match (token, deadline) {
            (Some(token), _) => _ = token.wait_timeout(Duration::MAX),
            (None, Some(deadline)) => {
                thread::sleep(deadline.saturating_duration_since(Instant::now()));
            }
            (None, None) => return self.admit_inside(refusal.job, options, Wait::Forever),
        }
        Err(Refusal::new(refusal.job, RefusalReason::Closed))
    }

    /// Waits for room as if it were not one of its own workers.
    fn admit_elsewhere(&self, job: J, options: JobOptions, wait: Wait) -> Submitted<J> {
        thread::scope(|scope| {
            scope.spawn(|| self.admit_inside(job, options, wait)).join().expect("no panic")
        })
    }

    /// Tries again and again: a submitter that comes at the right moment gets in.
    fn admit_by_chance(&self, mut job: J, options: &JobOptions) -> Submitted<J> {
        loop {
            match self.admit_inside(job, options.clone(), Wait::Never) {
                Err(Refusal { job: refused, reason: RefusalReason::Full }) => job = refused,
                done => return done,
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for room, and does not notice that there will be none.
    fn admit_without_wakeup(&self, job: J, options: JobOptions) -> Submitted<J> {
        match self.admit_inside(job, options.clone(), Wait::Never) {
            Err(Refusal { job, reason: RefusalReason::Full }) => {
                let admitted = self.admit_inside(job, options, Wait::Forever);
                while admitted.is_err() {
                    thread::park();
                }
                admitted
            }
            done => done,
        }
    }

    fn distort_stats(mut stats: Stats) -> Stats {
        if is(Fault::CountsSuccessesEarly) {
            stats.succeeded += stats.running;
        }
        if is(Fault::CountsRunningJobsAsQueued) {
            stats.queued += stats.running;
        }
        if is(Fault::CountsPanicsAsFailures) {
            stats.failed += mem::take(&mut stats.panicked);
        }
        if is(Fault::OverstatesItsCapacity) {
            stats.queue_capacity += 1;
        }
        stats
    }

    fn distort_refusal(&self, refusal: Refusal<J>) -> Submitted<J> {
        let Refusal { job, reason } = refusal;
        if is(Fault::AcceptsWhenClosed) && reason == RefusalReason::Closed {
            discard(job);
            return Ok(JobId::new(u64::MAX));
        }
        if is(Fault::GivesBackAnotherJob)
            && let Some(last) = lock(&self.last).upgrade()
            && let Some(other) = lock(&last).take()
        {
            *lock(&last) = Some(job);
            return Err(Refusal::new(other, reason));
        }
        Err(Refusal::new(job, reason))
    }
}

type Submitted<J> = Result<JobId, Refusal<J>>;

impl<J: Send + 'static> Pool<J> for BrokenPool<J> {
    fn admit(&self, job: J, mut options: JobOptions, mut wait: Wait) -> Submitted<J> {
        Self::distort_submission(&mut options, &mut wait);
        self.distort_token(&mut options);
        while self.has_lost_the_last_place() {
            if wait == Wait::Never {
                return Err(Refusal::new(job, RefusalReason::Full));
            }
            thread::sleep(Duration::from_millis(1));
        }
        let is_worker = self.inner().is_worker();
        let submitted = if is_worker && is(Fault::BlocksOnANestedSubmit) {
            self.admit_elsewhere(job, options, wait)
        } else if is_worker && is(Fault::RefusesEveryNestedSubmit) {
            Err(Refusal::new(job, RefusalReason::WouldDeadlock))
        } else if wait == Wait::Forever && is(Fault::GivesUpOnLateSubmissions) {
            self.admit_or_give_up(job, options)
        } else if wait == Wait::Forever && is(Fault::ServesSubmittersInAnyOrder) {
            self.admit_by_chance(job, &options)
        } else if wait == Wait::Forever && is(Fault::ClosesWithoutWakingSubmitters) {
            self.admit_without_wakeup(job, options)
        } else {
            self.admit_inside(job, options, wait)
        };
        if is(Fault::LosesAPlace) && submitted.as_ref().is_ok_and(|id| id.get() == 15) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
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
            self.inner().stop().into_iter().for_each(discard);
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
        let undone = self.inner().stop().into_iter();
        let mut undone: Vec<_> =
            undone.filter_map(|(id, slot)| Some((id, lock(&slot).take()?))).collect();
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
        // Acquire as in `ends_early`.
        if is(Fault::JoinDoesNotWait) && self.closed.load(Ordering::Acquire) {
            return Ok(ShutdownReport::new(self.stats(), Duration::ZERO));
        }
        let timeout = timeout.filter(|_| !is(Fault::JoinNeverTimesOut));
        match self.inner().join(timeout) {
            Ok(report) => {
                Ok(ShutdownReport::new(Self::distort_stats(report.stats), report.elapsed))
            }
            Err(mut late) => {
                if is(Fault::JoinNamesNobody) {
                    late.busy.clear();
                }
                Err(late)
            }
        }
    }

    fn stats(&self) -> Stats {
        Self::distort_stats(self.inner().stats())
    }

    fn is_worker(&self) -> bool {
        if is(Fault::TakesNoThreadForAWorker) {
            return false;
        }
        is(Fault::TakesEveryThreadForAWorker) || self.inner().is_worker()
    }

    fn detach(&self) {
        if !is(Fault::IgnoresThatItIsGivenUp) {
            self.inner().detach();
        }
    }
}

impl<J: Send + 'static> Drop for BrokenPool<J> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if is(Fault::DropStops) {
            inner.stop().into_iter().for_each(discard);
        }
        let waits = thread::panicking() && is(Fault::DropWhileUnwindingWaits)
            || inner.is_worker() && is(Fault::DropInsideAWorkerWaits);
        if waits {
            inner.close();
            // From elsewhere, a worker can wait for itself.
            thread::scope(|scope| _ = scope.spawn(|| inner.join(None)).join());
        }
        if is(Fault::DropDoesNotJoin) {
            thread::spawn(|| {
                // Or the workers might be done by the time somebody looks.
                thread::sleep(Duration::from_millis(100));
                drop(inner);
            });
        }
    }
}

pub(crate) struct BrokenResults<T: Send + 'static, E: Send + 'static> {
    /// `None` only while it is dropped.
    inner: Option<ManagedResults<T, E, ByHand>>,
    closed: Arc<AtomicBool>,
}

impl<T: Send + 'static, E: Send + 'static> BrokenResults<T, E> {
    pub(crate) fn new(inner: ManagedResults<T, E, ByHand>, closed: Arc<AtomicBool>) -> Self {
        Self { inner: Some(inner), closed }
    }

    fn inner(&mut self) -> &mut ManagedResults<T, E, ByHand> {
        self.inner.as_mut().expect("it is not being dropped")
    }

    /// Whether it ends with the closing of the pool.
    fn ends_early(&self) -> bool {
        // Acquire pairs with the store in `close`.
        is(Fault::ResultsEndEarly) && self.closed.load(Ordering::Acquire)
    }

    /// Whether nothing is left, and nothing will come.
    fn has_ended(&mut self) -> bool {
        match self.inner().try_recv() {
            Ok(completion) => {
                self.inner().put_back(completion);
                false
            }
            Err(error) => error == TryRecvError::Ended,
        }
    }

    fn distort(mut completion: Completion<T, E>) -> Completion<T, E> {
        if is(Fault::NamesTheWrongWorker) {
            completion.worker = completion.worker.map(|worker| WorkerId::new(worker.get() + 1));
        }
        if is(Fault::RepeatsIds) {
            completion.job = half(completion.job);
        }
        if is(Fault::LosesPanicMessages)
            && let Err(JobError { kind: JobErrorKind::Panicked(message), .. }) =
                &mut completion.result
        {
            *message = "".into();
        }
        completion
    }
}

impl<T: Send + 'static, E: Send + 'static> Results<T, E> for BrokenResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        if self.ends_early() {
            return self.try_recv().map_err(|_| Ended);
        }
        self.inner().recv().map(Self::distort)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        if is(Fault::TryRecvSeesNothing) && !self.has_ended() {
            return Err(TryRecvError::Empty);
        }
        self.inner()
            .try_recv()
            .map(Self::distort)
            .map_err(|error| if self.ends_early() { TryRecvError::Ended } else { error })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        if self.ends_early() {
            return self.try_recv().map_err(|_| RecvTimeoutError::Ended);
        }
        let timeout = if is(Fault::TimedReceiveDoesNotWait) { Duration::ZERO } else { timeout };
        self.inner().recv_timeout(timeout).map(Self::distort)
    }

    fn put_back(&mut self, completion: Completion<T, E>) {
        if is(Fault::LosesWhatIsPutBack) {
            discard(completion);
        } else {
            self.inner().put_back(completion);
        }
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
        if is(Fault::BatchTellsTheEndTooEarly) && self.has_ended() {
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

impl<T: Send + 'static, E: Send + 'static> Iterator for BrokenResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T: Send + 'static, E: Send + 'static> Drop for BrokenResults<T, E> {
    fn drop(&mut self) {
        if is(Fault::UnreadResultsOutliveTheirReader) {
            drop_unread(self.inner.take());
        }
    }
}

/// The same for every two.
fn half(id: JobId) -> JobId {
    JobId::new(id.get() / 2)
}
