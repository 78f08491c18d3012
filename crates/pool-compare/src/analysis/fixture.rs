//! Runs that nobody measured, for tests.

use crate::protocol::{CellPlan, Configuration, Sample};

/// A plan of three blocks, for these by their names.
pub(crate) fn plan(cell: &str, contenders: &[&str]) -> CellPlan {
    CellPlan {
        cell: cell.parse().unwrap(),
        contenders: contenders.iter().map(|name| name.parse().unwrap()).collect(),
        blocks: 3,
        visit_ms: 50,
        min_processes: 5,
        max_processes: 12,
    }
}

/// Four workers, each with a core, and results one by one.
pub(crate) fn configuration(cells: Vec<CellPlan>) -> Configuration {
    Configuration {
        workers: 4,
        latency_workers: 3,
        queue: 64,
        workers_pinned: true,
        cells,
        ..Configuration::default()
    }
}

/// The main quantity of everyone in so many processes, by place among the contenders, process and
/// block. A visit takes 50 ms.
pub(crate) fn measured(
    plan: &CellPlan,
    processes: u32,
    value: impl Fn(usize, u32, u32) -> f64,
) -> Vec<Sample> {
    let key = plan.cell.quantities()[0].key;
    let mut samples = Vec::new();
    for process in 0..processes {
        for block in 0..plan.blocks {
            for contender in plan.visited(process) {
                let place = plan.contenders.iter().position(|it| it == contender).unwrap();
                samples.push(Sample {
                    process,
                    block,
                    place: 0,
                    cell: plan.cell.clone(),
                    contender: contender.clone(),
                    at_ms: 0,
                    took_ms: 50.0,
                    values: [(key.to_owned(), value(place, process, block))].into(),
                });
            }
        }
    }
    samples
}
