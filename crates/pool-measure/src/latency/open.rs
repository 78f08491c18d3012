//! An open loop: jobs are submitted when they are due.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use pool_workloads::Batch;

use super::{
    Ends, OpenLoop,
    clock::{Clock, be_woken_on_time, wait_until},
    timed::{Timed, Times, in_system, since},
};
use crate::{throughput::WrongAnswer, words::Handler};

/// What was noted while jobs came.
pub(super) struct Run {
    /// When the times at which they are due began.
    pub(super) start: Duration,
    pub(super) times: Vec<Times>,
    /// How late the generator was with each, but for the pool.
    pub(super) lateness: Vec<Duration>,
}

/// Submits each job when it is `due`, since the start.
pub(super) fn run(
    start: impl FnOnce(Handler) -> Ends,
    workers: usize,
    batch: Batch,
    due: &[Duration],
) -> Result<Run, WrongAnswer> {
    let (timed, Ends { mut results, submit }) =
        Timed::start(start, Arc::new(Instant::now()), workers, batch);
    let clock = &*timed.clock;
    let mut received = Vec::with_capacity(due.len());
    let ready = Barrier::new(2);
    let (start, lateness) = thread::scope(|scope| {
        let generator = scope.spawn(|| generate(&submit, clock, due, &ready));
        ready.wait();
        let places = results.by_ref().take(due.len());
        received.extend(places.map(|place| (place, clock.now())));
        generator.join().expect("the generator submits")
    });
    Ok(Run { start, times: timed.times(received)?, lateness })
}

/// Submits each job when it is due; when that began, and how late each was.
fn generate(
    submit: impl Fn(u64),
    clock: &dyn Clock,
    due: &[Duration],
    ready: &Barrier,
) -> (Duration, Vec<Duration>) {
    /// So that each thread at the barrier is on its way before the first job is due.
    const RUN_UP: Duration = Duration::from_micros(200);
    let mut lateness = Vec::with_capacity(due.len());
    be_woken_on_time();
    ready.wait();
    let start = clock.now() + RUN_UP;
    // When a generator that is never late would have been ready for the next job, given the time
    // that the pool took for those before.
    let mut ready_at = start;
    for (place, due) in (0..).zip(due) {
        let due = start + *due;
        wait_until(due, clock);
        let now = clock.now();
        let punctual = due.max(ready_at);
        lateness.push(now.saturating_sub(punctual));
        submit(place);
        ready_at = punctual + clock.now().saturating_sub(now);
    }
    (start, lateness)
}

impl Run {
    pub(super) fn evaluate(self, due: &[Duration]) -> OpenLoop {
        let Self { start, times, lateness } = self;
        let due: Vec<_> = due.iter().map(|due| start + *due).collect();
        let (wait, sojourn) = since(&due, &times);
        let last_due = due.last().copied().unwrap_or(start);
        let end = times.iter().map(|it| it.received).max().unwrap_or(start);
        let in_system = |until| in_system(&due, &times, until);
        let littles_ratio = in_system(last_due) / in_system(end);
        #[expect(clippy::cast_precision_loss, reason = "there are far fewer jobs than 2^53")]
        let count = times.len() as f64;
        OpenLoop {
            wait,
            sojourn,
            lateness: lateness.into_iter().collect(),
            rate: count / end.saturating_sub(start).as_secs_f64().max(f64::MIN_POSITIVE),
            littles_ratio: (last_due > start).then_some(littles_ratio),
        }
    }
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
            let mut free = Duration::ZERO;
            let times = due.iter().map(|due| {
                let started = free.max(*due);
                free = started + length;
                Times { started, received: free }
            });
            let times: Vec<_> = times.collect();
            let sum: Duration =
                times.iter().zip(&due).map(|(it, due)| it.started.saturating_sub(*due)).sum();
            let mean = sum.as_secs_f64() * 1e6 / f64::from(u32::try_from(due.len()).unwrap());
            assert!((mean / expected - 1.0).abs() < 0.05, "{mean} and not {expected}");
            let run = Run { start: Duration::ZERO, times, lateness: Vec::new() };
            let ratio = run.evaluate(&due).littles_ratio.unwrap();
            assert!((0.999..1.001).contains(&ratio), "{ratio}");
        }
    }
}
