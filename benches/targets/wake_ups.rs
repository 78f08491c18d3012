//! Waking the consumer, and what it saves not to: efficiency, CPU time and context switches
//! against the delay of results, for a consumer that takes each result as it comes, and for
//! one that collects them for a while.

use std::time::Duration;

use pool_benches::SHAPE;
use pool_measure::{
    contender::Shape,
    entry::BACKENDS,
    rounds::quantile,
    throughput::{WrongAnswer, jobs_lasting},
};
use pool_workloads::Workload;

use crate::{
    efficiency::{cost, efficiencies},
    plan::{Plan, Visited},
    row::Row,
};

const LENGTH: Duration = Duration::from_micros(10);

/// Settings in the order in which the figure shows them: `recv`, and lingers in microseconds.
pub(crate) const SETTINGS: [Option<u64>; 7] =
    [None, Some(0), Some(20), Some(50), Some(100), Some(200), Some(500)];

pub(crate) const EFFICIENCY: &str = "efficiency by linger, jobs of 10 µs";
pub(crate) const CPU: &str = "CPU time by linger, jobs of 10 µs";
const SWITCHES: &str = "voluntary context switches by linger, jobs of 10 µs";
const MEDIAN_DELAY: &str = "median delay of a result by linger, jobs of 10 µs";
pub(crate) const LONG_DELAY: &str =
    "99th percentile of the delay of a result by linger, jobs of 10 µs";

/// How a setting is called.
pub(crate) fn label(setting: Option<u64>) -> String {
    setting.map_or_else(|| "recv".to_owned(), |micros| format!("{micros} µs"))
}

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let workload = Workload::cpu(LENGTH, plan.speed);
    let of = |setting: Option<u64>| Shape { linger: setting.map(Duration::from_micros), ..SHAPE };
    let all = SETTINGS.iter().flat_map(|setting| BACKENDS.iter().map(move |it| (it, *setting)));
    let all: Vec<_> = all.collect();
    let mut visited = vec![Visited::Serial];
    visited.extend(all.iter().map(|&(it, setting)| {
        let shape = of(setting);
        Visited::Started(it.pool, shape)
    }));
    let samples = plan.visit_all(&workload, &visited)?;

    let jobs = jobs_lasting(Duration::from_millis(100), &workload, LENGTH, 1);
    let mut rows = Vec::new();
    for (&(backend, setting), of_one) in all.iter().zip(&samples[1..]) {
        let (name, label) = (backend.name(), label(setting));
        let parts = efficiencies(&samples[0], of_one, SHAPE.workers);
        rows.push(Row::new(EFFICIENCY, name, "part of ideal", parts).with(&label));
        let cost = cost(of_one, name, [CPU, SWITCHES]);
        rows.extend(cost.into_iter().map(|row| row.with(&label)));
        let rounds = plan.rounds.min(5);
        let delays = (0..rounds).map(|round| {
            let batch = workload.batch(jobs, plan.seed.wrapping_add(round as u64));
            backend.pool.delays(of(setting), batch.jobs)
        });
        let delays: Vec<Vec<f64>> = delays
            .map(|delays| delays.iter().map(|delay| delay.as_secs_f64() * 1e6).collect())
            .collect();
        for (quantity, part) in [(MEDIAN_DELAY, 0.5), (LONG_DELAY, 0.99)] {
            let rounds = delays.iter().filter_map(|it| quantile(it.iter().copied(), part));
            rows.push(Row::new(quantity, name, "µs", rounds.collect()).with(&label));
        }
    }
    let order = [EFFICIENCY, CPU, SWITCHES, MEDIAN_DELAY, LONG_DELAY];
    rows.sort_by_key(|row| order.iter().position(|quantity| *quantity == row.quantity));
    Ok(rows)
}
