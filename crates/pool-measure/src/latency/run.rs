//! One run of an open loop, and what is noted meanwhile; all else comes after it.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use pool_workloads::{Batch, Job};

use super::{
    OpenLoop, Placed, Ran,
    clock::{be_woken_on_time, wait_until},
    slot, start, warm_up,
};
use crate::{
    contender::{Contender, Jobs, Shape},
    throughput::{WrongAnswer, check},
};

/// What was noted, all of it into memory that was there before.
pub(super) struct Run {
    /// When the jobs' times began.
    start: Instant,
    /// What was noted of each job, in the order of their being due.
    jobs: Vec<Slot>,
    /// When results were received, whosever they were.
    receptions: Vec<Instant>,
    /// How late the generator was with each, but for the pool.
    lateness: Vec<Duration>,
}

/// What was noted of one job.
#[derive(Clone, Copy)]
struct Slot {
    started: Instant,
    received: Instant,
}

/// What the generator noted.
struct Generated {
    start: Instant,
    submitted: Vec<Instant>,
    lateness: Vec<Duration>,
}

pub(super) fn run<C: Contender>(
    shape: Shape,
    batch: Batch,
    due: &[Duration],
) -> Result<Run, WrongAnswer> {
    let (sender, mut results) = start::<C, Instant>(shape);
    drive(&sender, &mut results, shape.workers, batch, due)
}

fn drive(
    sender: &dyn Jobs<Placed>,
    results: &mut dyn Iterator<Item = Ran<Instant>>,
    workers: usize,
    batch: Batch,
    due: &[Duration],
) -> Result<Run, WrongAnswer> {
    let Batch { jobs, answer } = batch;
    let count = jobs.len();
    warm_up(workers, results, |job| sender.submit(Placed { place: None, job }));

    let mut noted: Vec<Option<(Instant, Instant)>> = vec![None; count];
    let mut receptions = Vec::with_capacity(count);
    let mut sum = 0_u64;
    let ready = Barrier::new(2);
    let generated = thread::scope(|scope| {
        let ready = &ready;
        let generator = scope.spawn(move || generate(sender, jobs, due, ready));
        ready.wait();
        for Ran { place, number, started } in results.take(count) {
            let received = Instant::now();
            receptions.push(received);
            let vacant = slot(&mut noted, place).filter(|slot| slot.is_none());
            // Whatever has come twice, or from nowhere, is left out, and missed below.
            if let Some(slot) = vacant {
                *slot = Some((started, received));
                sum = sum.wrapping_add(number);
            }
        }
        generator.join().expect("the generator submits")
    });
    check(answer, sum)?;
    let Generated { start, submitted, lateness } = generated;
    let slots = submitted.into_iter().zip(noted).map(|(submitted, noted)| {
        let (started, received) = noted?;
        // What starts before it is submitted is another job.
        (submitted <= started).then_some(Slot { started, received })
    });
    let jobs: Option<Vec<Slot>> = slots.collect();
    let jobs = jobs.ok_or(WrongAnswer { expected: answer, received: sum })?;
    Ok(Run { start, jobs, receptions, lateness })
}

/// Submits each job when it is due.
fn generate(
    sender: &dyn Jobs<Placed>,
    jobs: Vec<Job>,
    due: &[Duration],
    ready: &Barrier,
) -> Generated {
    /// So that whoever was at the barrier is on its way before the first job is due.
    const RUN_UP: Duration = Duration::from_micros(200);
    let mut submitted = Vec::with_capacity(jobs.len());
    let mut lateness = Vec::with_capacity(jobs.len());
    be_woken_on_time();
    ready.wait();
    let start = Instant::now() + RUN_UP;
    // When a generator that is never late would have been ready for the next job, given the time
    // that the pool took for those before.
    let mut ready_at = start;
    for ((place, job), due) in (0_u32..).zip(jobs).zip(due) {
        let due = start + *due;
        wait_until(due);
        let now = Instant::now();
        let punctual = due.max(ready_at);
        submitted.push(now);
        lateness.push(now.saturating_duration_since(punctual));
        sender.submit(Placed { place: Some(place), job });
        ready_at = punctual + now.elapsed();
    }
    Generated { start, submitted, lateness }
}

impl Run {
    pub(super) fn evaluate(self, due: &[Duration]) -> OpenLoop {
        let end = self.receptions.last().map_or(Duration::ZERO, |&it| self.since_start(it));
        OpenLoop {
            wait: self.waits(due).collect(),
            sojourn: self.sojourns(due).collect(),
            lateness: self.lateness.iter().copied().collect(),
            rate: number(self.jobs.len()) / end.as_secs_f64().max(f64::MIN_POSITIVE),
            littles_ratio: self.littles_ratio(due),
        }
    }

    fn littles_ratio(&self, due: &[Duration]) -> Option<f64> {
        let window = due.last()?.as_secs_f64();
        // The integral of what has come less what has gone, over the window.
        let left = |since_start: Duration| (window - since_start.as_secs_f64()).max(0.0);
        let come: f64 = due.iter().copied().map(left).sum();
        let gone: f64 = self.receptions.iter().map(|&it| left(self.since_start(it))).sum();
        let in_system = (come - gone) / window;

        let sojourns: f64 = self.sojourns(due).map(|it| it.as_secs_f64()).sum();
        let mean_sojourn = sojourns / number(self.jobs.len());
        let rate = number(due.len()) / window;
        let ratio = in_system / (rate * mean_sojourn);
        ratio.is_finite().then_some(ratio)
    }

    /// From due to started, job by job.
    pub(super) fn waits(&self, due: &[Duration]) -> impl Iterator<Item = Duration> {
        self.since_due(due, |job| job.started)
    }

    /// From due to received, job by job.
    fn sojourns(&self, due: &[Duration]) -> impl Iterator<Item = Duration> {
        self.since_due(due, |job| job.received)
    }

    /// From when each job was due to an instant of it.
    fn since_due(
        &self,
        due: &[Duration],
        instant: impl Fn(&Slot) -> Instant,
    ) -> impl Iterator<Item = Duration> {
        let both = self.jobs.iter().zip(due);
        both.map(move |(job, due)| self.since_start(instant(job)).saturating_sub(*due))
    }

    fn since_start(&self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.start)
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer jobs than 2^53")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use pool_workloads::Arrivals;

    use super::*;

    /// Jobs of one length that come at random to one worker: M/D/1, of which the mean wait is known
    /// (Pollaczek, 1930; Khinchin, 1932).
    #[test]
    fn one_worker_makes_jobs_wait_as_pollaczek_and_khinchin_say() {
        let length = Duration::from_micros(100);
        for (busy, expected) in [(0.5, 50.0), (0.8, 200.0)] {
            let due = Arrivals::poisson(busy / length.as_secs_f64(), 1).unwrap().due(400_000);
            let start = Instant::now();
            let mut free = start;
            let slots = due.iter().map(|due| {
                let started = free.max(start + *due);
                free = started + length;
                Slot { started, received: free }
            });
            let jobs: Vec<Slot> = slots.collect();
            let receptions = jobs.iter().map(|job| job.received).collect();
            let run = Run { start, jobs, receptions, lateness: Vec::new() };
            let sum: Duration = run.waits(&due).sum();
            let mean = sum.as_secs_f64() * 1e6 / number(due.len());
            assert!((mean / expected - 1.0).abs() < 0.05, "{mean} and not {expected}");
            let ratio = run.evaluate(&due).littles_ratio.unwrap();
            assert!((0.999..1.001).contains(&ratio), "{ratio}");
        }
    }
}
