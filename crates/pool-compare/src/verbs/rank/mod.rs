//! `rank`: who is better, cell by cell, by a kept run.

mod answer;

use super::kept::{Opened, RunArgs, print_json};
use crate::{
    analysis::Comparison,
    app::App,
    cell::Cell,
    error::Error,
    tables::{list, ranks, wrap},
    terminal,
};

use self::answer::{Ranking, show};

const DETAILS: &str = "\
Examples:
  cargo compare rank
      every cell of the latest run of this machine, by its main quantity
  cargo compare rank throughput/cpu-10us shutdown/idle
      two cells
  cargo compare rank --quantity cpu_per_job_ns
      by another quantity, where it was measured
  cargo compare rank --json
      a list of objects: `cell`, `quantity`, `trust` and `backends`, each with
      `rank`, `value` and `ratio_to_best` (both with an interval) and `verdict`";

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// Cells, as `list cells` names them [default: all of the run]
    #[arg(value_name = "CELL")]
    cells: Vec<String>,

    #[command(flatten)]
    run: RunArgs,

    /// By this quantity [default: the main one of each cell]
    #[arg(long, value_name = "KEY")]
    quantity: Option<String>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _app: &App<'_>) -> Result<(), Error> {
    let opened = Opened::find(args.run.run.as_deref(), &args.run.results)?;
    let comparisons = chosen(&opened, &args.cells, args.quantity.as_deref())?;
    if args.json {
        return print_json(&comparisons.iter().map(|it| Ranking::of(it)).collect::<Vec<_>>());
    }
    let mut parts = vec![format!("by {}", opened.describe())];
    parts.extend(comparisons.iter().map(|it| show(it)));
    if !comparisons.is_empty() {
        parts.push(wrap(&ranks(comparisons.iter().map(|it| &it.cell))));
    }
    terminal::print(parts.join("\n\n"))
}

/// The comparisons asked for: of all cells if none is named, and by each one's main quantity if
/// none is named.
fn chosen<'a>(
    opened: &'a Opened,
    cells: &[String],
    quantity: Option<&str>,
) -> Result<Vec<&'a Comparison>, Error> {
    for name in cells {
        if !opened.cells().contains(name) {
            let there_are = opened.cells().join(", ");
            return Err(Error::Usage(format!("the run has no cell {name:?}; it has {there_are}")));
        }
    }
    let wanted = |cell: &Cell| cells.is_empty() || cells.contains(&cell.to_string());
    let in_cells: Vec<_> =
        opened.analysis.comparisons.iter().filter(|it| wanted(&it.cell)).collect();
    let is_asked = |it: &&&Comparison| match quantity {
        Some(key) => it.quantity == key,
        None => it.is_main(),
    };
    let found: Vec<_> = in_cells.iter().filter(is_asked).copied().collect();
    if let (Some(key), true) = (quantity, found.is_empty()) {
        let mut keys: Vec<&str> = in_cells.iter().map(|it| it.quantity).collect();
        keys.sort_unstable();
        keys.dedup();
        let there_are = list(&keys);
        return Err(Error::Usage(format!(
            "--quantity {key}: not measured there; there are {there_are}"
        )));
    }
    Ok(found)
}
