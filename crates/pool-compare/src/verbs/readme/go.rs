//! The table of Go's worker pools next to ours, from what `scripts/measure-go` kept.

use std::{collections::BTreeMap, iter, path::Path};

use pool_statistics::mean_interval;

use super::{RESULTS, figure::no_link};
use crate::{figures::Scale, quantity::Unit, tables::Grid};

/// A visit, a line of `samples.csv`: the round, the cell, the language, the contender, how results are
/// received (nothing for the serial loop), and the time per job in nanoseconds.
type Sample = (u32, String, String, String, String, f64);

/// The contenders, and what the page calls them.
const ROWS: [(&str, &str); 7] = [
    ("go serial", "Go, one goroutine, no pool"),
    ("go workers", "Go, the pool of the guides"),
    ("go goroutines", "Go, a goroutine a job"),
    ("rust serial", "Rust, one thread, no pool"),
    ("rust std", "`Std`"),
    ("rust crossbeam", "`Crossbeam`"),
    ("rust crossbeam-native", "`pool_crossbeam::Native`"),
];

/// The jobs with the way to receive, and what the page calls them.
const COLUMNS: [(&str, &str); 6] = [
    ("empty recv", "empty, one by one"),
    ("1us recv", "1 µs, one by one"),
    ("10us recv", "10 µs, one by one"),
    ("empty recv_batch", "empty, in batches"),
    ("1us recv_batch", "1 µs, in batches"),
    ("10us recv_batch", "10 µs, in batches"),
];

/// The table of a run, the mean over the visits of each, with the files that it is from. `up` leads
/// from the page to the checkout.
pub(super) fn table(root: &Path, run: &str, up: &str) -> Result<String, String> {
    let directory = format!("{RESULTS}/go/{run}");
    let failed = |error: csv::Error| format!("{directory}/samples.csv: {error}");
    let path = root.join(&directory).join("samples.csv");
    let mut logs = BTreeMap::<String, Vec<f64>>::new();
    for sample in csv::Reader::from_path(path).map_err(failed)?.into_deserialize() {
        let (_, cell, language, contender, receive, nanos): Sample = sample.map_err(failed)?;
        let receive = if receive.is_empty() { "recv" } else { &receive };
        let key = format!("{language} {contender} {cell} {receive}");
        logs.entry(key).or_default().push(nanos.ln());
    }
    let mean = |logs: &Vec<f64>| {
        let mean = mean_interval(logs, 1).exp();
        no_link(&Scale::of(Unit::Nanos, mean.estimate).interval(mean))
    };
    let mut grid = Grid::new(iter::once("").chain(COLUMNS.map(|it| it.1)));
    for (contender, name) in ROWS {
        let of = |(column, _)| logs.get(&format!("{contender} {column}"));
        let means = COLUMNS.map(|it| of(it).map(mean).unwrap_or_default());
        grid.row(iter::once(name.to_owned()).chain(means));
    }
    let table = grid.markdown();
    Ok(format!("{table}\n\nTime per job, less is better; from [`{directory}`]({up}{directory})."))
}
