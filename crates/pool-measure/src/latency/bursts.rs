//! Bursts: many jobs at once, as of a request that fans out, and then none for a while.

use std::time::Duration;

use pool_statistics::median;
use pool_workloads::Batch;

use super::{Ends, clock::Clock, warm_up};
use crate::{
    throughput::{WrongAnswer, check},
    words::{Handler, Shelf},
};

/// How long bursts took, from just before their first job was submitted; the median over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bursts {
    /// Until the first result was received.
    pub first: Duration,
    /// Until the last was.
    pub last: Duration,
}

/// As [`bursts`](super::bursts()), by any clock.
pub(super) fn run(
    start: impl FnOnce(Handler) -> Ends,
    clock: &dyn Clock,
    workers: usize,
    bursts: Vec<Batch>,
    period: Duration,
) -> Result<Bursts, WrongAnswer> {
    let expected: Vec<_> = bursts.iter().map(|it| (it.jobs.len(), it.answer)).collect();
    let shelf = Shelf::new(bursts.into_iter().flat_map(|it| it.jobs).collect());
    let mut ends = start(Box::new(move |place, _| shelf.run(place)));
    warm_up(workers, &mut ends);
    let Ends { mut results, submit } = ends;
    let mut places = 0_u64..;
    let (mut firsts, mut lasts) = (Vec::new(), Vec::new());
    let mut due = clock.now();
    for (count, answer) in expected {
        clock.sleep_until(due);
        due += period;
        let start = clock.now();
        places.by_ref().take(count).for_each(&submit);
        let mut sum = results.next().unwrap_or_default();
        firsts.push(clock.now().saturating_sub(start));
        sum = results.by_ref().take(count - 1).fold(sum, u64::wrapping_add);
        lasts.push(clock.now().saturating_sub(start));
        check(answer, sum)?;
    }
    let middle = |of: Vec<Duration>| {
        let seconds = median(of.iter().map(Duration::as_secs_f64)).unwrap_or_default();
        Duration::from_secs_f64(seconds)
    };
    Ok(Bursts { first: middle(firsts), last: middle(lasts) })
}
