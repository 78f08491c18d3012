//! `show`: what a kept run says, or several together; and what there is to be shown.

mod changes;
mod ranks;
mod things;
mod whole;

use std::path::PathBuf;

use serde_json::Value;

pub(crate) use self::whole::json;
use crate::{
    args::RunnerArgs,
    error::Error,
    opened::{RunArgs, Runs},
    protocol::Cell,
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

    /// What several runs say together, and from one to another; WHAT are runs, and cells to show with
    /// the ratios of each run
    #[arg(long, conflicts_with = "run")]
    across: bool,

    #[command(flatten)]
    runner: RunnerArgs,

    /// Print JSON instead
    #[arg(long)]
    json: bool,
}

/// What is shown, for programs and for people.
type View = (Value, String);

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let listed = match &args.what[..] {
        [word] => things::list(word, &args.run.results, &args.runner)?,
        _ => None,
    };
    let (value, text) = match listed {
        Some(list) => list,
        None => of_runs(args)?,
    };
    if args.json { print_json(&value) } else { print(text) }
}

/// A view of a run, or of several.
fn of_runs(args: &Args) -> Result<View, Error> {
    let (mut cells, mut names, mut unknown) = (Vec::<Cell>::new(), Vec::new(), None);
    for word in &args.what {
        match word.parse() {
            Ok(cell) => cells.push(cell),
            Err(error) => {
                names.push(PathBuf::from(word));
                unknown.get_or_insert(error);
            }
        }
    }
    let mut both = None;
    match (args.across, &names[..], unknown) {
        (true, [] | [_], _) => {
            let message = "--across: name two runs or more; `cargo compare show runs` lists them";
            return Err(Error::Usage(message.to_owned()));
        }
        (false, [_, _], _) if cells.is_empty() => {
            names = args.run.run.iter().cloned().collect();
            both = Some([0, 1].map(|place| &*args.what[place]));
        }
        (false, [], _) => names.extend(args.run.run.clone()),
        (false, [_], _) if cells.is_empty() => {}
        (false, _, Some(unknown)) => return Err(Error::Usage(unknown.to_string())),
        _ => {}
    }
    let runs = Runs::open(&names, &args.run.results, &cells)?;
    if let Some(both) = both {
        ranks::pair(&runs, both)
    } else if cells.is_empty() {
        Ok(whole::view(&runs))
    } else {
        ranks::view(&runs, &cells)
    }
}
