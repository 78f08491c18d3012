//! The noise of kept runs: of visits, of processes and of hosts.

use std::sync::LazyLock;

use pool_statistics::{Estimate, mean, median};

use crate::{
    analysis::{Comparison, Trust},
    cell::Kind,
    opened::Opened,
    quantity::THROUGHPUT,
    store::{KeptRun, checkout},
};

pub(super) const POOLS: [&str; 5] = ["std", "crossbeam", "flume", "rayon", "tokio"];

pub(super) struct Seen {
    /// Of each pool: the logarithms of visits, over their median, with a core for each worker.
    pub(super) pinned: [Vec<f64>; 5],
    /// The same where the system placed the threads: some visits took twice as long.
    pub(super) placed: [Vec<f64>; 5],
    /// How far the logarithms of a pool lie apart between processes, beyond what all have in common: the
    /// standard deviation, in the median cell that has ranks.
    pub(super) process: f64,
    /// The same between two runs, beyond what their processes explain.
    pub(super) host: f64,
}

pub(super) static SEEN: LazyLock<Seen> = LazyLock::new(|| {
    let [placed, full, other] =
        ["2026-11-28-0ef5391c-2", "2026-11-28-0ef5391c", "2026-11-25-4754b1c3"].map(|run| {
            let directory = checkout().join("results/amd-epyc-2-cores").join(run);
            Opened::of(KeptRun::read(&directory).unwrap())
        });
    let mut pinned = csv::Reader::from_path(full.run.directory.join("cpu-10us.csv")).unwrap();
    let pinned = pinned.deserialize::<(String, u32, u32, String, f64)>().map(Result::unwrap);
    let pinned = pinned.filter(|it| it.0 == "throughput/cpu-10us").map(|it| (it.3, it.4));
    let placed = placed.run.samples.iter();
    let placed = placed.map(|it| (it.contender.to_string(), it.values[THROUGHPUT[0].key]));
    Seen {
        pinned: visits(&pinned.collect::<Vec<_>>()),
        placed: visits(&placed.collect::<Vec<_>>()),
        process: process(&full),
        host: host(&full, &other),
    }
});

fn visits(all: &[(String, f64)]) -> [Vec<f64>; 5] {
    POOLS.map(|pool| {
        let its = all.iter().filter(|it| it.0 == pool);
        let logs: Vec<f64> = its.map(|it| it.1.ln()).collect();
        let middle = median(logs.iter().copied()).unwrap();
        logs.iter().map(|log| log - middle).collect()
    })
}

fn process(of: &Opened) -> f64 {
    let noise = ranked(of).map(|cell| {
        let each = pairs(cell).into_iter().map(|it| it.error * (it.freedom + 1.0).sqrt());
        median(each).unwrap()
    });
    // Of two pools.
    median(noise).unwrap() / 2.0_f64.sqrt()
}

fn host(a: &Opened, b: &Opened) -> f64 {
    let cells = ranked(a).filter_map(|a| Some((a, ranked(b).find(|b| b.cell == a.cell)?)));
    let both = cells.flat_map(|(a, b)| pairs(a).into_iter().zip(pairs(b)));
    let beyond = both.map(|(a, b)| (a.mean - b.mean).powi(2) - a.error.powi(2) - b.error.powi(2));
    // Of two runs, and of two pools in each.
    (mean(&beyond.collect::<Vec<_>>()) / 4.0).max(0.0).sqrt()
}

fn ranked(of: &Opened) -> impl Iterator<Item = &Comparison> {
    let all = of.analysis.comparisons.iter().filter(|it| it.is_time_per_job());
    all.filter(|it| it.cell.kind() == Kind::Throughput && it.trust == Trust::Sound)
}

/// Every two of the pools, in their order.
fn pairs(cell: &Comparison) -> Vec<Estimate> {
    let ratio = |(a, b): (&str, &str)| cell.pair(a, b).unwrap().0;
    let all = POOLS.iter().enumerate();
    let both = all.flat_map(|(place, a)| POOLS[place + 1..].iter().map(move |b| (*a, *b)));
    let estimate = |it| Estimate::of_logs(ratio(it), cell.processes, cell.pairs.len()).unwrap();
    both.map(estimate).collect()
}
