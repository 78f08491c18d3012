//! The shortest job that is worth a pool.

use std::time::Duration;

use pool_measure::{
    contender::Shape,
    entry::{BACKENDS, baselines},
    granularity::{Metg, metg},
    rounds::median,
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    efficiency::efficiencies,
    plan::{LINGER, Plan, SHAPE, Visited},
    row::Row,
};

const LENGTHS: [f64; 9] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
const HALF: f64 = 0.5;
const MOST: f64 = 0.9;

/// What the best backend should reach half of the ideal speed with, in microseconds.
const BEST: f64 = 1.5;

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let workers = SHAPE.workers;
    let mut names = vec![("one thread alone", "")];
    let mut visited = vec![Visited::Serial];
    for (setting, linger) in [("recv", None), ("recv_batch, 100 µs", Some(LINGER))] {
        let shape = Shape { linger, ..SHAPE };
        names.extend(BACKENDS.map(|backend| (backend.name(), setting)));
        visited.extend(BACKENDS.iter().map(|it| Visited::Started(it.pool, shape)));
    }
    names.extend(BACKENDS.map(|backend| (backend.name(), "bare loop")));
    let floors = BACKENDS.iter().filter_map(|it| it.floor);
    visited.extend(floors.map(|it| Visited::Started(it, SHAPE)));
    let others = baselines();
    names.extend(others.iter().map(|it| (it.name, "baseline")));
    visited.extend(others.into_iter().map(|it| Visited::Started(it, SHAPE)));

    // For each contender: job lengths, and the efficiency in each round.
    let mut curves: Vec<Vec<(Duration, Vec<f64>)>> = vec![Vec::new(); visited.len()];
    for micros in LENGTHS {
        let length = Duration::from_secs_f64(micros / 1e6);
        let samples = plan.visit_all(&Workload::cpu(length, plan.speed), &visited)?;
        for (curve, of_one) in curves.iter_mut().zip(&samples) {
            curve.push((length, efficiencies(&samples[0], of_one, workers)));
        }
    }

    let mut rows = Vec::new();
    for ((name, setting), curve) in names.iter().zip(&curves).skip(1) {
        for (length, parts) in curve {
            let quantity = format!("efficiency, jobs of {length:?}");
            rows.push(Row::new(quantity, *name, "part of ideal", parts.clone()).with(*setting));
        }
    }
    rows.sort_by(|a, b| length_of(a).total_cmp(&length_of(b)));
    for (quantity, level) in [("METG(50)", HALF), ("METG(90)", MOST)] {
        for ((name, setting), curve) in names.iter().zip(&curves).skip(1) {
            let medians: Vec<_> = curve
                .iter()
                .map(|(length, parts)| (*length, median(parts.iter().copied()).unwrap_or(0.0)))
                .collect();
            let shortest = micros(metg(&medians, level));
            rows.push(Row::new(quantity, *name, "µs", vec![shortest]).with(*setting));
        }
    }
    rows.extend(judged(&rows));
    Ok(rows)
}

/// The rows that there are targets for: the best backend, and each beside the baseline that is
/// built on the same library.
fn judged(rows: &[Row]) -> Vec<Row> {
    let half = |name: &str, setting: &str| {
        let row = rows.iter().find(|row| {
            (row.quantity.as_str(), row.contender.as_str(), row.setting.as_str())
                == ("METG(50)", name, setting)
        });
        row.map(|row| row.median)
    };
    let better = |name: &str| {
        let both = [half(name, "recv"), half(name, "recv_batch, 100 µs")];
        both.into_iter().flatten().min_by(f64::total_cmp)
    };
    let best = BACKENDS.iter().filter_map(|it| Some((it.name(), better(it.name())?)));
    let best = best.min_by(|a, b| a.1.total_cmp(&b.1));
    let mut judged: Vec<_> = best
        .map(|(name, micros)| {
            Row::new("METG(50), best backend", name, "µs", vec![micros]).at_most(BEST)
        })
        .into_iter()
        .collect();
    for (name, baseline, setting) in same_library() {
        if let (Some(ours), Some(theirs)) = (better(name), half(baseline, setting)) {
            let quantity = "METG(50) over the baseline on the same library";
            let row = Row::new(quantity, name, "ratio", vec![ours / theirs]);
            judged.push(row.with(format!("over {baseline}")).at_most(1.0));
        }
    }
    judged
}

/// Each backend, what others built on its library, and under which setting that is measured.
fn same_library() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut pairs = vec![("rayon", "rayon", "bare loop")];
    #[cfg(feature = "baselines")]
    {
        use pool_measure::contender::baseline::{
            Baseline, Executors, RustyPool, SpawnBlocking, Threadpool,
        };
        pairs.extend([
            ("std", Threadpool::NAME, "baseline"),
            ("crossbeam", Executors::NAME, "baseline"),
            ("crossbeam", RustyPool::NAME, "baseline"),
            ("tokio", SpawnBlocking::NAME, "baseline"),
        ]);
    }
    pairs
}

/// In microseconds; infinite if no length reached the level.
fn micros(metg: Option<Metg>) -> f64 {
    match metg {
        Some(Metg::At(length) | Metg::AtMost(length)) => length.as_secs_f64() * 1e6,
        Some(Metg::Beyond(_)) | None => f64::INFINITY,
    }
}

fn length_of(row: &Row) -> f64 {
    let length = row.quantity.rsplit(' ').next().unwrap_or_default();
    LENGTHS
        .into_iter()
        .find(|micros| format!("{:?}", Duration::from_secs_f64(micros / 1e6)) == length)
        .unwrap_or(f64::INFINITY)
}
