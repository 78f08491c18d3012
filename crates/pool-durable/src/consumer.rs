//! What stands between a source and a pool.

use std::{
    collections::HashMap,
    error::Error,
    fmt,
    thread::sleep,
    time::{Duration, Instant},
};

use pool::{
    CancellationToken, Completion, JobErrorKind, JobId, JobOptions, Pool, RecvTimeoutError,
    RefusalReason, Results, TryRecvError, Wait,
};

use crate::{
    Answer, Claim, Exchange, Job, Lease, Source, SourceError, Verdict,
    job::{Failure, FailureKind},
};

/// Claims jobs from a [`Source`], has a [`Pool`] run them, and answers for them.
///
/// | setting | default | |
/// |---|---|---|
/// | [`batch`](Self::batch) | 16 | jobs claimed, and answers given, in one transaction |
/// | [`lease`](Self::lease) | 30 s | how soon a job comes again after its process died |
/// | [`attempts`](Self::attempts) | 5 | how often a job may be begun before it is dead |
/// | [`retry_after`](Self::retry_after) | 1 s | how long a failed job waits; doubled each time |
/// | [`grace`](Self::grace) | 10 s | what running jobs have to end in after a stop |
/// | [`poll`](Self::poll) | 100 ms | how often a source with no ready job is asked again |
/// | [`linger`](Self::linger) | 5 ms | how long an answer waits for others to share its transaction |
/// | [`outage`](Self::outage) | 1 min | how long the source may be locked, full or unreachable |
///
/// ```
/// use pool::{Backend, CancellationToken, Config, Context};
/// use pool_durable::{Consumer, Failure, Job, Memory, Source};
/// use pool_std::Std;
///
/// let mut source = Memory::new();
/// source.put(&["17".into(), "4".into(), "seventeen".into()])?;
///
/// let handler = |job: Job, _: &Context| Ok::<u32, Failure>(job.parse::<u32>()? * 2);
/// let (pool, mut results) = Std::spawn(Config::new(2).queue(32), handler)?;
/// let stop = CancellationToken::new(); // to be cancelled at a SIGTERM, say
/// let report = Consumer::new().until_empty().run(&mut source, &pool, &mut results, &stop)?;
///
/// assert_eq!((report.claimed, report.done, report.dead), (3, 2, 1));
/// let dead = &source.dead(10)?[0];
/// assert_eq!(dead.last_error, "the payload does not parse: invalid digit found in string");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a consumer does nothing before it is run"]
pub struct Consumer {
    batch: usize,
    lease: Duration,
    attempts: u32,
    retry_after: Duration,
    grace: Duration,
    poll: Duration,
    linger: Duration,
    outage: Duration,
    until_empty: bool,
}

/// What a consumer has done. What it claimed is all here:
/// `claimed == done + retried + dead + released + lost + running`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Jobs that were claimed.
    pub claimed: u64,
    /// Jobs that were done and settled.
    pub done: u64,
    /// Jobs that failed and will be tried again.
    pub retried: u64,
    /// Jobs that failed for good.
    pub dead: u64,
    /// Jobs that were given back.
    pub released: u64,
    /// Jobs whose answer was refused: the lease had run out, and another process has the job. Or
    /// the connection broke after an answer was taken and before this process knew.
    pub lost: u64,
    /// Jobs that this process still held when it left. Their leases run out.
    pub running: u64,
    /// Jobs that were found to have no attempt left, and are dead. They are not in `claimed`.
    pub buried: u64,
}

/// A consumer has given up. What it had claimed is not lost: the leases run out, and the jobs come
/// again. The pool is stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConsumeError {
    /// The source has refused; if its error is transient, for longer than
    /// [`outage`](Consumer::outage).
    Source {
        /// What the source said last.
        error: SourceError,
        /// What was done before.
        report: Report,
    },
    /// No lease could be renewed in time. Nothing was claimed.
    LeaseTooShort {
        /// The lease that was asked for.
        lease: Duration,
        /// The fastest of three transactions.
        round_trip: Duration,
    },
}

/// How soon a failed source is asked again.
const RETRY_SOURCE: Duration = Duration::from_millis(20);

/// How often a consumer that lingers looks for completions.
const LOOK: Duration = Duration::from_micros(200);

/// The longest that a failed job waits.
const MAX_RETRY: Duration = Duration::from_secs(60 * 60);

impl Consumer {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            batch: 16,
            lease: Duration::from_secs(30),
            attempts: 5,
            retry_after: Duration::from_secs(1),
            grace: Duration::from_secs(10),
            poll: Duration::from_millis(100),
            linger: Duration::from_millis(5),
            outage: Duration::from_secs(60),
            until_empty: false,
        }
    }

    /// At most this many jobs are claimed in one transaction, and as many answers are given; 0 is
    /// taken for 1. Give the pool's queue twice as many places, so that workers have something to
    /// do meanwhile.
    pub fn batch(self, jobs: usize) -> Self {
        Self { batch: jobs.max(1), ..self }
    }

    /// How long no other process gets a job that this one has claimed. Each third of that time the
    /// leases of all jobs in hand are renewed, so it need not be as long as a job takes. If the
    /// process stands still for longer than two thirds, its jobs may run twice.
    pub fn lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// How often a job may be begun. Then it is dead, with its last error; 0 is taken for 1.
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    /// How long a job waits after its first failure; twice as long after the next, and so on up
    /// to an hour.
    pub fn retry_after(self, time: Duration) -> Self {
        Self { retry_after: time, ..self }
    }

    /// How long running jobs may take to end after a stop.
    pub fn grace(self, time: Duration) -> Self {
        Self { grace: time, ..self }
    }

    /// How often a source is asked that had fewer jobs than there was room for; and how soon a
    /// stop is noticed.
    pub fn poll(self, time: Duration) -> Self {
        Self { poll: time, ..self }
    }

    /// For how long an answer may wait for a batch to be full. While workers have nothing in
    /// their queue it does not wait.
    pub fn linger(self, time: Duration) -> Self {
        Self { linger: time, ..self }
    }

    /// How long the source may fail with [transient](SourceError::is_transient) errors, before
    /// the consumer gives up. Meanwhile jobs run on, and their answers are kept.
    pub fn outage(self, time: Duration) -> Self {
        Self { outage: time, ..self }
    }

    /// Returns when the source has no job left but dead ones: none ready, delayed or leased to
    /// any process.
    pub fn until_empty(self) -> Self {
        Self { until_empty: true, ..self }
    }

    /// Consumes until `stop` is cancelled or the pool is closed, by any thread.
    ///
    /// At a stop, the pool is [stopped](Pool::stop). Jobs that never started are given back at
    /// once. Running ones are cancelled through their context, and have the time of
    /// [`grace`](Self::grace) to end. Use the pool for nothing else meanwhile, and join it
    /// afterwards.
    ///
    /// # Errors
    ///
    /// [`ConsumeError`], see there.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until then.
    pub fn run<T, S, P, R>(
        &self,
        source: &mut S,
        pool: &P,
        results: &mut R,
        stop: &CancellationToken,
    ) -> Result<Report, ConsumeError>
    where
        S: Source + ?Sized,
        P: Pool<Job> + ?Sized,
        R: Results<T, Failure> + ?Sized,
    {
        let now = Instant::now();
        let mut run = Run {
            settings: self,
            source,
            pool,
            in_hand: HashMap::new(),
            answers: Vec::new(),
            renew_at: now + self.lease / 3,
            claim_at: now,
            is_dry: false,
            stop_by: None,
            is_closed: false,
            has_ended: false,
            report: Report::default(),
        };
        let outcome = run.until_the_end(results, stop);
        run.report.running = (run.in_hand.len() + run.answers.len()) as u64;
        let report = run.report;
        match outcome {
            Ok(()) => Ok(report),
            Err(error) => {
                pool.stop();
                Err(match error {
                    Failed::Source(error) => ConsumeError::Source { error, report },
                    Failed::Lease(round_trip) => {
                        ConsumeError::LeaseTooShort { lease: self.lease, round_trip }
                    }
                })
            }
        }
    }
}

impl Default for Consumer {
    fn default() -> Self {
        Self::new()
    }
}

/// A consumer at work.
struct Run<'a, S: ?Sized, P: ?Sized> {
    settings: &'a Consumer,
    source: &'a mut S,
    pool: &'a P,
    /// The jobs that the pool has.
    in_hand: HashMap<JobId, InHand>,
    /// What the source is to hear in the next transaction.
    answers: Vec<Answer>,
    /// When the leases of all jobs in hand are to be renewed.
    renew_at: Instant,
    /// When the source is to be asked for jobs again, if there is room.
    claim_at: Instant,
    /// The source had fewer jobs than there was room for.
    is_dry: bool,
    /// After a stop, when the time of grace ends.
    stop_by: Option<Instant>,
    /// The pool takes no jobs.
    is_closed: bool,
    /// The pool has no job and takes none.
    has_ended: bool,
    report: Report,
}

struct InHand {
    lease: Lease,
    attempt: u32,
    token: CancellationToken,
    /// Another process has the job.
    is_lost: bool,
}

enum Failed {
    Source(SourceError),
    Lease(Duration),
}

impl<S: Source + ?Sized, P: Pool<Job> + ?Sized> Run<'_, S, P> {
    fn until_the_end<T>(
        &mut self,
        results: &mut (impl Results<T, Failure> + ?Sized),
        stop: &CancellationToken,
    ) -> Result<(), Failed> {
        self.check_lease()?;
        // Since when the source has failed, and how it did last.
        let mut outage: Option<(Instant, SourceError)> = None;
        loop {
            if self.stop_by.is_none() && stop.is_cancelled() {
                self.begin_to_stop();
            }
            let most = self.room().min(self.settings.batch);
            if self.is_due(most) {
                match self.exchange(most) {
                    Ok(()) => outage = None,
                    Err(error) => {
                        let begun = outage.map_or_else(Instant::now, |(begun, _)| begun);
                        if !error.is_transient() || begun.elapsed() >= self.settings.outage {
                            return Err(Failed::Source(error));
                        }
                        if begun.elapsed() >= self.settings.lease {
                            self.cancel_all();
                        }
                        outage = Some((begun, error));
                    }
                }
            }

            let has_nothing = self.in_hand.is_empty() && self.answers.is_empty();
            if has_nothing && (self.stop_by.is_some() || self.has_ended) {
                return Ok(());
            }
            if self.stop_by.is_some_and(|stop_by| Instant::now() >= stop_by) {
                return outage.map_or(Ok(()), |(_, error)| Err(Failed::Source(error)));
            }
            if self.settings.until_empty && has_nothing && self.is_dry && outage.is_none() {
                match self.source.counts() {
                    Ok(counts) if counts.live() == 0 => return Ok(()),
                    Err(error) if !error.is_transient() => return Err(Failed::Source(error)),
                    _ => {}
                }
            }
            let wait = if outage.is_some() { RETRY_SOURCE } else { self.time_to_wait() };
            self.gather(results, stop, wait);
        }
    }

    /// A lease that runs out before it can be renewed would have every job run again and again.
    fn check_lease(&mut self) -> Result<(), Failed> {
        let mut fastest = Duration::MAX;
        for _ in 0..3 {
            let begun = Instant::now();
            match self.source.exchange(&[], &self.claim(0)) {
                Ok(_) => fastest = fastest.min(begun.elapsed()),
                Err(error) if error.is_transient() => return Ok(()), // for an outage, later
                Err(error) => return Err(Failed::Source(error)),
            }
        }
        let is_long_enough = self.settings.lease / 3 >= fastest;
        if is_long_enough { Ok(()) } else { Err(Failed::Lease(fastest)) }
    }

    fn claim(&self, most: usize) -> Claim {
        Claim { most, lease: self.settings.lease, attempts: self.settings.attempts }
    }

    /// How many more jobs the pool's queue surely has places for.
    fn room(&self) -> usize {
        if self.stop_by.is_some() || self.is_closed {
            return 0;
        }
        self.pool.stats().queue_capacity.saturating_sub(self.in_hand.len())
    }

    fn is_due(&self, most: usize) -> bool {
        let now = Instant::now();
        !self.answers.is_empty()
            || (!self.in_hand.is_empty() && now >= self.renew_at)
            || (most > 0 && now >= self.claim_at)
    }

    /// One transaction: gives the answers, renews the leases if it is time, claims what fits.
    fn exchange(&mut self, most: usize) -> Result<(), SourceError> {
        // Before the engine looks at its clock: our leases end no later than we think.
        let begun = Instant::now();
        let answers = self.answers.len();
        let is_renewing = begun >= self.renew_at;
        if is_renewing {
            let held = self.in_hand.values().filter(|it| !it.is_lost);
            let renew = |it: &InHand| Answer { lease: it.lease, verdict: Verdict::Renew };
            self.answers.extend(held.map(renew));
        }
        let claim = self.claim(most);
        let Exchange { claimed, buried, refused } =
            match self.source.exchange(&self.answers, &claim) {
                Ok(exchange) => exchange,
                Err(error) => {
                    self.answers.truncate(answers);
                    return Err(error);
                }
            };

        if is_renewing {
            self.renew_at = after(begun, self.settings.lease / 3);
        }
        if most > 0 {
            self.is_dry = claimed.len() + buried.len() < most;
            self.claim_at = if self.is_dry { after(begun, self.settings.poll) } else { begun };
        }
        self.report.buried += buried.len() as u64;
        for answer in std::mem::take(&mut self.answers) {
            let is_refused = refused.contains(&answer.lease);
            match answer.verdict {
                Verdict::Renew if is_refused => self.lose(answer.lease),
                Verdict::Renew => {}
                _ if is_refused => self.report.lost += 1,
                Verdict::Done => self.report.done += 1,
                Verdict::Release => self.report.released += 1,
                Verdict::Retry { .. } => self.report.retried += 1,
                Verdict::Bury { .. } => self.report.dead += 1,
            }
        }
        for job in claimed {
            self.submit(job);
        }
        Ok(())
    }

    fn submit(&mut self, job: Job) {
        self.report.claimed += 1;
        let (lease, attempt, token) = (job.lease(), job.attempt, CancellationToken::new());
        let options = JobOptions::new().cancellation_token(&token);
        match self.pool.admit(job, options, Wait::Never) {
            Ok(id) => {
                let in_hand = InHand { lease, attempt, token, is_lost: false };
                self.in_hand.insert(id, in_hand);
            }
            Err(refusal) => {
                self.is_closed |= refusal.reason == RefusalReason::Closed;
                self.answers.push(Answer { lease, verdict: Verdict::Release });
            }
        }
    }

    /// Another process has claimed the job.
    fn lose(&mut self, lease: Lease) {
        for in_hand in self.in_hand.values_mut().filter(|it| it.lease == lease) {
            in_hand.is_lost = true;
            in_hand.token.cancel();
        }
    }

    /// No lease has been renewed for so long that all may have run out.
    fn cancel_all(&self) {
        self.in_hand.values().for_each(|it| it.token.cancel());
    }

    fn begin_to_stop(&mut self) {
        self.stop_by = Some(after(Instant::now(), self.settings.grace));
        for (id, _) in self.pool.stop() {
            self.give_back(id);
        }
    }

    fn give_back(&mut self, id: JobId) {
        match self.in_hand.remove(&id) {
            Some(InHand { is_lost: true, .. }) => self.report.lost += 1,
            Some(InHand { lease, .. }) => {
                self.answers.push(Answer { lease, verdict: Verdict::Release });
            }
            None => {}
        }
    }

    /// Until there is something to do, if no job ends.
    fn time_to_wait(&self) -> Duration {
        let mut until = after(Instant::now(), self.settings.poll);
        if !self.in_hand.is_empty() {
            until = until.min(self.renew_at);
        }
        if self.room() > 0 {
            until = until.min(self.claim_at);
        }
        if let Some(stop_by) = self.stop_by {
            until = until.min(stop_by);
        }
        until.saturating_duration_since(Instant::now())
    }

    /// Waits for a completion, and then for more, so that they share a transaction.
    ///
    /// `recv_batch` would wait for the first without an end, past the time to renew.
    fn gather<T>(
        &mut self,
        results: &mut (impl Results<T, Failure> + ?Sized),
        stop: &CancellationToken,
        wait: Duration,
    ) {
        if self.in_hand.is_empty() {
            if self.stop_by.is_some() {
                sleep(wait);
            } else {
                stop.wait_timeout(wait);
            }
        } else {
            match results.recv_timeout(wait) {
                Ok(completion) => self.take(completion),
                Err(RecvTimeoutError::TimedOut) => return,
                Err(RecvTimeoutError::Ended) => {}
            }
        }

        let linger_until = after(Instant::now(), self.settings.linger);
        let workers = self.pool.stats().workers;
        loop {
            match results.try_recv() {
                Ok(completion) => {
                    self.take(completion);
                    continue;
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Ended) => {
                    // What is still in hand has been handed back to another who stopped the pool.
                    self.has_ended = true;
                    self.is_closed = true;
                    let ids: Vec<_> = self.in_hand.keys().copied().collect();
                    for id in ids {
                        self.give_back(id);
                    }
                    return;
                }
            }
            let has_batch = self.answers.is_empty() || self.answers.len() >= self.settings.batch;
            let runs_dry = self.in_hand.len() <= workers && !self.is_dry;
            let left = linger_until.saturating_duration_since(Instant::now());
            if has_batch || runs_dry || left.is_zero() || self.in_hand.is_empty() {
                return;
            }
            sleep(LOOK.min(left));
        }
    }

    fn take<T>(&mut self, completion: Completion<T, Failure>) {
        let Some(in_hand) = self.in_hand.remove(&completion.job) else { return };
        if in_hand.is_lost {
            self.report.lost += 1;
            return;
        }
        let was_cancelled = self.stop_by.is_some() || in_hand.token.is_cancelled();
        let verdict = match completion.result.map_err(|error| error.kind) {
            Ok(_) => Verdict::Done,
            Err(JobErrorKind::Panicked(message)) => {
                self.retry(in_hand.attempt, format!("the handler panicked: {message}"))
            }
            Err(JobErrorKind::Failed(failure)) => match failure.kind {
                FailureKind::Cancelled if was_cancelled => Verdict::Release,
                FailureKind::Permanent => Verdict::Bury { error: failure.to_string() },
                _ => self.retry(in_hand.attempt, failure.to_string()),
            },
            // Cancelled or late before it was started: not run, so this attempt does not count.
            Err(_) => Verdict::Release,
        };
        self.answers.push(Answer { lease: in_hand.lease, verdict });
    }

    fn retry(&self, attempt: u32, error: String) -> Verdict {
        if attempt >= self.settings.attempts {
            return Verdict::Bury { error };
        }
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let after = self.settings.retry_after.saturating_mul(doubled).min(MAX_RETRY);
        Verdict::Retry { after, error }
    }
}

/// A moment too far for the clock is a century away.
fn after(moment: Instant, time: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
    moment.checked_add(time).unwrap_or_else(|| moment + CENTURY)
}

impl ConsumeError {
    /// What was done before it.
    pub fn report(&self) -> Report {
        match self {
            Self::Source { report, .. } => *report,
            Self::LeaseTooShort { .. } => Report::default(),
        }
    }
}

impl fmt::Display for ConsumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source { error, report } => {
                write!(f, "{error}; {} jobs were done before", report.done)
            }
            Self::LeaseTooShort { lease, round_trip } => write!(
                f,
                "a lease of {lease:?} runs out before it can be renewed: a transaction took \
                 {round_trip:?}, so ask for at least {:?}",
                *round_trip * 10
            ),
        }
    }
}

impl Error for ConsumeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Source { error, .. } => Some(error),
            Self::LeaseTooShort { .. } => None,
        }
    }
}
