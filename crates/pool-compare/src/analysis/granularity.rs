//! The shortest job worth a pool, from efficiencies at several lengths.

use std::time::Duration;

use pool_measure::granularity::{Metg, metg};
use pool_workloads::{Speed, Workload};

use super::{
    Granularity, Length,
    compare::{efficiencies, interval},
    visits::{Logs, Visits},
};
use crate::{
    protocol::{Cell, Contender},
    quantity::THROUGHPUT,
};

/// At which efficiencies a pool is worth it: it does more than half of what it could; it does
/// nearly all.
const LEVELS: [f64; 2] = [0.5, 0.9];

/// The efficiencies of one backend at one length, by the numbers of the processes.
type Measured = (Duration, Vec<(u32, f64)>);

/// The granularity of each backend, at each level; nothing for those that were measured at fewer
/// than two lengths.
pub(super) fn granularity(
    backends: &[String],
    cells: &[&Visits<'_>],
    parallelism: u32,
) -> Vec<Granularity> {
    let timed =
        cells.iter().filter_map(|it| Some((job_length(it.cell)?, it.logs(&THROUGHPUT[0])?)));
    let mut cells: Vec<(Duration, Logs<'_>)> = timed.collect();
    cells.sort_by_key(|(length, _)| *length);
    let of_one = |name: &String| {
        let contender = Contender::Backend(name.clone());
        let measured = measured(&cells, &contender, parallelism);
        LEVELS.into_iter().filter_map(move |level| {
            let (length, processes) = reached(&measured, level)?;
            Some(Granularity { contender: contender.clone(), level, processes, length })
        })
    };
    backends.iter().flat_map(of_one).collect()
}

/// How long the jobs of a cell are, if all of them mix for the same time.
pub(crate) fn job_length(cell: &Cell) -> Option<Duration> {
    let Cell::Throughput { workload } = cell else { return None };
    workload.strip_prefix("cpu-")?;
    // Lengths are times; only their rounds depend on a speed.
    let workload = Workload::by_name(workload, Speed::new(1.0)).ok()?;
    Some(workload.mean_work()).filter(|length| !length.is_zero())
}

fn measured(
    cells: &[(Duration, Logs<'_>)],
    backend: &Contender,
    parallelism: u32,
) -> Vec<Measured> {
    let at = |(length, logs): &(Duration, Logs<'_>)| {
        let parts = efficiencies(logs, logs.place(backend)?, parallelism)?;
        Some((*length, logs.processes.iter().copied().zip(parts).collect()))
    };
    cells.iter().filter_map(at).collect()
}

/// Where a level is reached, and by how many processes: in each, which is one number at every
/// length, and then over all. Those in which it lies outside of the lengths measured count as
/// its end if they are few, and decide if they are most.
fn reached(measured: &[Measured], level: f64) -> Option<(Length, usize)> {
    let [(_, first), _, ..] = measured else { return None };
    let in_process = |number: u32| -> Option<Metg> {
        let of = |parts: &[(u32, f64)]| parts.iter().find(|(it, _)| *it == number).map(|it| it.1);
        let curve = measured.iter().map(|(length, parts)| Some((*length, of(parts)?)));
        metg(&curve.collect::<Option<Vec<_>>>()?, level)
    };
    let found: Vec<Metg> = first.iter().filter_map(|(number, _)| in_process(*number)).collect();
    let most = |is: fn(&Metg) -> bool| 2 * found.iter().filter(|it| is(it)).count() > found.len();
    let length = if most(|it| matches!(it, Metg::AtMost(_))) {
        Length::AtMost(nanos(measured.first()?.0))
    } else if most(|it| matches!(it, Metg::Beyond(_))) {
        Length::Beyond(nanos(measured.last()?.0))
    } else {
        let ends = found.iter().map(|(Metg::At(it) | Metg::AtMost(it) | Metg::Beyond(it))| *it);
        let logs: Vec<f64> = ends.map(|it| nanos(it).ln()).collect();
        (!logs.is_empty()).then(|| Length::At(interval(&logs, 1)))?
    };
    Some((length, found.len()))
}

fn nanos(length: Duration) -> f64 {
    length.as_secs_f64() * 1e9
}
