//! What is measured of the machine itself: its timer, its steadiness, and how busy
//! others keep it. Times are in seconds.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use pool_measure::{
    cost::Cost,
    machine::{Ticks, cores_online},
    quantile::{median, quantile},
};
use pool_workloads::{Mix, Speed};

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Probe {
    /// How late a thread woke that slept for a millisecond: in the middle, and at worst.
    pub(super) late: [f64; 2],
    /// The times of a fixed piece of work, at p90 and the longest, over their median: 1 is steady.
    pub(super) work: [f64; 2],
    /// What others did meanwhile; `None` where the system does not say.
    pub(super) others: Option<Others>,
}

/// Parts of what all cores together could do, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Others {
    /// Used by other processes of this machine.
    pub(super) used: f64,
    /// Taken by the host for other machines.
    pub(super) stolen: f64,
}

const LENGTH: Duration = Duration::from_millis(1);

impl Probe {
    /// Measures, which takes about half a second.
    pub(super) fn take() -> Self {
        let start = Instant::now();
        let before = (Ticks::so_far(), Cost::so_far());
        let (late, work) = (late(), work());
        let own = before.1.zip(Cost::so_far()).map(|(before, after)| after - before);
        let ticks = before.0.zip(Ticks::so_far()).map(|(before, after)| after - before);
        let others = own.zip(ticks).zip(cores_online());
        let others = others.map(|((own, ticks), cores)| others_of(own, ticks, cores, start));
        Self { late, work, others }
    }
}

/// The times of something that is done again and again.
fn times(count: u32, mut once: impl FnMut(u32)) -> Vec<f64> {
    let mut time = |number| {
        let start = Instant::now();
        once(number);
        start.elapsed().as_secs_f64()
    };
    (0..count).map(&mut time).collect()
}

fn late() -> [f64; 2] {
    let slept = times(60, |_| thread::sleep(LENGTH));
    [0.5, 1.0].map(|part| {
        let slept = quantile(slept.iter().copied(), part).unwrap_or_default();
        (slept - LENGTH.as_secs_f64()).max(0.0)
    })
}

fn work() -> [f64; 2] {
    let rounds = Speed::measure().rounds(LENGTH);
    let times = times(200, |key| _ = black_box(Mix { key, rounds }.run()));
    let middle = median(times.iter().copied()).unwrap_or(0.0).max(f64::MIN_POSITIVE);
    [0.9, 1.0].map(|part| quantile(times.iter().copied(), part).unwrap_or(0.0) / middle)
}

fn others_of(own: Cost, ticks: Ticks, cores: usize, start: Instant) -> Others {
    let float = |number| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let seconds = |ticks: u64| float(ticks) / f64::from(Ticks::PER_SECOND);
    let all = start.elapsed().as_secs_f64() * float(cores as u64);
    let part = |seconds: f64| (seconds / all.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    let used = part(seconds(ticks.busy) - own.cpu.as_secs_f64());
    Others { used, stolen: part(seconds(ticks.stolen)) }
}
