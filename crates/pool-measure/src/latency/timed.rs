//! Jobs of which each is timed.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use pool_workloads::Batch;

use super::{Ends, Latencies, clock::Clock, warm_up};
use crate::{
    throughput::{WrongAnswer, check},
    words::{Handler, Shelf},
};

/// Jobs, and what their workers note of them: all of it into memory that was there before.
pub(super) struct Timed {
    pub(super) clock: Arc<dyn Clock>,
    shelf: Shelf,
    /// When each was started, and what it gave.
    ran: Vec<OnceLock<(Duration, u64)>>,
    answer: u64,
}

/// The times of one job.
pub(super) struct Times {
    pub(super) started: Duration,
    pub(super) received: Duration,
}

impl Timed {
    /// Starts what runs the job in each place that is submitted, and gives that place.
    pub(super) fn start(
        start: impl FnOnce(Handler) -> Ends,
        clock: Arc<dyn Clock>,
        workers: usize,
        Batch { jobs, answer }: Batch,
    ) -> (Arc<Self>, Ends) {
        let ran = jobs.iter().map(|_| OnceLock::new()).collect();
        let timed = Arc::new(Self { clock, shelf: Shelf::new(jobs), ran, answer });
        let shared = Arc::clone(&timed);
        let mut ends = start(Box::new(move |place, _| {
            let started = shared.clock.now();
            let number = shared.shelf.run(place);
            if let Some(ran) = usize::try_from(place).ok().and_then(|place| shared.ran.get(place)) {
                // One that is run twice gives another number, and so a wrong answer.
                _ = ran.set((started, number));
            }
            place
        }));
        warm_up(workers, &mut ends);
        (timed, ends)
    }

    /// The times of each job, by the places that were received, and when.
    ///
    /// # Errors
    ///
    /// If these are not the jobs, or what they gave is wrong.
    pub(super) fn times(
        &self,
        mut received: Vec<(u64, Duration)>,
    ) -> Result<Vec<Times>, WrongAnswer> {
        received.sort_unstable();
        let ran: Vec<_> = self.ran.iter().filter_map(OnceLock::get).collect();
        let sum = ran.iter().map(|it| it.1).fold(0, u64::wrapping_add);
        check(self.answer, sum)?;
        if !received.iter().map(|it| it.0).eq(0..self.ran.len() as u64) {
            return Err(WrongAnswer { expected: self.answer, received: sum });
        }
        let times = ran.into_iter().zip(received);
        Ok(times.map(|(&(started, _), (_, received))| Times { started, received }).collect())
    }
}

/// From each of these moments to when its job was started, and to when its result was received.
pub(super) fn since(moments: &[Duration], times: &[Times]) -> (Latencies, Latencies) {
    let since = |of: fn(&Times) -> Duration| {
        times.iter().zip(moments).map(|(times, moment)| of(times).saturating_sub(*moment)).collect()
    };
    (since(|it| it.started), since(|it| it.received))
}

/// How many seconds all jobs together were in the system from these moments on, until a moment.
pub(super) fn in_system(moments: &[Duration], times: &[Times], until: Duration) -> f64 {
    let each = times.iter().zip(moments);
    let each = each.map(|(times, moment)| times.received.min(until).saturating_sub(*moment));
    each.sum::<Duration>().as_secs_f64()
}
