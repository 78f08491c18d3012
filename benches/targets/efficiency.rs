//! Which part of the ideal speed is reached with jobs of 10 µs, and what it costs the machine:
//! with results received one by one, and in batches.

use std::time::Duration;

use pool_benches::{LINGER, SHAPE};
use pool_measure::{
    contender::Shape,
    entry::BACKENDS,
    granularity::efficiency,
    rounds::median,
    throughput::{Sample, WrongAnswer},
};
use pool_workloads::Workload;

use crate::{
    plan::{Plan, Visited},
    row::Row,
};

const LENGTH: Duration = Duration::from_micros(10);
const CPU: &str = "CPU time, jobs of 10 µs";
const SWITCHES: &str = "voluntary context switches, jobs of 10 µs";
const EACH: f64 = 0.75;
const BEST: f64 = 0.90;

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let workload = Workload::cpu(LENGTH, plan.speed);
    let settings = [("recv", None), ("recv_batch, 100 µs", Some(LINGER))];
    let mut visited = vec![Visited::Serial];
    for (_, linger) in settings {
        let shape = Shape { linger, ..SHAPE };
        visited.extend(BACKENDS.iter().map(|it| Visited::Started(it.pool, shape)));
    }
    let samples = plan.visit_all(&workload, &visited)?;
    let alone = &samples[0];

    let mut rows = Vec::new();
    let mut reached = Vec::new();
    let of_all = settings.iter().flat_map(|it| BACKENDS.iter().map(move |backend| (it.0, backend)));
    for ((setting, backend), samples) in of_all.zip(&samples[1..]) {
        let name = backend.name();
        let parts = efficiencies(alone, samples, SHAPE.workers);
        reached.push((name, parts.clone()));
        rows.push(
            Row::new("efficiency, jobs of 10 µs", name, "part of ideal", parts).with(setting),
        );
        let cost = cost(samples, name, [CPU, SWITCHES]);
        rows.extend(cost.into_iter().map(|row| row.with(setting)));
    }
    let of = |name| reached.iter().filter(move |it| it.0 == name).map(|it| it.1.clone());
    let better: Vec<_> = BACKENDS
        .iter()
        .filter_map(|it| Some((it.name(), of(it.name()).max_by(|a, b| by_median(a, b))?)))
        .collect();
    for (name, parts) in &better {
        let quantity = "efficiency, jobs of 10 µs, the better way of receiving";
        rows.push(Row::new(quantity, *name, "part of ideal", parts.clone()).at_least(EACH));
    }
    if let Some((name, parts)) = better.into_iter().max_by(|a, b| by_median(&a.1, &b.1)) {
        let quantity = "efficiency, jobs of 10 µs, the best backend";
        rows.push(Row::new(quantity, name, "part of ideal", parts).at_least(BEST));
    }
    rows.sort_by(|a, b| a.quantity.cmp(&b.quantity));
    Ok(rows)
}

/// Round by round.
pub(crate) fn efficiencies(alone: &[Sample], pooled: &[Sample], workers: usize) -> Vec<f64> {
    alone.iter().zip(pooled).map(|(alone, pooled)| efficiency(alone, pooled, workers)).collect()
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

fn by_median(a: &[f64], b: &[f64]) -> std::cmp::Ordering {
    let middle = |parts: &[f64]| median(parts.iter().copied()).unwrap_or(f64::NAN);
    middle(a).total_cmp(&middle(b))
}
