//! Throughput: a batch of jobs through a contender that is already running.

use std::{
    error::Error,
    fmt,
    iter::Sum,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use pool_workloads::{Batch, Job, Workload};

use crate::{
    contender::{Contender, Jobs, Shape},
    cost::Cost,
};

/// A contender that has been started, whatever its type: what batches are pushed through.
///
/// Dropping it ends the contender, and returns when its threads have ended.
pub trait Session {
    /// Pushes a batch through, with so many producers and this thread as the one consumer.
    ///
    /// The clock runs from just before the first job is submitted to the last result
    /// received; starting the producers is outside of it. After it has stopped, the sum of the
    /// results is compared with the batch's answer.
    ///
    /// # Errors
    ///
    /// If the results are not those of the jobs: then there is nothing to report.
    ///
    /// # Panics
    ///
    /// If there is no producer.
    fn push(&mut self, batch: Batch, producers: usize) -> Result<Sample, WrongAnswer>;

    /// Submits `ahead` and then `probe`, one job, and times that alone: from just before it is
    /// submitted to its result received. All from this thread, so `ahead` must fit into the
    /// queue; and no job in it may give the same result as the probe.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    ///
    /// # Panics
    ///
    /// If the probe is not one job.
    fn time_one(&mut self, ahead: Batch, probe: Batch) -> Result<Duration, WrongAnswer>;
}

/// What came of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many jobs there were.
    pub jobs: usize,
    /// From just before the first submit to the last result received.
    pub wall: Duration,
    /// What the process used meanwhile; `None` where the system does not say.
    pub cost: Option<Cost>,
}

/// The results of a batch were not those of its jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongAnswer {
    /// What the results should have added up to.
    pub expected: u64,
    /// What they did add up to.
    pub received: u64,
}

/// Starts a contender that runs the jobs of workloads.
///
/// # Panics
///
/// If the system refuses a thread.
pub fn start<C: Contender>(shape: Shape) -> Box<dyn Session> {
    let (jobs, results) = C::start(shape, Job::run);
    session(jobs, results)
}

/// Both ends of something that has been started otherwise: what batches are pushed through.
pub fn session(
    jobs: impl Jobs<Job> + 'static,
    results: impl Iterator<Item = u64> + Send + 'static,
) -> Box<dyn Session> {
    Box::new(Ends { results, jobs })
}

/// A visit of what was started just now: a batch to warm up, and then `batches` of `jobs` jobs
/// each, of which the sum is returned. All of them with so many producers.
///
/// # Errors
///
/// As [`Session::push`].
///
/// # Panics
///
/// As [`Session::push`].
pub fn visit(
    mut session: Box<dyn Session>,
    workload: &Workload,
    batches: usize,
    jobs: usize,
    producers: usize,
    seed: u64,
) -> Result<Sample, WrongAnswer> {
    session.push(workload.batch(jobs / 10 + 1, seed), producers)?;
    (0..batches).map(|_| session.push(workload.batch(jobs, seed), producers)).sum()
}

/// How many jobs last about as long as asked for, on `workers` threads, if each takes as long as
/// `each`: for the size of a batch.
pub fn jobs_lasting(lasting: Duration, each: Duration, workers: usize) -> usize {
    /// About what moving a job through a pool takes, however short it is.
    const MOVED: Duration = Duration::from_nanos(150);
    /// For every worker: so that each has several.
    const FEWEST: usize = 8;
    /// So that they are made in an instant.
    const MOST: usize = 100_000;
    let threads = u32::try_from(workers).unwrap_or(u32::MAX).max(1);
    let each = (each / threads).max(MOVED);
    let jobs = usize::try_from(lasting.as_nanos() / each.as_nanos()).unwrap_or(MOST);
    jobs.clamp(FEWEST * workers, MOST.max(FEWEST * workers))
}

/// Runs a batch on this thread alone, without any queue: what efficiency is measured against.
///
/// # Errors
///
/// As [`Session::push`].
pub fn serial(batch: Batch) -> Result<Sample, WrongAnswer> {
    let jobs = batch.jobs.len();
    let ((received, wall), cost) = Cost::of(|| {
        let start = Instant::now();
        let received = batch.jobs.into_iter().map(Job::run).fold(0, u64::wrapping_add);
        (received, start.elapsed())
    });
    check(batch.answer, received)?;
    Ok(Sample { jobs, wall, cost })
}

/// Both ends of a contender, in the order in which they are to be dropped.
struct Ends<P, R> {
    results: R,
    jobs: P,
}

impl<P: Jobs<Job>, R: Iterator<Item = u64>> Session for Ends<P, R> {
    fn push(&mut self, batch: Batch, producers: usize) -> Result<Sample, WrongAnswer> {
        assert!(producers > 0, "a batch needs a producer");
        let Self { results, jobs } = self;
        let jobs = &*jobs;
        let count = batch.jobs.len();
        let ready = Barrier::new(producers + 1);
        let (received, wall, cost) = thread::scope(|scope| {
            let producers = split(batch.jobs, producers).into_iter().map(|share| {
                let ready = &ready;
                scope.spawn(move || {
                    ready.wait();
                    let start = Instant::now();
                    for job in share {
                        jobs.submit(job);
                    }
                    start
                })
            });
            let producers: Vec<_> = producers.collect();
            let ((received, end), cost) = Cost::of(|| {
                ready.wait();
                let received = results.take(count).fold(0, u64::wrapping_add);
                (received, Instant::now())
            });
            let starts = producers.into_iter().map(|it| it.join().expect("a producer submits"));
            let start = starts.min().unwrap_or(end);
            (received, end.saturating_duration_since(start), cost)
        });
        check(batch.answer, received)?;
        Ok(Sample { jobs: count, wall, cost })
    }

    fn time_one(&mut self, ahead: Batch, probe: Batch) -> Result<Duration, WrongAnswer> {
        assert_eq!(probe.jobs.len(), 1, "a probe is one job");
        let count = ahead.jobs.len() + 1;
        for job in ahead.jobs {
            self.jobs.submit(job);
        }
        let start = Instant::now();
        for job in probe.jobs {
            self.jobs.submit(job);
        }
        let mut elapsed = None;
        let mut received = 0_u64;
        for result in self.results.by_ref().take(count) {
            if result == probe.answer {
                elapsed = Some(start.elapsed());
            }
            received = received.wrapping_add(result);
        }
        let expected = ahead.answer.wrapping_add(probe.answer);
        check(expected, received)?;
        elapsed.ok_or(WrongAnswer { expected, received })
    }
}

/// Deals the jobs out in runs, the first of them longer by one where they do not divide.
fn split(mut jobs: Vec<Job>, shares: usize) -> Vec<Vec<Job>> {
    let mut dealt: Vec<_> = (1..shares)
        .map(|left| jobs.split_off(jobs.len() - jobs.len() / (shares - left + 1)))
        .collect();
    dealt.push(jobs);
    dealt.reverse();
    dealt
}

/// Whether the results add up to what they should.
pub(crate) fn check(expected: u64, received: u64) -> Result<(), WrongAnswer> {
    if expected == received { Ok(()) } else { Err(WrongAnswer { expected, received }) }
}

impl Sample {
    /// Nanoseconds of wall-clock time a job.
    pub fn nanos_per_job(&self) -> f64 {
        self.per_job(self.wall.as_secs_f64() * 1e9)
    }

    /// Nanoseconds of CPU time a job, of all threads together.
    pub fn cpu_nanos_per_job(&self) -> Option<f64> {
        self.cost.map(|cost| self.per_job(cost.cpu.as_secs_f64() * 1e9))
    }

    /// Voluntary and involuntary context switches a job.
    pub fn switches_per_job(&self) -> Option<(f64, f64)> {
        let count = |switches: u64| u32::try_from(switches).map_or(f64::INFINITY, f64::from);
        self.cost.map(|cost| {
            (self.per_job(count(cost.voluntary)), self.per_job(count(cost.involuntary)))
        })
    }

    fn per_job(&self, total: f64) -> f64 {
        total / f64::from(u32::try_from(self.jobs).unwrap_or(u32::MAX))
    }
}

/// Batches one after the other count as one.
impl Sum for Sample {
    fn sum<I: Iterator<Item = Self>>(samples: I) -> Self {
        let none = Self { jobs: 0, wall: Duration::ZERO, cost: Some(Cost::default()) };
        samples.fold(none, |sum, sample| Self {
            jobs: sum.jobs + sample.jobs,
            wall: sum.wall + sample.wall,
            cost: sum.cost.zip(sample.cost).map(|(sum, cost)| sum + cost),
        })
    }
}

impl fmt::Display for WrongAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, received } = self;
        write!(f, "the results are not those of the jobs: they add up to {received:#018x}, ")?;
        write!(f, "and should to {expected:#018x}")
    }
}

impl Error for WrongAnswer {}
