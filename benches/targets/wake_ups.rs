//! Waking the consumer, and what it saves not to: efficiency, CPU time and context switches
//! against the delay of results. For the bare loops, whose consumer waits as the library has
//! it; for a pool's consumer that takes each result as it comes; and for one that collects them
//! for a while.

use std::time::Duration;

use pool_benches::SHAPE;
use pool_measure::{
    contender::Shape,
    entry::{BACKENDS, Entry, FLOORS},
    rounds::{quantile, rounds},
    throughput::{WrongAnswer, jobs_lasting},
};
use pool_workloads::Workload;

use crate::{
    efficiency::{cost, efficiencies},
    plan::{Plan, Visited},
    row::Row,
};

const LENGTH: Duration = Duration::from_micros(10);

/// How results are received.
#[derive(Clone, Copy)]
pub(crate) enum Setting {
    /// As the library does, without a pool.
    Bare,
    /// By `recv`.
    Recv,
    /// By `recv_batch`, with a linger of so many microseconds.
    Batch(u64),
}

use self::Setting::{Bare, Batch, Recv};

/// In the order in which the figure shows them.
pub(crate) const SETTINGS: [Setting; 8] =
    [Bare, Recv, Batch(0), Batch(20), Batch(50), Batch(100), Batch(200), Batch(500)];

pub(crate) const EFFICIENCY: &str = "efficiency by linger, jobs of 10 µs";
pub(crate) const CPU: &str = "CPU time by linger, jobs of 10 µs";
const SWITCHES: &str = "voluntary context switches by linger, jobs of 10 µs";
pub(crate) const MEDIAN_DELAY: &str = "median delay of a result by linger, jobs of 10 µs";
const LONG_DELAY: &str = "99th percentile of the delay of a result by linger, jobs of 10 µs";

/// How a setting is called.
pub(crate) fn label(setting: Setting) -> String {
    match setting {
        Bare => "bare loop".to_owned(),
        Recv => "recv".to_owned(),
        Batch(micros) => format!("{micros} µs"),
    }
}

impl Setting {
    /// What is visited for the backend at a place of the list.
    fn entry(self, backend: usize) -> Entry {
        if let Bare = self { FLOORS[backend] } else { BACKENDS[backend].pool }
    }

    fn shape(self) -> Shape {
        match self {
            Batch(micros) => Shape { linger: Some(Duration::from_micros(micros)), ..SHAPE },
            Bare | Recv => SHAPE,
        }
    }
}

pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let workload = Workload::cpu(LENGTH, plan.speed);
    let all = SETTINGS.iter().flat_map(|setting| (0..BACKENDS.len()).map(move |it| (it, *setting)));
    let all: Vec<_> = all.collect();
    let mut visited = vec![Visited::Serial];
    visited.extend(all.iter().map(|&(it, how)| Visited::Started(how.entry(it), how.shape())));
    let samples = plan.visit_all(&workload, &visited)?;

    let jobs = jobs_lasting(Duration::from_millis(100), &workload, LENGTH, 1);
    let delays = rounds(plan.seed, plan.rounds.min(5), all.len(), |one| {
        let (backend, setting) = all[one];
        setting.entry(backend).delays(setting.shape(), workload.batch(jobs, plan.seed))
    })?;
    let mut rows = Vec::new();
    for ((&(backend, setting), of_one), delays) in all.iter().zip(&samples[1..]).zip(&delays) {
        let (name, label) = (BACKENDS[backend].name(), label(setting));
        let parts = efficiencies(&samples[0], of_one, SHAPE.workers);
        rows.push(Row::new(EFFICIENCY, name, "part of ideal", parts).with(&label));
        let cost = cost(of_one, name, [CPU, SWITCHES]);
        rows.extend(cost.into_iter().map(|row| row.with(&label)));
        for (quantity, part) in [(MEDIAN_DELAY, 0.5), (LONG_DELAY, 0.99)] {
            let micros = |delay: &Duration| delay.as_secs_f64() * 1e6;
            let rounds = delays.iter().filter_map(|it| quantile(it.iter().map(micros), part));
            rows.push(Row::new(quantity, name, "µs", rounds.collect()).with(&label));
        }
    }
    let order = [EFFICIENCY, CPU, SWITCHES, MEDIAN_DELAY, LONG_DELAY];
    rows.sort_by_key(|row| order.iter().position(|quantity| *quantity == row.quantity));
    Ok(rows)
}
