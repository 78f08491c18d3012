//! What an empty job costs: each pool over the bare loop of its library, and the best pool
//! beside what a user might pick instead.

use std::time::Duration;

use pool_benches::{LINGER, SHAPE};
use pool_measure::{
    contender::Shape,
    entry::{BACKENDS, FLOORS, baselines},
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    plan::{BATCHED, Plan, Visited, nanos},
    row::{Row, ratios},
};

const POOL: &str = "empty job";
const BARE: &str = "empty job, bare loop";
const BASELINE: &str = "empty job, baseline";

const UNBOUNDED: &str = "unbounded results";

/// What the contract may cost, over the bare loop.
fn allowed(backend: &str) -> f64 {
    match backend {
        "rayon" | "tokio" => 1.3,
        _ => 1.4,
    }
}

/// How many times as fast as a pool of another crate the best pool should be.
const OVER_BASELINES: f64 = 2.0;

/// The baseline that is no pool: nothing is handed to another thread.
const SERIAL: &str = "serial loop";

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let bounded = Shape { results: Some(SHAPE.queue), ..SHAPE };
    let batched = Shape { linger: Some(LINGER), ..SHAPE };
    let mut subjects = Vec::new();
    for (setting, shape) in [(UNBOUNDED, SHAPE), ("bounded results", bounded)] {
        for (backend, floor) in BACKENDS.iter().zip(FLOORS) {
            let name = backend.name();
            subjects.push((POOL, name, setting, Visited::Started(backend.pool, shape)));
            subjects.push((BARE, name, setting, Visited::Started(floor, shape)));
        }
    }
    for backend in BACKENDS {
        let visited = Visited::Started(backend.pool, batched);
        subjects.push((POOL, backend.name(), BATCHED, visited));
    }
    for baseline in baselines() {
        subjects.push((BASELINE, baseline.name, "", Visited::Started(baseline, SHAPE)));
    }

    let visited: Vec<_> = subjects.iter().map(|subject| subject.3).collect();
    let samples = plan.visit_all(&Workload::cpu(Duration::ZERO, plan.speed), &visited)?;
    let measured = subjects.iter().zip(&samples).map(|((quantity, name, setting, _), samples)| {
        Row::new(*quantity, *name, "ns a job", nanos(samples)).with(*setting)
    });
    let mut rows: Vec<_> = measured.collect();
    rows.sort_by_key(|row| [POOL, BARE, BASELINE].iter().position(|it| *it == row.quantity));
    let mut judged: Vec<_> = over_bare_loops(&rows).collect();
    judged.extend(over_baselines(&rows));
    rows.extend(judged);
    Ok(rows)
}

fn over_bare_loops(rows: &[Row]) -> impl Iterator<Item = Row> {
    rows.iter().filter(|row| row.quantity == POOL).filter_map(|pool| {
        let same = |row: &&Row| row.contender == pool.contender && row.setting == pool.setting;
        let bare = rows.iter().filter(|row| row.quantity == BARE).find(same)?;
        let ratios = ratios(&pool.rounds, &bare.rounds);
        let row = Row::new("empty job over its bare loop", &pool.contender, "ratio", ratios);
        Some(row.with(&pool.setting).at_most(allowed(&pool.contender)))
    })
}

/// The best pool is the one with the least median, which favours it a little. The same way of
/// receiving on both sides is judged; what a batch adds is told besides.
fn over_baselines(rows: &[Row]) -> impl Iterator<Item = Row> {
    let best = |setting: &str| {
        let pools = rows.iter().filter(|row| row.quantity == POOL && row.setting == setting);
        pools.min_by(|a, b| a.median.total_cmp(&b.median))
    };
    let bests = [best(UNBOUNDED), best(BATCHED)].into_iter().flatten();
    bests.flat_map(|best| {
        let baselines = rows.iter().filter(|row| row.quantity == BASELINE);
        baselines.map(|baseline| {
            let quantity = "throughput of the best pool over a baseline";
            let ratios = ratios(&baseline.rounds, &best.rounds);
            let by = format!("{}, {}", best.contender, best.setting);
            let row = Row::new(quantity, &baseline.contender, "ratio", ratios).with(by);
            let judged = best.setting == UNBOUNDED && baseline.contender != SERIAL;
            if judged { row.at_least(OVER_BASELINES) } else { row }
        })
    })
}
