//! What the contract costs: an empty job through each pool against the bare loop of its
//! library, side by side in one run.
//!
//! Each round visits every contender once, in an order that rotates; a visit is a fresh
//! start, a warm-up and a timed batch. The ratio is the median over rounds of each round's
//! own ratio. `cargo bench --bench overhead`; with `-- --test`, one small round.

use std::time::{Duration, Instant};

use pool_benches::{Contender, Pooled, floor, push, start};

const WORKERS: usize = 2;
const QUEUE: usize = 1024;
const ROUNDS: usize = 21;
const JOBS: u64 = 100_000;

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let (rounds, jobs) = if test { (1, 1_000) } else { (ROUNDS, JOBS) };
    println!(
        "an empty job, {WORKERS} workers, {rounds} rounds of {jobs} jobs: median ns a job (lowest)"
    );
    println!(
        "{:<10} {:>9} {:>16} {:>16} {:>7}",
        "backend", "results", "pool", "bare loop", "ratio"
    );
    for (label, results) in [("unbounded", None), ("bounded", Some(QUEUE))] {
        for (name, pool, floor) in contenders() {
            let mut ratios = Vec::new();
            let (mut pools, mut floors) = (Vec::new(), Vec::new());
            for round in 0..rounds {
                let (p, f) = if round % 2 == 0 {
                    let p = pool(results, jobs);
                    (p, floor(results, jobs))
                } else {
                    let f = floor(results, jobs);
                    (pool(results, jobs), f)
                };
                ratios.push(p / f);
                pools.push(p);
                floors.push(f);
            }
            println!(
                "{name:<10} {label:>9} {:>16} {:>16} {:>7.2}",
                summary(&mut pools),
                summary(&mut floors),
                median(&mut ratios)
            );
        }
    }
}

type Visit = fn(Option<usize>, u64) -> f64;

fn contenders() -> [(&'static str, Visit, Visit); 5] {
    [
        ("std", visit::<Pooled<pool_std::Std>>, visit::<floor::Std>),
        ("crossbeam", visit::<Pooled<pool_crossbeam::Crossbeam>>, visit::<floor::Crossbeam>),
        ("flume", visit::<Pooled<pool_flume::Flume>>, visit::<floor::Flume>),
        ("rayon", visit::<Pooled<pool_rayon::Rayon>>, visit::<floor::Rayon>),
        ("tokio", visit::<Pooled<pool_tokio::Tokio>>, visit::<floor::Tokio>),
    ]
}

/// Nanoseconds a job.
fn visit<C: Contender>(results: Option<usize>, jobs: u64) -> f64 {
    let (sender, mut receiver) = start::<C>(WORKERS, QUEUE, results);
    push(&sender, &mut receiver, jobs / 10);
    let clock = Instant::now();
    push(&sender, &mut receiver, jobs);
    nanos(clock.elapsed()) / f64::from(u32::try_from(jobs).expect("a count of jobs fits"))
}

#[allow(clippy::cast_precision_loss, reason = "a batch takes far less than 2^53 ns")]
fn nanos(duration: Duration) -> f64 {
    duration.as_nanos() as f64
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn summary(values: &mut [f64]) -> String {
    let median = median(values);
    format!("{median:.0} ({:.0})", values[0])
}
