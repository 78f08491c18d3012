//! A closed loop: so many jobs are in flight, and each result makes room for the next job.

use std::time::Duration;

use pool_workloads::Batch;

use super::{Latencies, Placed, Ran, clock::Clock, slot, start, warm_up};
use crate::{
    contender::{Contender, Jobs, Shape},
    throughput::{WrongAnswer, check},
};

/// What came of jobs of which so many were in flight.
#[derive(Clone, Debug)]
pub struct ClosedLoop {
    /// From just before a job was submitted until its handler started.
    pub wait: Latencies,
    /// From just before a job was submitted until its result was received.
    pub sojourn: Latencies,
    /// Jobs a second, from the first submitted to the last result received.
    pub rate: f64,
    /// Little's law: the rate times the mean sojourn, over the number in flight. It is 1, less
    /// what is lost at the end, when no job follows any more. `None` if there was a period, for
    /// then there is a time in which none is in flight.
    pub littles_ratio: Option<f64>,
}

/// As [`closed_loop`](super::closed_loop), by any clock.
pub(super) fn run<C: Contender, T: Clock>(
    shape: Shape,
    batch: Batch,
    in_flight: usize,
    period: Duration,
) -> Result<ClosedLoop, WrongAnswer> {
    let (sender, mut results) = start::<C, T>(shape);
    drive(&sender, &mut results, shape.workers, batch, in_flight, period)
}

fn drive<T: Clock>(
    sender: &dyn Jobs<Placed>,
    results: &mut dyn Iterator<Item = Ran<T>>,
    workers: usize,
    batch: Batch,
    in_flight: usize,
    period: Duration,
) -> Result<ClosedLoop, WrongAnswer> {
    let Batch { jobs, answer } = batch;
    let count = jobs.len();
    warm_up(workers, results, |job| sender.submit(Placed { place: None, job }));

    let mut submitted = Vec::with_capacity(count);
    let submit = |submitted: &mut Vec<T>, (place, job)| {
        submitted.push(T::now());
        sender.submit(Placed { place: Some(place), job });
    };
    let (mut waits, mut sojourns) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut sum = 0_u64;
    let mut jobs = (0_u32..).zip(jobs);
    let begun = T::now();
    let (mut due, mut end) = (begun, begun);
    jobs.by_ref().take(in_flight).for_each(|job| submit(&mut submitted, job));
    for Ran { place, number, started } in results.take(count) {
        end = T::now();
        // A result from nowhere has no times.
        if let Some(&mut submitted) = slot(&mut submitted, place) {
            waits.push(started.since(submitted));
            sojourns.push(end.since(submitted));
        }
        sum = sum.wrapping_add(number);
        if let Some(job) = jobs.next() {
            due = due.after(period);
            T::sleep_until(due);
            submit(&mut submitted, job);
        }
    }
    check(answer, sum)?;
    let elapsed = end.since(begun).as_secs_f64().max(f64::MIN_POSITIVE);
    let in_system: f64 = sojourns.iter().map(Duration::as_secs_f64).sum();
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer jobs than 2^53")]
    let [count, in_flight] = [count, in_flight].map(|it| it as f64);
    Ok(ClosedLoop {
        wait: waits.into_iter().collect(),
        sojourn: sojourns.into_iter().collect(),
        rate: count / elapsed,
        littles_ratio: period.is_zero().then_some(in_system / elapsed / in_flight),
    })
}
