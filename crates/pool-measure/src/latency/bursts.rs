//! Bursts: many jobs at once, as of a request that fans out, and then none for a while.

use std::time::Duration;

use pool_workloads::{Batch, Job};

use super::{clock::Clock, warm_up};
use crate::{
    contender::{Contender, Jobs, Shape},
    rounds::median,
    throughput::{WrongAnswer, check},
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
pub(super) fn run<C: Contender, T: Clock>(
    shape: Shape,
    bursts: Vec<Batch>,
    period: Duration,
) -> Result<Bursts, WrongAnswer> {
    let (sender, mut results) = C::start(shape, Job::run);
    drive::<T>(&sender, &mut results, shape.workers, bursts, period)
}

fn drive<T: Clock>(
    sender: &dyn Jobs<Job>,
    results: &mut dyn Iterator<Item = u64>,
    workers: usize,
    bursts: Vec<Batch>,
    period: Duration,
) -> Result<Bursts, WrongAnswer> {
    warm_up(workers, results, |job| sender.submit(job));
    let (mut firsts, mut lasts) = (Vec::new(), Vec::new());
    let mut due = T::now();
    for Batch { jobs, answer } in bursts {
        T::sleep_until(due);
        due = due.after(period);
        let count = jobs.len();
        let start = T::now();
        for job in jobs {
            sender.submit(job);
        }
        let mut sum = results.next().unwrap_or_default();
        firsts.push(T::now().since(start));
        sum = (&mut *results).take(count - 1).fold(sum, u64::wrapping_add);
        lasts.push(T::now().since(start));
        check(answer, sum)?;
    }
    let middle = |of: Vec<Duration>| {
        let seconds = median(of.iter().map(Duration::as_secs_f64)).unwrap_or_default();
        Duration::from_secs_f64(seconds)
    };
    Ok(Bursts { first: middle(firsts), last: middle(lasts) })
}
