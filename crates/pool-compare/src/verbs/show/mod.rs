//! `show`: what a kept run says, or several together; and what there is to be shown.

mod changes;
mod ranks;
mod samples;
mod things;
mod whole;

use std::path::PathBuf;

pub(crate) use self::whole::json;
use crate::{
    args::RunnerArgs,
    cell::UnknownCell,
    error::Error,
    once::once,
    opened::{RunArgs, Runs},
    protocol::{Cell, Contender},
    tables,
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

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let results = &args.run.results;
    if let [word] = &args.what[..]
        && let Some(list) = things::list(word, results, &args.runner)?
    {
        return if args.json { print_json(&list.values) } else { print(list.text()) };
    }
    let (mut cells, mut others, mut unknown) = (Vec::<Cell>::new(), Vec::new(), None);
    for word in &args.what {
        match word.parse::<Cell>() {
            Ok(cell) => cells.push(cell),
            Err(error) => {
                others.push(word.as_str());
                unknown.get_or_insert(error);
            }
        }
    }
    let mut names: Vec<PathBuf> = others.iter().map(PathBuf::from).collect();
    match (args.across, &others[..]) {
        (true, [] | [_]) => {
            let message = "--across: name two runs or more; `cargo compare show runs` lists them";
            return Err(Error::Usage(message.to_owned()));
        }
        (false, [a, b]) if cells.is_empty() => return pair(args, [a, b]),
        (false, []) => names.extend(args.run.run.clone()),
        (true, _) => {}
        (false, [_]) if cells.is_empty() => {}
        (false, _) => {
            let message = unknown.as_ref().map(UnknownCell::to_string);
            return Err(Error::Usage(message.unwrap_or_default()));
        }
    }
    let runs = Runs::open(&names, results, &cells)?;
    if args.samples {
        samples::print(runs.all[0].run.sampled()?)
    } else if cells.is_empty() && args.quantity.is_none() {
        whole::show(&runs, args.json)
    } else {
        ranks::show(&runs, &cells, args.quantity.as_deref(), args.json)
    }
}

/// Two contenders, in all that was measured of both.
fn pair(args: &Args, [a, b]: [&str; 2]) -> Result<(), Error> {
    let names: Vec<PathBuf> = args.run.run.iter().cloned().collect();
    let Runs { all, analysis, .. } = Runs::open(&names, &args.run.results, &[])?;
    let run = all[0].describe();
    let rows = || analysis.comparisons.iter().flat_map(|it| &it.rows);
    let both = [a, b].map(|name| Contender::from(name.to_owned()));
    if let Some(absent) = both.iter().find(|it| !rows().any(|row| row.contender == **it)) {
        let mut names = once(rows().map(|it| it.contender.to_string()));
        names.sort_unstable();
        let names = names.join(", ");
        return Err(Error::Usage(format!("{run} has no {absent}; it has {names}")));
    }
    if a == b {
        return Err(Error::Usage(format!("{a} is to be compared with another")));
    }
    if args.json {
        let all = analysis.comparisons.iter().filter(|it| it.pair(a, b).is_some());
        let all = all.map(|it| it.only(|one| both.contains(one)));
        return print_json(&all.collect::<Vec<_>>());
    }
    print(format_args!("by {run}\n{}", tables::pair(&analysis, a, b)))
}
