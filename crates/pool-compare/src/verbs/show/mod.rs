//! `show`: all that a kept run says.

mod facts;
mod samples;

use std::path::PathBuf;

use serde::Serialize;

use super::kept::{Opened, print_json};
use crate::{
    analysis::Analysis,
    app::App,
    error::Error,
    store::{ResultsArgs, RunFile},
    tables, terminal,
};

const DETAILS: &str = "\
Examples:
  cargo compare show
      the latest run of this machine: where it was measured, and who is best
  cargo compare show results/some-cpu-2-cores/2026-03-14-1a2b3c4d
      a certain run
  cargo compare show --samples > samples.csv
      every value of every visit, for a spreadsheet
  cargo compare show --json
      one object: `directory`, `run` as in run.json, `analysis`";

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// The run: its directory, or its name as in `list runs` [default: the latest of this machine]
    #[arg(value_name = "RUN")]
    run: Option<PathBuf>,

    #[command(flatten)]
    results: ResultsArgs,

    /// Print the samples as CSV instead: one line for each value of each visit
    #[arg(long, conflicts_with = "json")]
    samples: bool,

    /// Print one JSON object instead
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    directory: String,
    run: &'a RunFile,
    analysis: &'a Analysis,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _app: &App<'_>) -> Result<(), Error> {
    let opened = Opened::find(args.run.as_deref(), &args.results)?;
    let Opened { run, analysis } = &opened;
    if args.samples {
        return samples::print(&run.samples);
    }
    if args.json {
        return json(&opened);
    }
    terminal::print(format_args!(
        "{}\n\n{}\n\n{}",
        facts::facts(&run.file),
        tables::everything(analysis, &run.file.cells),
        facts::files(&run.directory)
    ))
}

/// Prints all of a run as one JSON object.
pub(crate) fn json(opened: &Opened) -> Result<(), Error> {
    let Opened { run, analysis } = opened;
    let directory = run.directory.display().to_string();
    print_json(&Shown { directory, run: &run.file, analysis })
}
