//! A closed loop: so many jobs are in flight, and each result makes room for the next job.

use std::{sync::Arc, time::Duration};

use pool_workloads::Batch;

use super::{
    Ends, Latencies,
    clock::Clock,
    timed::{Timed, in_system, since},
};
use crate::{throughput::WrongAnswer, words::Handler};

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
pub(super) fn run(
    start: impl FnOnce(Handler) -> Ends,
    clock: Arc<dyn Clock>,
    workers: usize,
    batch: Batch,
    in_flight: usize,
    period: Duration,
) -> Result<ClosedLoop, WrongAnswer> {
    let count = batch.jobs.len();
    let (timed, Ends { mut results, submit }) = Timed::start(start, clock, workers, batch);
    let clock = &*timed.clock;
    let (mut submitted, mut received) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut places = 0..count as u64;
    let begun = clock.now();
    let mut due = begun;
    for place in places.by_ref().take(in_flight) {
        submitted.push(clock.now());
        submit(place);
    }
    for place in results.by_ref().take(count) {
        received.push((place, clock.now()));
        if let Some(place) = places.next() {
            due += period;
            clock.sleep_until(due);
            submitted.push(clock.now());
            submit(place);
        }
    }
    let end = received.last().map_or(begun, |it| it.1);
    let times = timed.times(received)?;
    let (wait, sojourn) = since(&submitted, &times);
    let elapsed = end.saturating_sub(begun).as_secs_f64().max(f64::MIN_POSITIVE);
    let in_system = in_system(&submitted, &times, end);
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer jobs than 2^53")]
    let [count, in_flight] = [count, in_flight].map(|it| it as f64);
    let littles_ratio = period.is_zero().then_some(in_system / elapsed / in_flight);
    Ok(ClosedLoop { wait, sojourn, rate: count / elapsed, littles_ratio })
}
