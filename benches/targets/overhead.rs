//! What an empty job costs: each pool over the bare loop of its library, and the best pool
//! beside what a user might pick instead.

use pool_measure::{
    contender::Shape,
    entry::{self, BACKENDS},
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    plan::{Plan, SHAPE, Visited, nanos},
    row::{Row, ratios},
};

/// What the contract may cost, over the bare loop.
fn allowed(backend: &str) -> f64 {
    match backend {
        "rayon" | "tokio" => 1.3,
        _ => 1.4,
    }
}

/// How many times as fast as a baseline the best pool should be.
const OVER_BASELINES: f64 = 2.0;

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let empty = Workload::cpu(std::time::Duration::ZERO, plan.speed);
    let mut rows = Vec::new();
    let mut best: Vec<f64> = Vec::new();
    let baselines = entry::baselines();

    for (setting, results) in [("unbounded results", None), ("bounded results", Some(1024))] {
        let shape = Shape { results, ..SHAPE };
        let pools = BACKENDS.iter().map(|it| Visited::Started(it.pool, shape));
        let floors = BACKENDS.iter().filter_map(|it| it.floor);
        let others = floors.chain(baselines.iter().copied().filter(|_| results.is_none()));
        let others = others.map(|it| Visited::Started(it, shape));
        let visited: Vec<_> = pools.chain(others).collect();
        let samples: Vec<_> =
            plan.visit_all(&empty, &visited)?.iter().map(|it| nanos(it)).collect();
        let (pools, others) = samples.split_at(BACKENDS.len());
        let (floors, measured) = others.split_at(BACKENDS.len());

        for (backend, pool) in BACKENDS.iter().zip(pools) {
            let row = Row::new("empty job", backend.name(), "ns a job", pool.clone());
            rows.push(row.with(setting));
        }
        for (backend, floor) in BACKENDS.iter().zip(floors) {
            let row = Row::new("empty job, bare loop", backend.name(), "ns a job", floor.clone());
            rows.push(row.with(setting));
        }
        for ((backend, pool), floor) in BACKENDS.iter().zip(pools).zip(floors) {
            let name = backend.name();
            let row = Row::new("empty job over its bare loop", name, "ratio", ratios(pool, floor));
            rows.push(row.with(setting).at_most(allowed(name)));
        }
        if results.is_none() {
            best = pools
                .iter()
                .min_by(|a, b| middle(a).total_cmp(&middle(b)))
                .cloned()
                .unwrap_or_default();
        }
        for (baseline, nanos) in baselines.iter().zip(measured) {
            let name = baseline.name;
            rows.push(Row::new("empty job, baseline", name, "ns a job", nanos.clone()));
            let row = Row::new("best pool over a baseline", name, "ratio", ratios(nanos, &best));
            rows.push(row.at_least(OVER_BASELINES));
        }
    }
    rows.sort_by(|a, b| a.quantity.cmp(&b.quantity));
    Ok(rows)
}

fn middle(nanos: &[f64]) -> f64 {
    pool_measure::rounds::median(nanos.iter().copied()).unwrap_or(f64::INFINITY)
}
