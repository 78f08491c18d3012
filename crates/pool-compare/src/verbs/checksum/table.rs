//! The results for people: a table no wider than 80 columns, with what it means below.

use super::{
    report::{Report, Row},
    spread::Spread,
};
use crate::{
    figures::{bytes, count, decimals, megabytes_per_second},
    tables::ruled,
};

/// Below this many rounds, medians and spreads say little.
const ENOUGH_ROUNDS: usize = 5;

/// What times are shown in.
#[derive(Clone, Copy)]
struct Unit {
    name: &'static str,
    seconds: f64,
}

impl Unit {
    /// The largest that is not longer than any of the times.
    fn for_rows(rows: &[Row]) -> Self {
        let medians = rows.iter().filter_map(|row| row.summary).map(|seconds| seconds.median);
        match medians.fold(f64::INFINITY, f64::min) {
            shortest if shortest < 1e-3 => Self { name: "microseconds", seconds: 1e-6 },
            shortest if shortest < 1.0 => Self { name: "milliseconds", seconds: 1e-3 },
            _ => Self { name: "seconds", seconds: 1.0 },
        }
    }
}

/// The table; `None` if not one round was completed.
pub(crate) fn table(report: &Report) -> Option<String> {
    let unit = Unit::for_rows(&report.rows);
    let rows: Vec<_> = report.rows.iter().filter_map(|row| cells(report, row, unit)).collect();
    if rows.is_empty() {
        return None;
    }
    let header = ["", "files", "bytes", unit.name, "MB/s", "speed-up"].map(str::to_owned);
    let table = ruled(header.to_vec(), vec![rows]);
    Some(format!("{table}\n{}", legend(report)))
}

fn cells(report: &Report, row: &Row, unit: Unit) -> Option<Vec<String>> {
    let seconds = row.summary?;
    Some(vec![
        row.name.clone(),
        report.files.to_string(),
        bytes(report.bytes),
        spread(seconds, unit.seconds, decimals(seconds.median / unit.seconds, 3)),
        megabytes_per_second(report.bytes, seconds.median),
        row.speed_up.map(|times| spread(times, 1.0, 2)).unwrap_or_default(),
    ])
}

/// What the numbers mean, and how far they go.
fn legend(report: &Report) -> String {
    let Report { rounds, workers, seed, .. } = report;
    let trust = match rounds {
        1 => "One round: no spread is known, so no conclusion can be drawn.".to_owned(),
        2..ENOUGH_ROUNDS => {
            format!(
                "Median (min..max) of {rounds} rounds: a preview, take at least {ENOUGH_ROUNDS}."
            )
        }
        _ => format!(
            "Median (min..max) of {rounds} rounds; where two spreads overlap, call it a tie."
        ),
    };
    let baseline = report.rows.first().and_then(|row| row.summary);
    let noise =
        baseline.filter(|_| *rounds > 1).map_or(String::new(), |Spread { median, min, max }| {
            let percent = (max - min) / median * 100.0;
            format!(
                "Noise: the slowest round of the serial loop took {percent:.0} % of the median \
                 longer\nthan its fastest.\n"
            )
        });
    let workers = count(*workers, "worker");
    format!(
        "{trust}\n{noise}\
         {workers} in each pool, order drawn with --seed {seed}, warm page cache;\n\
         speed-up is over the serial loop in the same round."
    )
}

/// `0.412 (0.401..0.433)`, in units of `unit`; the median alone where there is no spread.
fn spread(spread: Spread, unit: f64, decimals: usize) -> String {
    let [median, min, max] = [spread.median, spread.min, spread.max].map(|it| it / unit);
    if spread.min >= spread.max {
        return format!("{median:.decimals$}");
    }
    format!("{median:.decimals$} ({min:.decimals$}..{max:.decimals$})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, seconds: f64, speed_up: f64) -> Row {
        let around = |x: f64| Some(Spread { median: x, min: x * 0.9, max: x * 1.1 });
        let (summary, speed_up) = (around(seconds), around(speed_up));
        Row { name: name.to_owned(), seconds: vec![seconds; 5], summary, speed_up }
    }

    #[test]
    fn the_table_fits_a_terminal_of_80_columns() {
        for (files, bytes, seconds) in [
            (1, 1, 0.000_012_3),
            (1_234, 5_678, 0.082),
            (123_456, 98_765_432, 0.34),
            (1_234_567, 987_654_321_000, 1234.5),
        ] {
            let report = Report {
                files,
                bytes,
                rows: vec![
                    row("serial loop", seconds, 1.0),
                    row("crossbeam", seconds / 63.9, 63.9),
                ],
                rounds: 5,
                ..Report::default()
            };
            let table = table(&report).unwrap();
            let width = table.lines().map(|line| line.chars().count()).max();
            assert!(width <= Some(80), "\n{table}");
        }
    }
}
