//! `list`: what there is.

mod things;

use clap::ValueEnum;
use serde_json::{Map, Value};

use super::kept::print_json;
use crate::{app::App, error::Error, store::ResultsArgs, tables::wrap, terminal};

const DETAILS: &str = "\
Examples:
  cargo compare list
      everything
  cargo compare list cells
      what can be measured, and by which preset it is
  cargo compare list runs --results results
      the runs that are kept there, the newest first
  cargo compare list --json
      an object with a list for each of `backends`, `workloads`, `cells`,
      `capabilities` and `runs`; with WHAT, of that alone";

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// Of what [default: everything]
    #[arg(value_name = "WHAT")]
    what: Option<What>,

    #[command(flatten)]
    results: ResultsArgs,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Backends,
    Workloads,
    Cells,
    Capabilities,
    Runs,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Backends => "backends",
            Self::Workloads => "workloads",
            Self::Cells => "cells",
            Self::Capabilities => "capabilities",
            Self::Runs => "runs",
        }
    }

    /// What stands above it.
    fn title(self) -> &'static str {
        match self {
            Self::Workloads => "workloads, and cpu-LENGTH with any length up to 1s",
            Self::Cells => "cells, those of a quick run marked; any workload and load makes more",
            other => other.name(),
        }
    }
}

/// Runs the verb.
pub(crate) fn run(args: &Args, app: &App<'_>) -> Result<(), Error> {
    let asked = args.what.map_or_else(|| What::value_variants().to_vec(), |what| vec![what]);
    let mut texts = Vec::new();
    let mut objects = Map::new();
    for what in asked {
        let things = match what {
            What::Backends => things::backends(app.backends),
            What::Workloads => things::workloads(),
            What::Cells => things::cells(),
            What::Capabilities => things::capabilities(app.backends),
            What::Runs => things::runs(&args.results.directory())?,
        };
        let lines = things.iter().flat_map(|(text, _)| text.lines().map(wrap));
        let text = lines.collect::<Vec<_>>().join("\n");
        texts.push(format!(
            "{}:\n{}",
            what.title(),
            if text.is_empty() { "  none" } else { &text }
        ));
        let values = things.into_iter().map(|(_, value)| value).collect();
        objects.insert(what.name().to_owned(), Value::Array(values));
    }
    if args.json { print_json(&objects) } else { terminal::print(texts.join("\n\n")) }
}
