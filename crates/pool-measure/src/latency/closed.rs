//! A closed loop: so many jobs are in flight, and each result makes room for the next job.

use std::{iter, sync::Arc, time::Duration};

use pool_workloads::Batch;

use super::{
    Ends, Loop,
    clock::Clock,
    timed::{Timed, in_system, since},
};
use crate::{throughput::WrongAnswer, words::Handler};

/// As [`closed_loop`](super::closed_loop), by any clock.
pub(super) fn run(
    start: impl FnOnce(Handler) -> Ends,
    clock: Arc<dyn Clock>,
    workers: usize,
    batch: Batch,
    in_flight: usize,
    period: Duration,
) -> Result<Loop, WrongAnswer> {
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
    let lateness = iter::empty().collect();
    Ok(Loop { wait, sojourn, lateness, rate: count / elapsed, littles_ratio })
}
