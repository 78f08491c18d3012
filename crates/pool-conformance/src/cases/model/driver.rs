//! The real pool beside the model: asks both the same, and compares.

use std::{
    panic::resume_unwind,
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, JobId, JobOptions, Pool, Refusal,
    RefusalReason, Results, Stats, TryRecvError, Wait, implement::panic_message, sync::lock,
};
use proptest::{prelude::*, test_runner::TestCaseError};

use super::{
    schedule::{How, Options, Step, TOKENS},
    sequential::{Answer, Ending, Model, Order, Report},
};

/// In what the pool differs from the model.
pub(super) type Mismatch = TestCaseError;

/// A job that runs until it learns how to end.
pub(super) struct Job {
    tag: usize,
    /// With the driver gone, it ends.
    verdict: mpsc::Receiver<How>,
}

type Submitted = Result<JobId, Refusal<Job>>;

/// A pool, its model, and what both are asked with.
pub(super) struct Driver<B: Backend> {
    model: Model,
    /// How long the pool may take to come to rest.
    patience: Duration,
    /// By the jobs' tags. Before the pool, so that dropped they end the jobs it drops after.
    verdicts: Vec<mpsc::Sender<How>>,
    /// `None` once dropped; shared with the thread that waits for room.
    pool: Option<Arc<B::Pool<Job>>>,
    /// `None` once dropped.
    results: Option<B::Results<Report, Report>>,
    token: CancellationToken,
    tokens: [CancellationToken; TOKENS],
    log: Arc<Mutex<Log>>,
    /// The tag of the job that waits for room, and the thread that does.
    waiting: Option<(usize, JoinHandle<Submitted>)>,
    dropping: Option<JoinHandle<()>>,
}

/// What handlers say.
#[derive(Clone, Debug, Default, PartialEq)]
struct Log {
    /// The tags of the jobs, in the order in which they were started.
    started: Vec<usize>,
    /// How many have made their report, and look at nothing any more.
    reported: u64,
}

/// What can be seen of a pool at rest.
#[derive(Debug, PartialEq)]
struct View {
    log: Log,
    /// As long as there is a pool.
    pool: Option<(Stats, Joined)>,
}

/// What a join says that only looks.
#[derive(Debug, PartialEq)]
enum Joined {
    Ended(Stats),
    TimedOut { busy: Vec<JobId>, queued: u64, open: bool },
}

impl<B: Backend> Driver<B> {
    pub(super) fn new(workers: usize, queue: usize, patience: Duration) -> Self {
        let token = CancellationToken::new();
        let log = Arc::new(Mutex::new(Log::default()));
        let config = Config::new(workers).queue(queue).cancellation_token(&token);
        let handler = {
            let log = Arc::clone(&log);
            move |job: Job, context: &Context| {
                lock(&log).started.push(job.tag);
                let how = job.verdict.recv().unwrap_or(How::Succeed);
                let (id, cancelled) = (context.job_id(), context.is_cancelled());
                let report = Report { tag: job.tag, id, cancelled };
                lock(&log).reported += 1;
                match how {
                    How::Succeed => Ok(report),
                    How::Fail => Err(report),
                    // A panic like any other, but nothing is printed.
                    How::Panic => resume_unwind(Box::new(job.tag.to_string())),
                }
            }
        };
        let (pool, results) = B::spawn(config, handler).expect("a pool");
        Self {
            model: Model::new(workers, queue),
            patience,
            verdicts: Vec::new(),
            pool: Some(Arc::new(pool)),
            results: Some(results),
            token,
            tokens: Default::default(),
            log,
            waiting: None,
            dropping: None,
        }
    }

    /// Asks for one thing, and waits until the pool is at rest again.
    pub(super) fn take(&mut self, step: Step) -> Result<(), Mismatch> {
        match step {
            Step::Submit(options) => self.submit(options, Wait::Forever)?,
            Step::TrySubmit => self.submit(Options::default(), Wait::Never)?,
            Step::SubmitTimeout => {
                self.submit(Options::default(), Wait::up_to(Duration::ZERO))?;
            }
            Step::Finish(which, how) => {
                if let Some(tag) = self.model.finish(which, how) {
                    let sent = self.verdicts[tag].send(how);
                    prop_assert!(sent.is_ok(), "job {} should be running", tag);
                }
            }
            Step::Receive => self.receive(|results| Vec::from_iter(results.recv()))?,
            Step::TryReceive => {
                let patience = self.patience;
                self.receive(|results| Vec::from_iter(poll(results, patience)))?;
            }
            Step::ReceiveBatch(max) => self.receive(|results| {
                let mut batch = Vec::new();
                _ = results.recv_batch(&mut batch, max, Duration::ZERO);
                batch
            })?,
            // Whether that made room for the one that waits is not known.
            Step::CancelJobs(_) if self.model.has_waiting() => {}
            Step::CancelJobs(token) => {
                self.model.cancel_jobs(token);
                self.tokens[token].cancel();
            }
            Step::CancelPool => {
                self.model.cancel_pool();
                self.token.cancel();
            }
            Step::Close => self.close(),
            Step::Stop => self.stop()?,
            Step::DropPool => self.drop_pool(),
            Step::DropResults => self.results = None,
        }
        self.rest()
    }

    /// Brings the pool to its end, whatever state it is in.
    pub(super) fn finish(mut self) -> Result<(), Mismatch> {
        self.take(Step::Close)?;
        while !self.model.has_ended() {
            self.take(Step::Finish(0, How::Succeed))?;
        }
        while !self.model.receivable().is_empty() && self.results.is_some() {
            self.take(Step::Receive)?;
        }
        self.take(Step::DropPool)?;
        self.take(Step::Receive)
    }

    fn submit(&mut self, options: Options, wait: Wait) -> Result<(), Mismatch> {
        let Some(pool) = &self.pool else { return Ok(()) };
        if self.model.may_be_full() || self.model.has_waiting() && wait == Wait::Forever {
            return Ok(());
        }
        let (verdict, is_told) = mpsc::channel();
        let tag = self.verdicts.len();
        self.verdicts.push(verdict);
        let job = Job { tag, verdict: is_told };
        let expected = self.model.submit(Order { tag, options }, wait);
        let options = self.job_options(options);
        if expected == Answer::Waits {
            let pool = Arc::clone(pool);
            let waiting = thread::spawn(move || pool.admit(job, options, wait));
            self.waiting = Some((tag, waiting));
            return Ok(());
        }
        let may_be_late = self.model.may_be_passing() && matches!(expected, Answer::Accepted(_));
        let deadline = Instant::now() + self.patience;
        let mut job = job;
        let submitted = loop {
            match pool.admit(job, options.clone(), wait) {
                // A worker is about to free the place of a cancelled job, which nothing shows.
                Err(Refusal {
                    job: refused,
                    reason: RefusalReason::Full | RefusalReason::TimedOut,
                }) if may_be_late && Instant::now() < deadline => {
                    job = refused;
                    thread::yield_now();
                }
                submitted => break submitted,
            }
        };
        check_answer(submitted, expected, tag)
    }

    fn job_options(&self, Options { token, late }: Options) -> JobOptions {
        let timeout = if late { Duration::ZERO } else { Duration::from_secs(3600) };
        let options = JobOptions::new().timeout(timeout);
        match token {
            Some(token) => options.cancellation_token(&self.tokens[token]),
            None => options,
        }
    }

    /// Receives if the model says that there is something, or that this is the end: then, and
    /// only then, nothing.
    fn receive(
        &mut self,
        receive: impl FnOnce(&mut B::Results<Report, Report>) -> Vec<Completion<Report, Report>>,
    ) -> Result<(), Mismatch> {
        let Some(results) = &mut self.results else { return Ok(()) };
        let receivable = self.model.receivable();
        if receivable.is_empty() && !self.model.has_ended() {
            prop_assert_eq!(results.try_recv(), Err(TryRecvError::Empty));
            return Ok(());
        }
        let received = receive(results);
        if received.is_empty() {
            prop_assert!(receivable.is_empty(), "the results ended before {receivable:?}");
        }
        for Completion { job, worker, result } in received {
            let result = result.map_err(|error| error.kind);
            let ending = Ending { job, ran: worker.is_some(), result };
            let receivable = self.model.receivable();
            prop_assert!(receivable.contains(&ending), "{ending:?} is none of {receivable:?}");
            self.model.received(&ending);
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some(pool) = &self.pool {
            self.model.close();
            pool.close();
        }
    }

    fn stop(&mut self) -> Result<(), Mismatch> {
        let Some(pool) = &self.pool else { return Ok(()) };
        let undone: Vec<_> = pool.stop().into_iter().map(|(id, job)| (id, job.tag)).collect();
        prop_assert_eq!(undone, self.model.stop());
        Ok(())
    }

    /// From a thread of its own, because it waits for the jobs.
    fn drop_pool(&mut self) {
        if !self.model.has_waiting()
            && let Some(pool) = self.pool.take()
        {
            self.model.drop();
            self.dropping = Some(thread::spawn(move || drop(pool)));
        }
    }

    /// Waits until the pool is where the model is.
    fn rest(&mut self) -> Result<(), Mismatch> {
        if let Some(expected) = self.model.rest()
            && let Some((tag, waiting)) = self.waiting.take()
        {
            check_answer(join(waiting)?, expected, tag)?;
        }
        if self.model.has_ended()
            && let Some(dropping) = self.dropping.take()
        {
            join(dropping)?;
        }
        let expected = self.expected();
        if !soon(self.patience, || self.view() == expected) {
            prop_assert_eq!(self.view(), expected);
        }
        Ok(())
    }

    fn expected(&self) -> View {
        let stats = self.model.stats();
        let joined = if self.model.has_ended() {
            Joined::Ended(stats)
        } else {
            let (busy, open) = (self.model.running(), !self.model.is_closed());
            Joined::TimedOut { busy, queued: stats.queued, open }
        };
        let pool = self.pool.is_some().then_some((stats, joined));
        let reported = stats.succeeded + stats.failed + stats.panicked;
        View { log: Log { started: self.model.started().to_vec(), reported }, pool }
    }

    fn view(&self) -> View {
        let look = |pool: &Arc<B::Pool<Job>>| {
            let joined = match pool.join(Some(Duration::ZERO)) {
                Ok(report) => Joined::Ended(report.stats),
                Err(late) => {
                    let mut busy: Vec<_> = late.busy.iter().map(|busy| busy.job).collect();
                    busy.sort_unstable();
                    Joined::TimedOut { busy, queued: late.queued, open: late.open }
                }
            };
            (pool.stats(), joined)
        };
        View { log: lock(&self.log).clone(), pool: self.pool.as_ref().map(look) }
    }
}

fn check_answer(submitted: Submitted, expected: Answer, tag: usize) -> Result<(), Mismatch> {
    let answer = match submitted {
        Ok(id) => Answer::Accepted(id),
        Err(Refusal { job, reason }) => {
            prop_assert_eq!(job.tag, tag, "refused with another job");
            Answer::Refused(reason)
        }
    };
    prop_assert_eq!(answer, expected, "to the submission of job {}", tag);
    Ok(())
}

/// Receives without ever waiting for the pool; it may be about to deliver.
fn poll<R: Results<Report, Report>>(
    results: &mut R,
    patience: Duration,
) -> Option<Completion<Report, Report>> {
    let mut received = Err(TryRecvError::Empty);
    soon(patience, || {
        received = results.try_recv();
        received != Err(TryRecvError::Empty)
    });
    received.ok()
}

fn join<R>(thread: JoinHandle<R>) -> Result<R, Mismatch> {
    thread.join().map_err(|panic| TestCaseError::fail(panic_message(&*panic)))
}

/// Whether `condition` comes to hold in time. Looks often at first: it nearly always does.
fn soon(patience: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    for looks in 0_u32.. {
        if condition() {
            return true;
        }
        match looks {
            0..1000 => thread::yield_now(),
            _ if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
            _ => break,
        }
    }
    false
}
