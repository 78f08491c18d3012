//! What a pool costs while it has little to do, and whether its memory is flat: each once.

use std::time::Duration;

use pool_benches::SHAPE;
use pool_measure::{entry::BACKENDS, throughput::WrongAnswer};

use crate::{plan::Plan, row::Row};

const MEBIBYTE: f64 = 1_048_576.0;

#[expect(clippy::unnecessary_wraps, reason = "as every section")]
pub(crate) fn measure(plan: &Plan) -> Result<Vec<Row>, WrongAnswer> {
    let brief = plan.brief;
    let period = if brief { Duration::from_millis(10) } else { Duration::from_secs(1) };
    let sparse = if brief { 10 } else { 500 };
    let jobs = if brief { 10_000 } else { 10_000_000 };
    let mut rows = Vec::new();
    for backend in &BACKENDS {
        let name = backend.name();
        if let Some(cost) = (backend.idle)(8, period) {
            let millis = cost.cpu.as_secs_f64() * 1e3 / period.as_secs_f64();
            let row = Row::new("CPU time of 8 idle workers", name, "ms a second", vec![millis]);
            rows.push(row.at_most(1.0));
        }
        if let Some(cost) = backend.pool.sparse(SHAPE, sparse, Duration::from_millis(1)) {
            let micros = cost.cpu.as_secs_f64() * 1e6 / f64::from(sparse);
            rows.push(Row::new(
                "CPU time, one empty job a millisecond",
                name,
                "µs a job",
                vec![micros],
            ));
        }
        if let Some(bytes) = (backend.growth)(2, 1024, jobs) {
            let bytes = u32::try_from(bytes).map_or(f64::INFINITY, f64::from);
            let quantity = "growth over 10 million jobs, all bounded";
            rows.push(Row::new(quantity, name, "MiB", vec![bytes / MEBIBYTE]).at_most(1.0));
        }
    }
    rows.sort_by(|a, b| a.quantity.cmp(&b.quantity));
    Ok(rows)
}
