//! Other ways to build the bare loop over a library, each over the one that is the floor; and
//! bounded results over unbounded ones.

use std::time::Duration;

use pool_benches::{SHAPE, variant::VARIANTS};
use pool_measure::{
    contender::Shape,
    entry::{BACKENDS, FLOORS},
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    plan::{Plan, Visited, nanos},
    row::{Row, ratios},
};

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let floors = FLOORS.iter().map(|it| Visited::Started(*it, SHAPE));
    let mut visited: Vec<_> = floors.collect();
    visited.extend(VARIANTS.iter().map(|it| Visited::Started(it.entry, SHAPE)));
    let bounded = Shape { results: Some(SHAPE.queue), ..SHAPE };
    for shape in [SHAPE, bounded] {
        visited.extend(BACKENDS.iter().map(|it| Visited::Started(it.pool, shape)));
    }

    let mut rows = Vec::new();
    for (job, length) in
        [("empty job", Duration::ZERO), ("jobs of 10 µs", Duration::from_micros(10))]
    {
        let samples = plan.visit_all(&Workload::cpu(length, plan.speed), &visited)?;
        let (floors, others) = samples.split_at(BACKENDS.len());
        let (variants, pools) = others.split_at(VARIANTS.len());
        let (unbounded, bounded) = pools.split_at(BACKENDS.len());
        for (variant, samples) in VARIANTS.iter().zip(variants) {
            let floor = BACKENDS.iter().zip(floors).find(|(it, _)| it.name() == variant.of);
            let floor = floor.map(|(_, samples)| nanos(samples)).unwrap_or_default();
            let quantity = format!("variant over the bare loop, {job}");
            let row = Row::new(quantity, variant.of, "ratio", ratios(&nanos(samples), &floor));
            rows.push(row.with(variant.entry.name));
        }
        for ((backend, unbounded), bounded) in BACKENDS.iter().zip(unbounded).zip(bounded) {
            let quantity = format!("bounded results over unbounded, {job}");
            let ratios = ratios(&nanos(bounded), &nanos(unbounded));
            rows.push(Row::new(quantity, backend.name(), "ratio", ratios));
        }
    }
    rows.sort_by(|a, b| a.quantity.cmp(&b.quantity));
    Ok(rows)
}
