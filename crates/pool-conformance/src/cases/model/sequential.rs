//! The model: a pool as one thread would write it, with a list of jobs and no clock.

use std::{collections::VecDeque, mem};

use pool::{JobErrorKind, JobId, RefusalReason, Stats, Wait};

use super::schedule::{How, Options, TOKENS};

/// A pool at rest.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// Everything but `queued` and `running`, which are the lengths of the lists.
    counts: Stats,
    /// Those that are cancelled stand here until a worker comes past them.
    queue: VecDeque<Job>,
    /// Oldest first.
    running: Vec<Job>,
    /// A submission that waits for room: only while the queue is full, and one at most,
    /// because which of two came first is not to be seen from outside.
    waiting: Option<Order>,
    closed: bool,
    /// By its token, or by a stop.
    cancelled: bool,
    cancelled_tokens: [bool; TOKENS],
    /// What this step has ended.
    ending: Vec<Ending>,
    /// What is to be received: a list for each step, in any order within the step.
    ended: VecDeque<Vec<Ending>>,
    /// Then nothing tells when a completion has been delivered, so steps may mix.
    dropped: bool,
    /// The tags of all that were ever started, in that order.
    started: Vec<usize>,
}

/// What is submitted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// The driver's name for it.
    pub(super) tag: usize,
    pub(super) options: Options,
}

/// An order that was accepted.
#[derive(Clone, Copy, Debug)]
struct Job {
    id: JobId,
    order: Order,
    /// Then it has completed.
    cancelled: bool,
}

/// What becomes of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted(JobId),
    Refused(RefusalReason),
    Waits,
}

/// A completion, apart from which worker it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) job: JobId,
    /// Whether it names a worker.
    pub(super) ran: bool,
    pub(super) result: Result<Report, JobErrorKind<Report>>,
}

/// What a handler returns: what it has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) tag: usize,
    pub(super) id: JobId,
    pub(super) cancelled: bool,
}

impl Model {
    pub(super) fn new(workers: usize, queue_capacity: usize) -> Self {
        let mut model = Self::default();
        model.counts.workers = workers;
        model.counts.queue_capacity = queue_capacity;
        model
    }

    /// Whether there is room only if a cancelled job has given up its place before a worker came
    /// past it. It may or may not have.
    pub(super) fn may_be_full(&self) -> bool {
        let capacity = self.counts.queue_capacity;
        self.live() < capacity && self.queue.len() >= capacity
    }

    /// How many jobs wait for a worker.
    fn live(&self) -> usize {
        self.queue.iter().filter(|job| !job.cancelled).count()
    }

    pub(super) fn submit(&mut self, order: Order, wait: Wait) -> Answer {
        if self.closed {
            return Answer::Refused(RefusalReason::Closed);
        }
        if self.queue.len() < self.counts.queue_capacity {
            return Answer::Accepted(self.accept(order));
        }
        match wait {
            Wait::Never => Answer::Refused(RefusalReason::Full),
            Wait::Until(_) => Answer::Refused(RefusalReason::TimedOut),
            Wait::Forever => {
                self.waiting = Some(order);
                Answer::Waits
            }
        }
    }

    fn accept(&mut self, order: Order) -> JobId {
        let id = JobId::new(self.counts.submitted);
        self.counts.submitted += 1;
        let cancelled = order.options.token.is_some_and(|token| self.cancelled_tokens[token]);
        self.queue.push_back(Job { id, order, cancelled: false });
        if cancelled {
            self.cancel(|job| job.id == id);
        }
        id
    }

    /// The end of a step: lets workers take jobs, and a waiting submission enter, until there
    /// is nothing to take. Says what became of the submission, if anything did.
    pub(super) fn rest(&mut self) -> Option<Answer> {
        let mut answer = None;
        loop {
            if self.running.len() < self.counts.workers
                && let Some(job) = self.queue.pop_front()
            {
                self.start(job);
            } else if self.closed
                && let Some(_order) = self.waiting.take()
            {
                answer = Some(Answer::Refused(RefusalReason::Closed));
            } else if self.queue.len() < self.counts.queue_capacity
                && let Some(order) = self.waiting.take()
            {
                answer = Some(Answer::Accepted(self.accept(order)));
            } else {
                break;
            }
        }
        match self.ended.back_mut() {
            _ if self.ending.is_empty() => {}
            Some(last) if self.dropped => last.append(&mut self.ending),
            _ => self.ended.push_back(mem::take(&mut self.ending)),
        }
        answer
    }

    fn start(&mut self, job: Job) {
        if job.cancelled {
            // Has completed: the worker goes on to the next.
        } else if job.order.options.late {
            self.counts.expired += 1;
            self.end(job, false, Err(JobErrorKind::DeadlineExceeded));
        } else {
            self.started.push(job.order.tag);
            self.running.push(job);
        }
    }

    /// Ends a running job; says which.
    pub(super) fn finish(&mut self, which: usize, how: How) -> Option<usize> {
        let job = self.running.remove(which.checked_rem(self.running.len())?);
        let Order { tag, options } = job.order;
        let cancelled =
            self.cancelled || options.token.is_some_and(|token| self.cancelled_tokens[token]);
        let report = Report { tag, id: job.id, cancelled };
        let (count, result) = match how {
            How::Succeed => (&mut self.counts.succeeded, Ok(report)),
            How::Fail => (&mut self.counts.failed, Err(JobErrorKind::Failed(report))),
            How::Panic => {
                (&mut self.counts.panicked, Err(JobErrorKind::Panicked(tag.to_string().into())))
            }
        };
        *count += 1;
        self.end(job, true, result);
        Some(tag)
    }

    pub(super) fn cancel_jobs(&mut self, token: usize) {
        self.cancelled_tokens[token] = true;
        self.cancel(|job| job.order.options.token == Some(token));
    }

    pub(super) fn cancel_pool(&mut self) {
        self.closed = true;
        self.cancelled = true;
        self.cancel(|_| true);
    }

    /// Completes those jobs in the queue.
    fn cancel(&mut self, which: impl Fn(&Job) -> bool) {
        let mut cancelled = Vec::new();
        for job in self.queue.iter_mut().filter(|job| !job.cancelled && which(job)) {
            job.cancelled = true;
            cancelled.push(*job);
        }
        for job in cancelled {
            self.counts.cancelled += 1;
            self.end(job, false, Err(JobErrorKind::Cancelled));
        }
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    pub(super) fn drop(&mut self) {
        self.closed = true;
        self.dropped = true;
    }

    /// What was never started, oldest first.
    pub(super) fn stop(&mut self) -> Vec<(JobId, usize)> {
        self.closed = true;
        self.cancelled = true;
        self.counts.undone += self.live() as u64;
        let undone = self.queue.drain(..).filter(|job| !job.cancelled);
        undone.map(|job| (job.id, job.order.tag)).collect()
    }

    fn end(&mut self, job: Job, ran: bool, result: Result<Report, JobErrorKind<Report>>) {
        self.ending.push(Ending { job: job.id, ran, result });
    }

    /// What may be received next: one of these, or nothing if there are none.
    pub(super) fn receivable(&self) -> &[Ending] {
        self.ended.front().map_or(&[], Vec::as_slice)
    }

    pub(super) fn received(&mut self, ending: &Ending) {
        if let Some(step) = self.ended.front_mut() {
            step.retain(|left| left != ending);
            if step.is_empty() {
                self.ended.pop_front();
            }
        }
    }

    /// Whether a worker may be coming past a cancelled job, whose place is free a moment later.
    pub(super) fn may_be_passing(&self) -> bool {
        self.counts.cancelled > 0
    }

    pub(super) fn has_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether every worker has left.
    pub(super) fn has_ended(&self) -> bool {
        self.closed && self.live() == 0 && self.running.is_empty()
    }

    pub(super) fn running(&self) -> Vec<JobId> {
        let mut running: Vec<_> = self.running.iter().map(|job| job.id).collect();
        running.sort_unstable();
        running
    }

    pub(super) fn started(&self) -> &[usize] {
        &self.started
    }

    pub(super) fn stats(&self) -> Stats {
        let mut stats = self.counts;
        stats.queued = self.live() as u64;
        stats.running = self.running.len() as u64;
        stats
    }
}
