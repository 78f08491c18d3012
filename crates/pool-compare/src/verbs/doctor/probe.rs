//! What is measured of the machine itself: its clock, its timer, its steadiness, and how busy
//! others keep it.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use pool_measure::{
    cost::Cost,
    machine::{Ticks, cores_online},
    rounds::{median, quantile},
};
use pool_workloads::{Mix, Speed};

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Probe {
    /// The smallest step of the clock that was seen.
    pub(super) clock: Duration,
    /// How late a thread woke that slept for a millisecond.
    pub(super) sleep: Late,
    /// How long a fixed piece of work took.
    pub(super) work: Work,
    /// What others did meanwhile; `None` where the system does not say.
    pub(super) others: Option<Others>,
}

/// Some latenesses, in the middle and at worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Late {
    pub(super) median: Duration,
    pub(super) worst: Duration,
}

/// The same work again and again: its times over the median. 1 is steady.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Work {
    pub(super) p90: f64,
    pub(super) max: f64,
}

/// Parts of what all cores together could do, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Others {
    /// Used by other processes of this machine.
    pub(super) used: f64,
    /// Taken by the host for other machines.
    pub(super) stolen: f64,
}

impl Probe {
    /// Measures, which takes about half a second.
    pub(super) fn take() -> Self {
        let start = Instant::now();
        let before = (Ticks::so_far(), Cost::so_far());
        let (clock, sleep, work) = (clock(), sleep(), work());
        let own = before.1.zip(Cost::so_far()).map(|(before, after)| after - before);
        let ticks = before.0.zip(Ticks::so_far()).map(|(before, after)| after - before);
        let others = own.zip(ticks).zip(cores_online());
        let others = others.map(|((own, ticks), cores)| others_of(own, ticks, cores, start));
        Self { clock, sleep, work, others }
    }
}

fn clock() -> Duration {
    const LOOKS: usize = 10_000;
    let looks: Vec<Instant> = (0..LOOKS).map(|_| Instant::now()).collect();
    let steps = looks.windows(2).map(|pair| pair[1].saturating_duration_since(pair[0]));
    steps.filter(|step| !step.is_zero()).min().unwrap_or(Duration::MAX)
}

fn sleep() -> Late {
    const SLEEPS: usize = 60;
    const LENGTH: Duration = Duration::from_millis(1);
    let late = || {
        let start = Instant::now();
        thread::sleep(LENGTH);
        start.elapsed().saturating_sub(LENGTH).as_secs_f64()
    };
    let late: Vec<f64> = (0..SLEEPS).map(|_| late()).collect();
    let at = |part| Duration::from_secs_f64(quantile(late.iter().copied(), part).unwrap_or(0.0));
    Late { median: at(0.5), worst: at(1.0) }
}

fn work() -> Work {
    const PIECES: usize = 200;
    const LENGTH: Duration = Duration::from_millis(1);
    let rounds = Speed::measure().rounds(LENGTH);
    let time = |key| {
        let start = Instant::now();
        black_box(Mix { key, rounds }.run());
        start.elapsed().as_secs_f64()
    };
    let times: Vec<f64> = (0..).take(PIECES).map(time).collect();
    let middle = median(times.iter().copied()).unwrap_or(0.0).max(f64::MIN_POSITIVE);
    let over = |part| quantile(times.iter().copied(), part).unwrap_or(0.0) / middle;
    Work { p90: over(0.9), max: over(1.0) }
}

fn others_of(own: Cost, ticks: Ticks, cores: usize, start: Instant) -> Others {
    let seconds = |ticks: u64| {
        let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        f64::from(ticks) / f64::from(Ticks::PER_SECOND)
    };
    let cores = f64::from(u32::try_from(cores).unwrap_or(u32::MAX));
    let all = start.elapsed().as_secs_f64() * cores;
    let part = |seconds: f64| (seconds / all.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    let used = part(seconds(ticks.busy) - own.cpu.as_secs_f64());
    Others { used, stolen: part(seconds(ticks.stolen)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_has_something_of_everything() {
        let Probe { clock, sleep, work, .. } = Probe::take();
        assert!(clock > Duration::ZERO);
        assert!(sleep.median <= sleep.worst);
        assert!(1.0 <= work.p90 && work.p90 <= work.max);
    }
}
