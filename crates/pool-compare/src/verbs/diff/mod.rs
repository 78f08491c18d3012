//! `diff`: what has changed from one run to another.

mod change;
mod versions;

use std::path::PathBuf;

use serde::Serialize;

use self::change::Change;
use crate::{
    analysis::Trust,
    error::Error,
    figures::{count as count_of, percent, range, ratio},
    opened::{Opened, RunArgs},
    shown::Shown,
    statistics::Verdict,
    store::{Difference, ResultsArgs, of_figures},
    tables::{list, wrap},
    terminal::{self, print_json},
};

const DETAILS: &str = "\
From one run to another a machine drifts by more than backends differ. So what
is compared is each backend's ratio to the first one, which is measured beside
it in both runs. Intervals are of 95 % confidence, for all backends of a cell
at once.

Examples:
  cargo compare diff 2026-03-14-1a2b3c4d 2026-04-01-5e6f7a8b
      two runs under results/, by their names
  cargo compare diff before/ after/ --json
      one object: `old`, `new`, `versions`, `reference`, `changes` (each with
      `factor`, new over old, and `verdict`) and `too_noisy`
  cargo compare diff old/ new/ --force
      even of another machine, preset or number of workers";

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// The run before: its directory, or its name as in `show runs`
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The run after
    #[arg(value_name = "NEW")]
    new: PathBuf,

    #[command(flatten)]
    results: ResultsArgs,

    /// Compare runs of different machines or configurations, too
    #[arg(long)]
    force: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What has changed; serialized, it is what `--json` prints.
#[derive(Debug, Serialize)]
struct Diff {
    old: String,
    new: String,
    /// What they were built with and from, where it differs.
    versions: Vec<String>,
    /// The backend that the others are compared beside; its own changes may be the machine's.
    reference: String,
    /// But for cells that were too noisy in either run.
    changes: Vec<Change>,
    /// Cells of which nothing is said.
    too_noisy: Vec<String>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let open = |run: &PathBuf| {
        let (run, results) = (Some(run.clone()), args.results.clone());
        Opened::find(&RunArgs { run, results }, &[])
    };
    let (old, new) = (open(&args.old)?, open(&args.new)?);
    if old.run.directory == new.run.directory {
        return Err(Error::Usage("a run is to be compared with another".to_owned()));
    }
    if let Some(Difference { field, values: [before, after] }) =
        of_figures(&old.run.file, &new.run.file)
    {
        let runs = format!("{} and {}", Shown(&args.old), Shown(&args.new));
        let differ = format!("{runs} differ in {field}: {before}, and {after}");
        if !args.force {
            return Err(Error::Usage(format!("{differ}; --force compares them all the same")));
        }
        terminal::say(format_args!("compared by force: {differ}"));
    }
    let diff = Diff::of(&old, &new)?;
    if args.json { print_json(&diff) } else { terminal::print(diff.show()) }
}

impl Diff {
    fn of(old: &Opened, new: &Opened) -> Result<Self, Error> {
        let reference = change::reference(&old.run, &new.run).ok_or_else(|| {
            Error::NoAnswer("the runs have no backend in common: nothing can be compared".into())
        })?;
        let is_noisy = |it: &Change| {
            [old, new].iter().any(|run| {
                let mut all = run.analysis.comparisons.iter();
                all.any(|of| {
                    of.trust == Trust::TooNoisy
                        && of.quantity == it.quantity
                        && of.cell.to_string() == it.cell
                })
            })
        };
        let (noisy, changes): (Vec<_>, Vec<_>) =
            change::changes(&old.run, &new.run, &reference).into_iter().partition(is_noisy);
        let mut too_noisy: Vec<String> =
            noisy.iter().map(|it| format!("{} ({})", it.cell, it.title)).collect();
        too_noisy.dedup();
        if changes.is_empty() && too_noisy.is_empty() {
            return Err(Error::NoAnswer(
                "the runs have no cell in common of which both have two processes or more".into(),
            ));
        }
        let versions = versions::versions(&old.run.file.environment, &new.run.file.environment);
        Ok(Self {
            old: old.describe(),
            new: new.describe(),
            versions,
            reference,
            changes,
            too_noisy,
        })
    }

    /// For people.
    fn show(&self) -> String {
        let reference = &self.reference;
        let mut lines = vec![format!("OLD {}", self.old), format!("NEW {}", self.new)];
        if self.versions.is_empty() {
            lines.push("built alike: the same compiler, libraries and source".to_owned());
        }
        lines.extend(self.versions.iter().map(|it| format!("  {it}")));
        let (own, others): (Vec<_>, Vec<_>) =
            self.changes.iter().partition(|it| it.backend == *reference);
        lines.push(String::new());
        lines.push(format!("over {reference}, which is measured with them in both runs:"));
        lines.extend(summary(&others));
        lines.push(String::new());
        lines.push(format!("{reference} itself, which may be the machine's doing:"));
        lines.extend(summary(&own));
        if !self.too_noisy.is_empty() {
            lines.push(String::new());
            lines.push(format!("too noisy in either run: {}", list(&self.too_noisy)));
        }
        lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n")
    }
}

/// A line for each change, and how many there were none of.
fn summary(changes: &[&Change]) -> Vec<String> {
    let line = |it: &&&Change| {
        let Change { cell, title, backend, factor, difference, .. } = it;
        let by = match it.verdict {
            Verdict::Faster => format!("better by {}", range(factor.inverse())),
            Verdict::Slower => format!("worse by {}", range(*factor)),
            Verdict::SlightlyFaster => format!("a little better, {}", ratio(*factor)),
            Verdict::SlightlySlower => format!("a little worse, {}", ratio(*factor)),
            Verdict::Equivalent | Verdict::Undecided => return None,
        };
        Some(format!("  {backend} in {cell}, {title}: {by} ({} matters)", percent(*difference)))
    };
    let count = |verdict| changes.iter().filter(|it| it.verdict == verdict).count();
    let (same, undecided) = (count(Verdict::Equivalent), count(Verdict::Undecided));
    let mut lines: Vec<String> = changes.iter().filter_map(|it| line(&it)).collect();
    lines.push(format!(
        "  of {}, {same} without a change that matters, {undecided} undecided",
        count_of(changes.len(), "comparison")
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::about;

    fn change(backend: &str, factor: f64) -> Change {
        Change {
            cell: "throughput/empty".to_owned(),
            quantity: "time_per_job_ns",
            title: "time per job",
            difference: 0.05,
            backend: backend.to_owned(),
            factor: about(factor),
            verdict: Verdict::of(about(factor), 0.05),
        }
    }

    #[test]
    fn changes_are_shown_over_the_reference_and_its_own_apart() {
        let diff = Diff {
            old: "a".to_owned(),
            new: "b".to_owned(),
            versions: vec!["flume: 0.11.0 -> 0.12.0".to_owned()],
            reference: "std".to_owned(),
            changes: vec![change("std", 1.5), change("flume", 0.5), change("rayon", 1.0)],
            too_noisy: vec!["cost/idle (CPU time per idle second)".to_owned()],
        };
        assert_eq!(
            diff.show(),
            "\
OLD a
NEW b
  flume: 0.11.0 -> 0.12.0

over std, which is measured with them in both runs:
  flume in throughput/empty, time per job: better by 2.0x (5 % matters)
  of 2 comparisons, 1 without a change that matters, 0 undecided

std itself, which may be the machine's doing:
  std in throughput/empty, time per job: worse by 1.48x to 1.52x (5 % matters)
  of 1 comparison, 0 without a change that matters, 0 undecided

too noisy in either run: cost/idle (CPU time per idle second)"
        );
    }
}
