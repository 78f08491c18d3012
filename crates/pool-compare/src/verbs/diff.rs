//! `diff`: what has changed from one run to another.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use pool_measure::environment::Environment;
use serde::Serialize;

use crate::{
    analysis::{Comparison, Trust},
    error::Error,
    figures::{percent, ratio},
    opened::{Opened, RunArgs},
    shown::Shown,
    statistics::{Estimate, Interval, Verdict, difference},
    store::{Difference, ResultsArgs, of_figures},
    tables::{Grid, list, wrap},
    terminal::{print, print_json, say},
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = include_str!("../help/diff.txt"))]
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
    /// The backend that the others are compared with; its own changes may be the machine's.
    reference: String,
    /// But for cells that were too noisy in either run.
    changes: Vec<Change>,
    /// Cells of which nothing is said.
    too_noisy: Vec<String>,
}

/// One backend in one quantity of one cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Change {
    cell: String,
    quantity: &'static str,
    #[serde(skip)]
    title: &'static str,
    /// From which change on it matters, as a part of one.
    difference: f64,
    backend: String,
    /// Its value over that of the first backend in the new run, over the same in the old run; of
    /// the first backend itself its value alone. Below 1 it has become better.
    factor: Interval,
    /// What is said of the new run.
    verdict: Verdict,
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
        say(format_args!("compared by force: {differ}"));
    }
    let diff = Diff::of(&old, &new)?;
    if args.json { print_json(&diff) } else { print(diff.show()) }
}

impl Diff {
    fn of(old: &Opened, new: &Opened) -> Result<Self, Error> {
        let [before, after] = [old, new].map(|it| &it.run.file.configuration);
        let mut common = before.backends.iter().filter(|it| after.backends.contains(it));
        let reference = common.next().cloned().ok_or_else(|| {
            Error::NoAnswer("the runs have no backend in common: nothing can be compared".into())
        })?;
        let (mut changes, mut too_noisy) = (Vec::new(), Vec::new());
        for old in &old.analysis.comparisons {
            let Some(new) = new.analysis.find(&old.cell, old.quantity) else { continue };
            if [old, new].iter().any(|it| it.trust == Trust::TooNoisy) {
                too_noisy.push(format!("{} ({})", old.cell, old.quantity().title));
            } else {
                changes.extend(changes_of(old, new, &reference));
            }
        }
        if changes.is_empty() && too_noisy.is_empty() {
            return Err(Error::NoAnswer(
                "the runs have no cell in common of which both have two processes or more".into(),
            ));
        }
        let versions = versions(&old.run.file.environment, &new.run.file.environment);
        let [old, new] = [old, new].map(Opened::describe);
        Ok(Self { old, new, versions, reference, changes, too_noisy })
    }

    /// For people.
    fn show(&self) -> String {
        let reference = &self.reference;
        let mut lines = vec![format!("OLD {}", self.old), format!("NEW {}", self.new)];
        if self.versions.is_empty() {
            lines.push("built alike: the same compiler, libraries and source".to_owned());
        }
        lines.extend(self.versions.iter().map(|it| format!("  {it}")));
        let mut grid = Grid::new(["", "backend", "new / old", ""]);
        let mut unchanged = 0;
        for it in &self.changes {
            let said = match it.verdict {
                Verdict::Faster => "better",
                Verdict::Slower => "worse",
                Verdict::SlightlyFaster => "a little better",
                Verdict::SlightlySlower => "a little worse",
                Verdict::Equivalent => {
                    unchanged += 1;
                    continue;
                }
                Verdict::Undecided => "not decided",
            };
            let what = format!("{}, {} ({} matters)", it.cell, it.title, percent(it.difference));
            grid.row([&*what, &it.backend, &ratio(it.factor), said]);
        }
        lines.push(format!("\n{}", grid.text()));
        let all = self.changes.len();
        lines.push(format!("{unchanged} of {all} without a change that matters"));
        lines.push(format!(
            "Of {reference} it is the time itself, which may be the machine's doing; of the others \
             their ratio to {reference}, which is measured next to them in both runs."
        ));
        if !self.too_noisy.is_empty() {
            lines.push(format!("too noisy in either run: {}", list(&self.too_noisy)));
        }
        let wrapped = lines.iter().map(|it| if it.contains('\n') { it.clone() } else { wrap(it) });
        wrapped.collect::<Vec<_>>().join("\n")
    }
}

/// In a quantity of a cell: of the reference itself, then of the others. Runs are not paired: no
/// process of one belongs with a process of the other.
fn changes_of(old: &Comparison, new: &Comparison, reference: &str) -> Vec<Change> {
    let quantity = old.quantity();
    let backends = old.rows.iter().filter_map(|row| row.contender.backend());
    let others: Vec<_> = backends.filter(|it| *it != reference).collect();
    let change = |backend: &str| {
        let is_itself = backend == reference;
        let level = |of: &Comparison| {
            if is_itself {
                return Estimate::of_logs(of.row(backend)?.value, of.processes, 1);
            }
            Estimate::of_logs(of.pair(backend, reference)?.0, of.processes, of.pairs.len())
        };
        let comparisons = if is_itself { 1 } else { others.len() };
        let factor = difference(level(new)?, level(old)?, comparisons).exp();
        let value = |of: &Comparison| Some(of.row(backend)?.value.estimate);
        let matters = quantity.difference_from(value(old)?.min(value(new)?));
        Some(Change {
            cell: old.cell.to_string(),
            quantity: quantity.key,
            title: quantity.title,
            difference: matters,
            backend: backend.to_owned(),
            verdict: Verdict::of(factor, matters),
            factor,
        })
    };
    std::iter::once(reference).chain(others.iter().copied()).filter_map(change).collect()
}

/// What two runs were built with and from, where it differs: what one compares them for.
fn versions(old: &Environment, new: &Environment) -> Vec<String> {
    let unknown = || "not known".to_owned();
    let commit = |of: &Environment| {
        of.commit.as_ref().map_or_else(unknown, |it| {
            format!("{}{}", it.id, if it.changed { " with changes" } else { "" })
        })
    };
    let facts = |of: &Environment| {
        let mut facts = BTreeMap::from([
            ("compiler".to_owned(), of.compiler.clone()),
            ("profile".to_owned(), of.profile.clone()),
            ("allocator".to_owned(), of.allocator.clone()),
            ("kernel".to_owned(), of.kernel.clone().unwrap_or_else(unknown)),
            ("source".to_owned(), commit(of)),
        ]);
        facts.extend(of.libraries.clone());
        facts
    };
    let (old, new) = (facts(old), facts(new));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let version = |of: &BTreeMap<String, String>, name| of.get(name).cloned().unwrap_or_default();
    let changed = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    changed
        .map(|name| format!("{name}: {} -> {}", version(&old, name), version(&new, name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::comparison;

    #[test]
    fn what_the_machine_does_to_all_is_the_change_of_the_reference_alone() {
        use Verdict::{Equivalent, Slower};
        let of = |std, flume| {
            comparison("shutdown/idle", Trust::Sound, &[("std", std), ("flume", flume)])
        };
        let verdicts = |old: &Comparison, new: &Comparison| {
            let all = changes_of(old, new, "std");
            all.into_iter().map(|it| it.verdict).collect::<Vec<_>>()
        };
        let old = of(1e7, 2e7);
        assert_eq!(verdicts(&old, &of(1.5e7, 3e7)), [Slower, Equivalent]);
        assert_eq!(verdicts(&old, &of(1e7, 3e7)), [Equivalent, Slower]);
        let one = Comparison { processes: 1, ..of(1e7, 2e7) };
        assert_eq!(verdicts(&old, &one), []);
    }
}
