//! `report`: one HTML file.

mod output;

use std::path::{Path, PathBuf};

use self::output::Output;
use crate::{
    error::Error,
    opened::{Opened, RunArgs},
    protocol::{Cell, Configuration},
    report::{Theme, forest_svg, render},
    shown::Shown,
    store::ResultsArgs,
    terminal::{print, say},
};

/// What the report is called where no other name is given.
const REPORT: &str = "report.html";

/// What a chart is drawn for, and what that is called in the names of files.
pub(crate) const THEMES: [(&str, Theme); 2] = [("light", Theme::Light), ("dark", Theme::Dark)];

const DETAILS: &str = "\
The file needs nothing else: it can be mailed, printed and kept. Written whole
or not at all; a report that is there is replaced, anything else is not.

Examples:
  cargo compare report
  cargo compare report results/my-machine/2026-03-14-1a2b3c4d --output pools.html
  cargo compare report results/*/2026-03-14-1a2b3c4d --output machines.html

Exit codes: 0 all is well, 1 the report could not be written, 2 a run is
damaged, or something else is where the report should be.";

/// What `report` is asked to do.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// The runs to report on: directories, or names as in `show runs` [default: the latest of
    /// this machine]
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,

    /// Where to write the report [default: report.html beside the run; of several, in the
    /// results directory]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    results: ResultsArgs,

    /// Write the ratios of throughput as REPORT-light.svg and REPORT-dark.svg, too: for a README
    #[arg(long)]
    svg: bool,

    /// Replace the output even if it is no report
    #[arg(long)]
    force: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    if args.svg && args.runs.len() > 1 {
        return Err(Error::Usage("--svg: is of one run; name one".to_owned()));
    }
    let runs = read(args)?;
    let path = match (&args.output, &runs[..]) {
        (Some(path), _) => path.clone(),
        (None, [one]) => one.run.directory.join(REPORT),
        (None, _) => args.results.directory().join(REPORT),
    };
    let report = Output::prepare(&path, args.force)?;
    let charts: Vec<_> = THEMES
        .iter()
        .filter(|_| args.svg)
        .map(|(name, theme)| Ok((Output::prepare(&beside(&path, name), args.force)?, *theme)))
        .collect::<Result<_, Error>>()?;
    let analysed = runs.into_iter().map(|Opened { run, analysis }| (run.file, analysis));
    let analysed: Vec<_> = analysed.collect();
    report.write(&render(&analysed))?;
    for (chart, theme) in charts {
        let drawn = analysed.first().and_then(|(file, analysis)| {
            forest_svg(analysis, &throughput(&file.configuration), theme)
        });
        match drawn {
            Some(drawn) => chart.write(&drawn)?,
            None => say(format_args!("--svg: no throughput was compared, so there is no chart")),
        }
    }
    print(Shown(&path))
}

/// `report-light.svg` beside `report.html`.
fn beside(path: &Path, theme: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{theme}.svg"));
    path.with_file_name(name)
}

fn throughput(configuration: &Configuration) -> Vec<Cell> {
    let cells = configuration.cells.iter().map(|plan| &plan.cell);
    cells.filter(|cell| matches!(cell, Cell::Throughput { .. })).cloned().collect()
}

/// The runs that were named, or the newest of this machine.
fn read(args: &Args) -> Result<Vec<Opened>, Error> {
    let open =
        |run: Option<PathBuf>| Opened::find(&RunArgs { run, results: args.results.clone() }, &[]);
    if args.runs.is_empty() {
        return Ok(vec![open(None)?]);
    }
    args.runs.iter().map(|run| open(Some(run.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::fixture;

    /// Keeps a run, and returns where.
    fn keep(results: &Path) -> PathBuf {
        let mut recorder = fixture::recorder(results);
        for sample in fixture::samples() {
            recorder.append(&sample).unwrap();
        }
        recorder.directory().to_owned()
    }

    fn report(results: &Path, runs: &[&Path], svg: bool) -> Result<(), Error> {
        run(&Args {
            runs: runs.iter().map(|&path| path.to_owned()).collect(),
            output: None,
            results: ResultsArgs { results: Some(results.to_owned()) },
            svg,
            force: false,
        })
    }

    #[test]
    fn the_report_of_a_run_lies_next_to_it_and_that_of_several_above_them() {
        let results = tempfile::tempdir().unwrap();
        let (one, other) = (keep(results.path()), keep(results.path()));
        report(results.path(), &[&one], true).unwrap();
        let html = fs::read_to_string(one.join(REPORT)).unwrap();
        assert!(html.contains("throughput/cpu-10us") && html.contains("shutdown/idle"));
        for chart in ["report-light.svg", "report-dark.svg"] {
            assert!(fs::read_to_string(one.join(chart)).unwrap().contains("flume"));
        }
        // Once more, over itself; and a run with a report is a run as before.
        report(results.path(), &[&one], true).unwrap();
        assert_eq!(fs::read_to_string(one.join(REPORT)).unwrap(), html);
        report(results.path(), &[&one, &other], false).unwrap();
        let html = fs::read_to_string(results.path().join(REPORT)).unwrap();
        assert!(html.contains("run-1-ranks") && html.contains("run-2-ranks"));
        assert!(!other.join(REPORT).exists());
    }
}
