//! `show`: what a kept run says, by one of several views; and what there is to be shown.

mod across;
mod pair;
mod ranking;
mod samples;
mod things;

use std::path::PathBuf;

use serde::Serialize;

use self::{ranking::Ranking, things::Things};
use crate::{
    analysis::{Analysis, Comparison},
    args::RunnerArgs,
    error::Error,
    opened::{Opened, RunArgs, Several},
    protocol::{Cell, Contender},
    shown::{Shown, plain},
    store::RunFile,
    tables::{self, list},
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

    /// What several runs say together; WHAT are runs, and cells to show with the ratios of each run
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
        && let Some(things) = Things::of(word)
    {
        return things.show(&args.run.results, &args.runner, args.json);
    }
    let cells: Result<Vec<Cell>, _> = words.iter().map(|word| word.parse()).collect();
    match (&words[..], cells) {
        ([], _) if args.quantity.is_none() => whole(args, None),
        ([run], Err(_)) => whole(args, Some(run.into())),
        ([a, b], Err(_)) => pair(args, a, b),
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
    let fact = |(name, value)| tables::wrap(&plain(&format!("{name:<17}  {value}")));
    let facts = tables::facts(&opened.run.file).into_iter().map(fact);
    print(format_args!(
        "{}\n\n{}\n\n{}: run.json has what was measured, and where; summary.csv has every figure",
        facts.collect::<Vec<_>>().join("\n"),
        tables::everything(&opened.analysis, &opened.run.file.cells),
        Shown(&opened.run.directory)
    ))
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
    let several = Several::open(&names, &args.run.results.directory())?;
    across::show(&several, &cells, args.quantity.as_deref(), args.json)
}

/// Prints all of a run as one JSON object.
pub(crate) fn json(opened: &Opened) -> Result<(), Error> {
    let Opened { run, analysis } = opened;
    let directory = run.directory.display().to_string();
    print_json(&Whole { directory, run: &run.file, analysis })
}

/// Two contenders, in all that was measured of both.
fn pair(args: &Args, a: &str, b: &str) -> Result<(), Error> {
    let opened = Opened::find(&args.run, &[])?;
    let [one, other] = [a, b].map(|name| Contender::from(name.to_owned()));
    let rows = || opened.analysis.comparisons.iter().flat_map(|it| &it.rows);
    for contender in [&one, &other] {
        if !rows().any(|row| row.contender == *contender) {
            let mut names: Vec<String> = rows().map(|it| it.contender.to_string()).collect();
            names.sort_unstable();
            names.dedup();
            let (run, names) = (opened.describe(), names.join(", "));
            return Err(Error::Usage(format!("{run} has no {contender}; it has {names}")));
        }
    }
    if one == other {
        return Err(Error::Usage(format!("{a} is to be compared with another")));
    }
    let pairs = pair::all(&opened, &one, &other);
    if args.json { print_json(&pairs) } else { print(pair::show(&opened, &pairs, a, b)) }
}

/// The backends, ranked in these cells; in all if there are none.
fn ranks(args: &Args, cells: &[Cell]) -> Result<(), Error> {
    let opened = Opened::find(&args.run, cells)?;
    let run = opened.describe();
    let comparisons = chosen(&opened.analysis, &run, cells, args.quantity.as_deref())?;
    if args.json {
        return print_json(&comparisons.iter().map(|it| Ranking::of(it)).collect::<Vec<_>>());
    }
    let mut parts = vec![format!("by {run}")];
    parts.extend(comparisons.iter().map(|it| ranking::show(it, "with 95 % confidence")));
    print(parts.join("\n\n"))
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
    let in_cells: Vec<_> =
        all().filter(|it| cells.is_empty() || cells.contains(&it.cell)).collect();
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
