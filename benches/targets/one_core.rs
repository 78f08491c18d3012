//! The same on one core, where whoever spins keeps others from working.

use std::{panic, thread, time::Duration};

use pool_benches::SHAPE;
use pool_measure::{
    entry::{BACKENDS, FLOORS},
    machine::pin_to_one_core,
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    efficiency::efficiencies,
    plan::{Plan, Visited, nanos},
    row::{Row, ratios},
};

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    thread::scope(|scope| {
        // On a thread of its own: what it starts is kept to the core with it.
        let pinned = scope.spawn(|| match pin_to_one_core() {
            Ok(()) => measure_here(plan),
            Err(error) => {
                println!("\none core: left out, {error}");
                Ok(Vec::new())
            }
        });
        pinned.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
    })
}

fn measure_here(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let mut visited = vec![Visited::Serial];
    visited.extend(BACKENDS.iter().map(|it| Visited::Started(it.pool, SHAPE)));
    visited.extend(FLOORS.iter().map(|it| Visited::Started(*it, SHAPE)));

    let mut rows = Vec::new();
    let empty = plan.visit_all(&Workload::cpu(Duration::ZERO, plan.speed), &visited)?;
    let (pools, floors) = empty[1..].split_at(BACKENDS.len());
    for ((backend, pool), floor) in BACKENDS.iter().zip(pools).zip(floors) {
        let (name, pool, floor) = (backend.name(), nanos(pool), nanos(floor));
        let ratios = ratios(&pool, &floor);
        rows.push(Row::new("one core, empty job", name, "ns a job", pool));
        rows.push(Row::new("one core, empty job over its bare loop", name, "ratio", ratios));
    }
    let work = plan.visit_all(&Workload::cpu(Duration::from_micros(10), plan.speed), &visited)?;
    for (backend, pool) in BACKENDS.iter().zip(&work[1..]) {
        let parts = efficiencies(&work[0], pool, 1);
        rows.push(Row::new(
            "one core, efficiency, jobs of 10 µs",
            backend.name(),
            "part of ideal",
            parts,
        ));
    }
    rows.sort_by(|a, b| a.quantity.cmp(&b.quantity));
    Ok(rows)
}
