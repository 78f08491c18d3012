//! The shortest job worth a pool, from efficiencies at several lengths.

use std::{collections::BTreeMap, time::Duration};

use pool_measure::granularity::{Metg, metg};
use pool_workloads::{Speed, Workload};

use super::{
    Comparison, Granularity, Length, Trust,
    compare::{efficiencies, interval},
    visits::{Logs, Visits},
};
use crate::{
    protocol::{Axis, Cell, Contender, Setting},
    quantity::THROUGHPUT,
};

/// At which efficiency a pool is worth it: it does half of what it could.
const LEVEL: f64 = 0.5;

/// The efficiencies of one backend at one length, by the numbers of the processes.
type Measured = (Duration, BTreeMap<u32, f64>);

/// The granularity of each backend, for each way of receiving; nothing for those that were measured
/// at fewer than two lengths. An efficiency in a cell that is too noisy for ranks is no point of a
/// curve.
pub(super) fn granularity(
    cells: &[Visits<'_>],
    comparisons: &[Comparison],
    parallelism: u32,
) -> Vec<Granularity> {
    let quiet = |of: &Cell| {
        let mut timed = comparisons.iter().filter(|it| it.is_time_per_job() && it.cell == *of);
        timed.find(|it| it.trust != Trust::TooNoisy)
    };
    let timed = cells.iter().filter_map(|visits| {
        let setting = quiet(visits.cell)?.setting;
        Some((job_length(visits.cell)?, setting, visits.logs(&THROUGHPUT[0])?))
    });
    let mut cells: Vec<(Duration, Setting, Logs<'_>)> = timed.collect();
    cells.sort_by_key(|(length, setting, _)| (setting.linger_us, *length));
    let same = cells.chunk_by(|a, b| a.1 == b.1);
    let of_each = |cells: &[(Duration, Setting, Logs<'_>)]| -> Vec<Granularity> {
        let backends = cells[0].2.contenders.iter().filter(|it| it.backend().is_some());
        let of_one = |contender: &&Contender| {
            let at = |(length, _, logs): &(Duration, Setting, Logs<'_>)| {
                let parts = efficiencies(logs, logs.place(contender)?, parallelism)?;
                Some((*length, logs.processes.iter().copied().zip(parts).collect()))
            };
            let (length, processes) = reached(&cells.iter().filter_map(at).collect::<Vec<_>>())?;
            let (contender, receive) = ((*contender).clone(), cells[0].1.receive());
            Some(Granularity { contender, receive, processes, length })
        };
        backends.filter_map(of_one).collect()
    };
    same.flat_map(of_each).collect()
}

/// How long the jobs of a cell are, if all of them mix for the same time, and nothing but the way
/// of receiving is otherwise than in the run.
pub(crate) fn job_length(cell: &Cell) -> Option<Duration> {
    let Cell::Throughput { workload, .. } = cell else { return None };
    if cell.axes().any(|(axis, _)| axis != Axis::Receive) {
        return None;
    }
    workload.strip_prefix("cpu-")?;
    // Lengths are times; only their rounds depend on a speed.
    let workload = Workload::by_name(workload, Speed::new(1.0)).ok()?;
    Some(workload.mean_work()).filter(|length| !length.is_zero())
}

/// Where the level is reached, and by how many processes: in each, which is one number at every
/// length, and then over all. Those in which it lies outside of the lengths measured count as
/// its end if they are few, and decide if they are most.
fn reached(measured: &[Measured]) -> Option<(Length, usize)> {
    let [(_, first), _, ..] = measured else { return None };
    let in_process = |number: u32| -> Option<Metg> {
        let curve = measured.iter().map(|(length, parts)| Some((*length, *parts.get(&number)?)));
        metg(&curve.collect::<Option<Vec<_>>>()?, LEVEL)
    };
    let found: Vec<Metg> = first.keys().filter_map(|it| in_process(*it)).collect();
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
