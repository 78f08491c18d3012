//! Which part of the ideal speed is reached with jobs of 10 µs, and what it costs the machine:
//! with results received one by one, and in batches. The targets are for batches, as one by one
//! it is a matter of luck (see `wake_ups`).

use std::time::Duration;

use pool_benches::SHAPE;
use pool_measure::{
    contender::Shape,
    entry::BACKENDS,
    granularity::efficiency,
    machine::{cores, parallelism},
    throughput::{Sample, WrongAnswer},
};
use pool_workloads::Workload;

use crate::{
    plan::{BATCHED, Plan, READERS, Visited, nanos},
    row::{Row, ratios},
};

const LENGTH: Duration = Duration::from_micros(10);
const EFFICIENCY: &str = "efficiency, jobs of 10 µs";
const CPU: &str = "CPU time, jobs of 10 µs";
const SWITCHES: &str = "voluntary context switches, jobs of 10 µs";

/// What every backend should reach.
const EACH: f64 = 0.75;

/// What the best backend should reach.
const BEST: f64 = 0.90;

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let workload = Workload::cpu(LENGTH, plan.speed);
    let mut visited = vec![Visited::Serial];
    for (_, linger) in READERS {
        let shape = Shape { linger, ..SHAPE };
        visited.extend(BACKENDS.iter().map(|it| Visited::Started(it.pool, shape)));
    }
    let samples = plan.visit_all(&workload, &visited)?;
    let alone = &samples[0];

    let mut rows = Vec::new();
    let mut costs = Vec::new();
    let of_all = READERS.iter().flat_map(|it| BACKENDS.iter().map(move |backend| (it.0, backend)));
    for ((setting, backend), samples) in of_all.zip(&samples[1..]) {
        let name = backend.name();
        let parts = efficiencies(alone, samples, SHAPE.workers);
        let row = Row::new(EFFICIENCY, name, "part of ideal", parts).with(setting);
        rows.push(if setting == BATCHED { row.at_least(EACH) } else { row });
        let cost = cost(samples, name, [CPU, SWITCHES]);
        costs.extend(cost.into_iter().map(|row| row.with(setting)));
    }
    let batched = rows.iter().filter(|row| row.setting == BATCHED);
    let best = batched.max_by(|a, b| a.median.total_cmp(&b.median)).cloned();
    let best = best.map(|row| Row { quantity: format!("{EFFICIENCY}, the best backend"), ..row });
    rows.extend(costs);
    rows.extend(best.map(|row| row.at_least(BEST)));
    rows.sort_by(|a, b| a.quantity.cmp(&b.quantity));
    Ok(rows)
}

/// Round by round.
pub(crate) fn efficiencies(alone: &[Sample], pooled: &[Sample], workers: usize) -> Vec<f64> {
    let parallelism = parallelism(workers, cores());
    let speed_ups = ratios(&nanos(alone), &nanos(pooled));
    speed_ups.into_iter().map(|speed_up| efficiency(speed_up, parallelism)).collect()
}

/// CPU time and context switches, under these names; nothing where the system does not tell.
pub(crate) fn cost(samples: &[Sample], name: &str, quantities: [&str; 2]) -> Vec<Row> {
    let cpu = samples.iter().filter_map(|it| Some(it.cpu_nanos_per_job()? / 1e3)).collect();
    let switches = samples.iter().filter_map(|it| Some(it.switches_per_job()?.0)).collect();
    let rows = [
        Row::new(quantities[0], name, "µs a job", cpu),
        Row::new(quantities[1], name, "a job", switches),
    ];
    rows.into_iter().filter(|row| !row.rounds.is_empty()).collect()
}
