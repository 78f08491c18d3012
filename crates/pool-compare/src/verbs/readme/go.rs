//! The table of Go's worker pools next to ours, from what `scripts/measure-go` kept.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::{RESULTS, figure::in_print};
use crate::{
    figures::Scale,
    quantity::Unit,
    statistics::{Interval, mean_interval},
    tables::Grid,
};

/// A visit: a line of `samples.csv`.
#[derive(Debug, Deserialize)]
struct Sample {
    cell: String,
    language: String,
    contender: String,
    /// Nothing for the serial loop.
    receive: String,
    time_per_job_ns: f64,
}

/// What the page calls a contender, in the order of the table.
const ROWS: [(&str, &str, &str); 7] = [
    ("go", "serial", "Go, one goroutine, no pool"),
    ("go", "workers", "Go, the pool of the guides"),
    ("go", "goroutines", "Go, a goroutine a job"),
    ("rust", "serial", "Rust, one thread, no pool"),
    ("rust", "std", "`Std`"),
    ("rust", "crossbeam", "`Crossbeam`"),
    ("rust", "crossbeam-native", "`pool_crossbeam::Native`"),
];

/// The jobs, and what the page calls them.
const CELLS: [(&str, &str); 3] = [("empty", "empty"), ("1us", "1 µs"), ("10us", "10 µs")];

/// The ways to receive, and what the page calls them.
const WAYS: [(&str, &str); 2] = [("recv", "one by one"), ("recv_batch", "in batches")];

/// The table of a run, with the files that it is from. `up` leads from the page to the checkout.
pub(super) fn table(root: &Path, run: &str, up: &str) -> Result<String, String> {
    if run == "none" {
        return Ok("No run is kept yet: `scripts/measure-go` makes one.".to_owned());
    }
    let directory = format!("{RESULTS}/go/{run}");
    let path = root.join(&directory).join("samples.csv");
    let failed = |error: csv::Error| format!("{directory}/samples.csv: {error}");
    let samples = csv::Reader::from_path(path).map_err(failed)?.into_deserialize();
    let samples: Vec<Sample> = samples.collect::<Result<_, _>>().map_err(failed)?;
    let grid = grid(&samples).ok_or_else(|| format!("{directory}/samples.csv: no visits"))?;
    Ok(format!("{grid}\n\nTime per job, less is better; from [`{directory}`]({up}{directory})."))
}

/// Of each contender in each cell the mean over its visits; nothing if there are none.
fn grid(samples: &[Sample]) -> Option<String> {
    let mut logs = BTreeMap::<_, Vec<f64>>::new();
    for it in samples {
        let key = (&*it.language, &*it.contender, &*it.cell, &*it.receive);
        logs.entry(key).or_default().push(it.time_per_job_ns.ln());
    }
    let mean = |logs: &Vec<f64>| {
        let mean = mean_interval(logs, 1).unwrap_or_else(|| Interval::exactly(logs[0])).exp();
        in_print(&Scale::of(Unit::Nanos, mean.estimate).interval(mean))
    };
    let columns = || WAYS.iter().flat_map(|way| CELLS.iter().map(move |cell| (way, cell)));
    let header = columns().map(|((_, way), (_, cell))| format!("{cell}, {way}"));
    let mut grid = Grid::new([String::new()].into_iter().chain(header));
    for (language, contender, name) in ROWS {
        let cells = columns().map(|((way, _), (cell, _))| {
            // What receives nothing has its value in the first columns.
            let way = if contender == "serial" && *way == "recv" { "" } else { way };
            logs.get(&(language, contender, cell, way)).map(mean).unwrap_or_default()
        });
        grid.row([name.to_owned()].into_iter().chain(cells));
    }
    (!logs.is_empty()).then(|| grid.markdown())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn each_contender_has_a_row_with_its_mean_and_interval() {
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("results/go/r");
        fs::create_dir_all(&run).unwrap();
        let head = "round,cell,language,contender,receive,time_per_job_ns\n";
        let made = |samples: &str| {
            fs::write(run.join("samples.csv"), format!("{head}{samples}")).unwrap();
            table(dir.path(), "r", "../../")
        };
        let made_of_three = made(
            "1,1us,go,workers,recv,500\n2,1us,go,workers,recv,500\n1,empty,rust,serial,,1.5\n",
        )
        .unwrap();
        let row = "| Go, the pool of the guides |  | 500 ns |  |  |  |  |\n";
        assert!(made_of_three.contains(row), "{made_of_three}");
        assert!(made_of_three.contains("| Rust, one thread, no pool | 1.50 ns |"));
        assert!(made_of_three.ends_with("[`results/go/r`](../../results/go/r)."));
        assert_eq!(made("").unwrap_err(), "results/go/r/samples.csv: no visits");
        assert!(made("1,empty\n").unwrap_err().starts_with("results/go/r/samples.csv: "));
        assert!(table(dir.path(), "none", "").unwrap().starts_with("No run is kept yet"));
    }
}
