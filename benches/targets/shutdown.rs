//! How long the end takes.

use std::{convert::Infallible, time::Duration};

use pool_measure::{
    entry::{BACKENDS, FLOORS},
    rounds::rounds,
    shutdown::{Running, idle_floor},
    throughput::WrongAnswer,
};
use pool_workloads::Workload;

use crate::{
    plan::Plan,
    row::{Row, ratios},
};

const BACKLOG: usize = 100_000;
const DEAF: Duration = Duration::from_millis(2);
const WORKERS: usize = 2;

/// Over unparking and joining as many bare threads.
const IDLE: f64 = 1.2;

/// Milliseconds to the undone jobs in hand.
const IN_HAND: f64 = 10.0;

type Scenario<'a> = (&'a str, Box<dyn Fn(usize) -> f64 + 'a>);

#[expect(clippy::unnecessary_wraps, reason = "as every section")]
pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let mut rows = Vec::new();
    for workers in [2, 8, 32] {
        let setting = format!("{workers} workers");
        // The pools, the bare loops of their libraries, and bare threads.
        let each = BACKENDS.len();
        let times = paired(plan, 2 * each + 1, |one| {
            micros(match (BACKENDS.get(one), FLOORS.get(one.wrapping_sub(each))) {
                (Some(backend), _) => (backend.idle_shutdown)(workers),
                (None, Some(floor)) => floor.idle_bare(workers),
                (None, None) => idle_floor(workers),
            })
        });
        let threads = &times[2 * each];
        for (backend, times) in BACKENDS.iter().zip(&times) {
            let row = Row::new("idle shutdown", backend.name(), "µs", times.clone());
            rows.push(row.with(&setting));
        }
        for (backend, times) in BACKENDS.iter().zip(&times[each..]) {
            let row = Row::new("idle shutdown of bare loops", backend.name(), "µs", times.clone());
            rows.push(row.with(&setting));
        }
        rows.push(Row::new("idle shutdown", "bare threads", "µs", threads.clone()).with(&setting));
        for (backend, (pool, bare)) in BACKENDS.iter().zip(times.iter().zip(&times[each..])) {
            let name = backend.name();
            let quantity = "idle shutdown over bare threads";
            let row = Row::new(quantity, name, "ratio", ratios(pool, threads));
            rows.push(row.with(&setting).at_most(IDLE));
            let quantity = "idle shutdown over the bare loop";
            rows.push(Row::new(quantity, name, "ratio", ratios(pool, bare)).with(&setting));
        }
    }

    let backlog = if plan.brief { BACKLOG / 100 } else { BACKLOG };
    let stops = paired(plan, BACKENDS.len(), |one| {
        let stop = (BACKENDS[one].stop)(WORKERS, backlog, Running::Waiting);
        (micros(stop.in_hand) / 1e3, micros(stop.joined) / 1e3)
    });
    for (backend, stops) in BACKENDS.iter().zip(stops) {
        let (in_hand, joined): (Vec<_>, Vec<_>) = stops.into_iter().unzip();
        let name = backend.name();
        let quantity = "stop with 100,000 queued jobs, to the list in hand";
        rows.push(Row::new(quantity, name, "ms", in_hand).at_most(IN_HAND));
        rows.push(Row::new("stop with 100,000 queued jobs, to joined", name, "ms", joined));
    }

    let drained = Workload::cpu(Duration::from_micros(10), plan.speed);
    let scenarios: [Scenario<'_>; 4] = [
        (
            "drain of 1,000 jobs of 10 µs, over the ideal",
            Box::new(|one| {
                let drain = (BACKENDS[one].drain)(WORKERS, &|| drained.batch(1_000, plan.seed));
                micros(drain.elapsed) - micros(drain.ideal)
            }),
        ),
        (
            "stop under jobs that poll",
            Box::new(|one| micros((BACKENDS[one].stop)(WORKERS, 0, Running::Polling).joined)),
        ),
        (
            "stop under jobs that go on, over what they took",
            Box::new(|one| {
                let stop = (BACKENDS[one].stop)(WORKERS, 0, Running::Deaf(DEAF));
                micros(stop.joined) - micros(stop.ran_on)
            }),
        ),
        (
            "last completion to joined",
            Box::new(|one| micros((BACKENDS[one].last_completion_to_joined)(WORKERS))),
        ),
    ];
    for (quantity, scenario) in scenarios {
        let times = paired(plan, BACKENDS.len(), scenario);
        for (backend, micros) in BACKENDS.iter().zip(times) {
            rows.push(Row::new(quantity, backend.name(), "µs", micros));
        }
    }
    rows.sort_by(|a, b| a.quantity.cmp(&b.quantity));
    Ok(rows)
}

fn paired<T>(plan: &Plan, contenders: usize, mut visit: impl FnMut(usize) -> T) -> Vec<Vec<T>> {
    let measured =
        rounds(plan.seed, plan.rounds, contenders, |one| Ok::<_, Infallible>(visit(one)));
    measured.unwrap_or_else(|never| match never {})
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
