//! Runs that nobody measured, for tests.

use std::collections::BTreeMap;

use crate::protocol::{Cell, CellPlan, Configuration, Contender, Sample};

/// A plan of three blocks, for these by their names.
pub(super) fn plan(cell: &str, contenders: &[&str]) -> CellPlan {
    CellPlan {
        cell: cell.parse().unwrap(),
        contenders: contenders.iter().map(|name| name.parse().unwrap()).collect(),
        blocks: 3,
        visit_ms: 50,
        min_processes: 5,
        max_processes: 12,
    }
}

/// Four workers, and a twin of the first backend.
pub(super) fn configuration(cells: Vec<CellPlan>) -> Configuration {
    let backends = cells[0].contenders.iter().filter_map(Contender::backend).map(str::to_owned);
    Configuration {
        preset: "full".to_owned(),
        seed: 1,
        workers: 4,
        latency_workers: 3,
        producers: 1,
        queue: 64,
        results_bound: None,
        linger_us: None,
        pinned: false,
        workers_pinned: true,
        rounds_per_micro: 100.0,
        backends: backends.collect(),
        input: None,
        cells,
        budget_s: None,
        precision: 0.02,
    }
}

pub(super) fn sample(
    cell: &Cell,
    contender: &Contender,
    (process, block): (u32, u32),
    values: &[(&str, f64)],
) -> Sample {
    Sample {
        process,
        block,
        place: 0,
        cell: cell.clone(),
        contender: contender.clone(),
        at_ms: 0,
        took_ms: 50.0,
        values: values
            .iter()
            .map(|&(key, value)| (key.to_owned(), value))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// The time per job of everyone in so many processes, by place among the contenders, process and
/// block.
pub(super) fn timed(
    plan: &CellPlan,
    processes: u32,
    nanos: impl Fn(usize, u32, u32) -> f64,
) -> Vec<Sample> {
    let mut samples = Vec::new();
    for process in 0..processes {
        for block in 0..plan.blocks {
            for (place, contender) in plan.contenders.iter().enumerate() {
                let value = nanos(place, process, block);
                let values = [("time_per_job_ns", value)];
                samples.push(sample(&plan.cell, contender, (process, block), &values));
            }
        }
    }
    samples
}
