//! What an empty job costs: each pool over the bare loop of its library, and the best pool
//! beside what a user might pick instead.

use std::time::Duration;

use pool_measure::{
    contender::Shape,
    entry::{BACKENDS, baselines},
    rounds::median,
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    plan::{LINGER, Plan, SHAPE, Visited, nanos},
    row::{Row, ratios},
};

const POOL: &str = "empty job";
const BARE: &str = "empty job, bare loop";
const BASELINE: &str = "empty job, baseline";

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
    for (setting, shape) in [("unbounded results", SHAPE), ("bounded results", bounded)] {
        for backend in BACKENDS {
            let name = backend.name();
            subjects.push((POOL, name, setting, Visited::Started(backend.pool, shape)));
            let floor = backend.floor.map(|floor| Visited::Started(floor, shape));
            subjects.extend(floor.map(|floor| (BARE, name, setting, floor)));
        }
    }
    for backend in BACKENDS {
        let visited = Visited::Started(backend.pool, batched);
        subjects.push((POOL, backend.name(), "recv_batch, 100 µs", visited));
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

fn over_baselines(rows: &[Row]) -> impl Iterator<Item = Row> {
    let middle = |row: &Row| median(row.rounds.iter().copied()).unwrap_or(f64::INFINITY);
    let pools = rows.iter().filter(|row| row.quantity == POOL);
    let best = pools.min_by(|a, b| middle(a).total_cmp(&middle(b)));
    let baselines = rows.iter().filter(|row| row.quantity == BASELINE);
    best.into_iter().flat_map(move |best| {
        baselines.clone().map(move |baseline| {
            let quantity = "throughput of the best pool over a baseline";
            let ratios = ratios(&baseline.rounds, &best.rounds);
            let by = format!("{}, {}", best.contender, best.setting);
            let row = Row::new(quantity, &baseline.contender, "ratio", ratios).with(by);
            if baseline.contender == SERIAL { row } else { row.at_least(OVER_BASELINES) }
        })
    })
}
