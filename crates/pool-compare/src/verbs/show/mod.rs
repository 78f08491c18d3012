//! `show`: what a kept run says, by one of several views; and what there is to be shown.

mod across;
mod changes;
mod samples;
mod things;

use std::path::PathBuf;

use serde::Serialize;

use crate::{
    analysis::{Analysis, Comparison, Trust},
    args::RunnerArgs,
    error::Error,
    once::once,
    opened::{Opened, RunArgs, Runs},
    protocol::{Cell, Contender},
    shown::{Shown, plain},
    store::RunFile,
    tables::{self, fell_behind, list, matters, ranking, too_noisy, wrap},
    terminal::{print, print_json},
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = include_str!("../../help/show.txt"))]
pub(crate) struct Args {
    /// A run, cells, two contenders, or a list [default: the newest run of this machine]
    #[arg(value_name = "WHAT")]
    what: Vec<String>,

    #[command(flatten)]
    run: RunArgs,

    /// Rank by this quantity [default: the main one of each cell]
    #[arg(long, value_name = "KEY")]
    quantity: Option<String>,

    /// What several runs say together, and from one to another; WHAT are runs, and cells to show with
    /// the ratios of each run
    #[arg(long, conflicts_with_all = ["samples", "run"])]
    across: bool,

    /// Print the samples as CSV instead: one line for each value of each visit
    #[arg(long, conflicts_with = "json")]
    samples: bool,

    #[command(flatten)]
    runner: RunnerArgs,

    /// Print JSON instead
    #[arg(long)]
    json: bool,
}

/// What `--json` prints of a whole run.
#[derive(Debug, Serialize)]
struct Whole<'a> {
    directory: String,
    run: &'a RunFile,
    analysis: &'a Analysis,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let words: Vec<&str> = args.what.iter().map(String::as_str).collect();
    if args.across {
        return across(args, &words);
    }
    if let [word] = words[..]
        && let Some(list) = things::list(word, &args.run.results, &args.runner)?
    {
        return if args.json { print_json(&list.values) } else { print(list.text()) };
    }
    let cells: Result<Vec<Cell>, _> = words.iter().map(|word| word.parse()).collect();
    match (&words[..], cells) {
        ([], _) if args.quantity.is_none() => whole(args, None),
        ([run], Err(_)) => whole(args, Some(run.into())),
        ([a, b], Err(_)) => pair(args, [a, b]),
        (_, Ok(cells)) => ranks(args, &cells),
        (_, Err(unknown)) => Err(Error::Usage(unknown.to_string())),
    }
}

fn whole(args: &Args, run: Option<PathBuf>) -> Result<(), Error> {
    let results = args.run.results.clone();
    let run = RunArgs { run: run.or_else(|| args.run.run.clone()), results };
    let opened = Opened::find(&run, &[])?;
    if args.samples {
        return samples::print(opened.run.sampled()?);
    }
    if args.json {
        return json(&opened);
    }
    let fact = |(name, value)| wrap(&plain(&format!("{name:<27}  {value}")));
    let facts = tables::facts(&opened.run.file).into_iter().map(fact);
    let files = "run.json has what was measured, and where; summary.csv has every figure";
    let parts = [
        facts.collect::<Vec<_>>().join("\n"),
        tables::overview(&opened.analysis, &opened.run.file.cells, true),
        wrap(&format!("{}: {files}", Shown(&opened.run.directory))),
    ];
    print(parts.join("\n\n"))
}

/// Several runs as one.
fn across(args: &Args, words: &[&str]) -> Result<(), Error> {
    let (mut cells, mut names): (Vec<Cell>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    for word in words {
        match word.parse() {
            Ok(cell) => cells.push(cell),
            Err(_) => names.push(word.into()),
        }
    }
    if names.len() < 2 {
        let message = "--across: name two runs or more; `cargo compare show runs` lists them";
        return Err(Error::Usage(message.to_owned()));
    }
    let runs = Runs::open(&names, &args.run.results)?;
    across::show(&runs, &cells, args.quantity.as_deref(), args.json)
}

/// Prints all of a run as one JSON object.
pub(crate) fn json(opened: &Opened) -> Result<(), Error> {
    let Opened { run, analysis } = opened;
    let directory = run.directory.display().to_string();
    print_json(&Whole { directory, run: &run.file, analysis })
}

/// Two contenders, in all that was measured of both.
fn pair(args: &Args, [a, b]: [&str; 2]) -> Result<(), Error> {
    let opened = Opened::find(&args.run, &[])?;
    let both = [a, b].map(|name| Contender::from(name.to_owned()));
    let rows = || opened.analysis.comparisons.iter().flat_map(|it| &it.rows);
    for contender in &both {
        if !rows().any(|row| row.contender == *contender) {
            let mut names = once(rows().map(|it| it.contender.to_string()));
            names.sort_unstable();
            let (run, names) = (opened.describe(), names.join(", "));
            return Err(Error::Usage(format!("{run} has no {contender}; it has {names}")));
        }
    }
    if a == b {
        return Err(Error::Usage(format!("{a} is to be compared with another")));
    }
    if args.json {
        let all = opened.analysis.comparisons.iter().filter(|it| it.pair(a, b).is_some());
        let all = all.map(|it| it.only(|one| both.contains(one)));
        return print_json(&all.collect::<Vec<Comparison>>());
    }
    print(format_args!("by {}\n{}", opened.describe(), tables::pair(&opened.analysis, a, b)))
}

/// The backends, ranked in these cells; in all if there are none.
fn ranks(args: &Args, cells: &[Cell]) -> Result<(), Error> {
    let opened = Opened::find(&args.run, cells)?;
    let run = opened.describe();
    let comparisons = chosen(&opened.analysis, &run, cells, args.quantity.as_deref())?;
    if args.json {
        return print_json(&comparisons);
    }
    let mut parts = vec![format!("by {run}")];
    parts.extend(comparisons.iter().map(|it| detail(it, "with 95 % confidence")));
    print(parts.join("\n\n"))
}

/// One comparison. `values` says what the values and what is behind them are.
fn detail(comparison: &Comparison, values: &str) -> String {
    let (title, matters) = (comparison.title(), matters(comparison.quantity()));
    let title = format!("{}: {title}; less is better, and {matters} matters", comparison.cell);
    let mut lines = vec![title, ranking(comparison, values).blocks()];
    match comparison.trust {
        Trust::TooNoisy => lines.push(wrap(&too_noisy(comparison))),
        Trust::Preview => {
            lines.push("a preview: fewer than 5 processes, and ranks may change".to_owned());
        }
        Trust::Sound => {}
    }
    lines.extend(fell_behind(comparison).map(|it| wrap(&it)));
    lines.join("\n")
}

/// The comparisons asked for, by each one's main quantity if none is named.
fn chosen<'a>(
    analysis: &'a Analysis,
    run: &str,
    cells: &[Cell],
    quantity: Option<&str>,
) -> Result<Vec<&'a Comparison>, Error> {
    let all = || analysis.comparisons.iter();
    if let Some(cell) = cells.iter().find(|cell| all().all(|it| it.cell != **cell)) {
        let there_are = analysis.cells().join(", ");
        return Err(Error::Usage(format!("{run} has no cell {cell}; it has {there_are}")));
    }
    let in_cells = || all().filter(|it| cells.is_empty() || cells.contains(&it.cell));
    let Some(key) = quantity else { return Ok(in_cells().filter(|it| it.is_main()).collect()) };
    let found: Vec<_> = in_cells().filter(|it| it.quantity == key).collect();
    if found.is_empty() {
        let there_are = list(&once(in_cells().map(|it| it.quantity)));
        let problem = format!("--quantity {key}: not measured there; there are {there_are}");
        return Err(Error::Usage(problem));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::comparison;

    #[test]
    fn the_best_is_first_and_noise_leaves_no_ranks_and_no_words() {
        let values = [("std", 150.0), ("flume", 100.0), ("rayon", 101.0)];
        let shown = |trust| detail(&comparison("throughput/empty", trust, &values), "95 %");
        assert_eq!(
            shown(Trust::Sound),
            "\
throughput/empty: time per job (recv); less is better, and 5 % matters
contender  rank               95 %             / flume     is
─────────────────────────────────────────────────────────────
flume        1=   100 ns [99, 101]               1.00x
rayon        1=  101 ns [100, 102]  1.01x [1.00, 1.02]  equal
std           3  150 ns [148, 152]     1.5x [1.5, 1.5]  worse"
        );
        let noisy = shown(Trust::TooNoisy);
        assert!(noisy.contains("flume         ~ ") && noisy.contains("too noisy"), "{noisy}");
        assert!(!noisy.contains("worse"), "{noisy}");
    }
}
