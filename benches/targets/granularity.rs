//! The shortest job that is worth a pool.
//!
//! From the medians of the efficiencies, not round by round: the last crossing of a level counts,
//! so in a single round noise at any one length makes the figure too long. Hence one figure,
//! without quartiles.

use std::time::Duration;

use pool_benches::SHAPE;
use pool_measure::{
    contender::Shape,
    entry::{BACKENDS, FLOORS, baselines},
    granularity::{Metg, metg},
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    efficiency::efficiencies,
    plan::{BATCHED, Plan, READERS, RECV, Visited},
    row::Row,
};

const LENGTHS: [f64; 9] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
const HALF: &str = "METG(50)";
const MOST: &str = "METG(90)";
const BARE: &str = "bare loop";
const BASELINE: &str = "baseline";

/// What the best backend should reach half of the ideal speed with, in microseconds.
const BEST: f64 = 1.5;

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let workers = SHAPE.workers;
    let mut names = vec![("one thread alone", "")];
    let mut visited = vec![Visited::Serial];
    for (setting, linger) in READERS {
        let shape = Shape { linger, ..SHAPE };
        names.extend(BACKENDS.map(|backend| (backend.name(), setting)));
        visited.extend(BACKENDS.iter().map(|it| Visited::Started(it.pool, shape)));
    }
    names.extend(BACKENDS.map(|backend| (backend.name(), BARE)));
    visited.extend(FLOORS.iter().map(|it| Visited::Started(*it, SHAPE)));
    let others = baselines();
    names.extend(others.iter().map(|it| (it.name, BASELINE)));
    visited.extend(others.into_iter().map(|it| Visited::Started(it, SHAPE)));

    let mut rows = Vec::new();
    // For each contender: job lengths, and the median efficiency.
    let mut curves: Vec<Vec<(Duration, f64)>> = vec![Vec::new(); visited.len()];
    for micros in LENGTHS {
        let length = Duration::from_secs_f64(micros / 1e6);
        let samples = plan.visit_all(&Workload::cpu(length, plan.speed), &visited)?;
        for (((name, setting), curve), of_one) in names.iter().zip(&mut curves).zip(&samples) {
            let parts = efficiencies(&samples[0], of_one, workers);
            let quantity = format!("efficiency, jobs of {length:?}");
            let row = Row::new(quantity, *name, "part of ideal", parts).with(*setting);
            curve.push((length, row.median));
            rows.push(row);
        }
    }
    for (quantity, level) in [(HALF, 0.5), (MOST, 0.9)] {
        for ((name, setting), curve) in names.iter().zip(&curves).skip(1) {
            let shortest = micros(metg(curve, level));
            rows.push(Row::new(quantity, *name, "µs", vec![shortest]).with(*setting));
        }
    }
    rows.extend(judged(&rows));
    Ok(rows)
}

/// The rows that there are targets for: the best backend, and each beside what others built on
/// the same library, whose results are received one by one. What a batch adds is told besides.
fn judged(rows: &[Row]) -> Vec<Row> {
    let half = |name: &str, setting: &str| {
        let mut of_it = rows.iter().filter(|row| row.quantity == HALF && row.contender == name);
        of_it.find(|row| row.setting == setting).map(|row| row.median)
    };
    let pools = rows.iter().filter(|row| row.quantity == HALF);
    let pools = pools.filter(|row| [RECV, BATCHED].contains(&row.setting.as_str()));
    let best = pools.min_by(|a, b| a.median.total_cmp(&b.median));
    let mut judged: Vec<_> = best
        .map(|row| {
            let best = Row::new("METG(50), best backend", &row.contender, "µs", vec![row.median]);
            best.with(&row.setting).at_most(BEST)
        })
        .into_iter()
        .collect();
    for (name, baseline, measured_as) in same_library() {
        for setting in [RECV, BATCHED] {
            // Infinite is what no length has reached: no ratio.
            if let (Some(ours), Some(theirs)) = (half(name, setting), half(baseline, measured_as))
                && ours.is_finite()
                && theirs.is_finite()
            {
                let quantity = "METG(50) over what others built on the same library";
                let row = Row::new(quantity, name, "ratio", vec![ours / theirs]);
                let row = row.with(format!("{setting}, over {baseline}"));
                judged.push(if setting == RECV { row.at_most(1.0) } else { row });
            }
        }
    }
    judged
}

/// Each backend, what others built on its library, and under which setting that is measured.
fn same_library() -> Vec<(&'static str, &'static str, &'static str)> {
    let rayon = ("rayon", "rayon", BARE);
    #[cfg(not(feature = "baselines"))]
    return vec![rayon];
    #[cfg(feature = "baselines")]
    {
        use pool_measure::contender::baseline::{
            Baseline, Executors, QubitThreadPool, RustyPool, SpawnBlocking, Threadpool,
        };
        vec![
            rayon,
            ("std", Threadpool::NAME, BASELINE),
            ("crossbeam", Executors::NAME, BASELINE),
            ("crossbeam", RustyPool::NAME, BASELINE),
            ("crossbeam", QubitThreadPool::NAME, BASELINE),
            ("tokio", SpawnBlocking::NAME, BASELINE),
        ]
    }
}

/// In microseconds; infinite if no length reached the level.
fn micros(metg: Option<Metg>) -> f64 {
    match metg {
        Some(Metg::At(length) | Metg::AtMost(length)) => length.as_secs_f64() * 1e6,
        Some(Metg::Beyond(_)) | None => f64::INFINITY,
    }
}
