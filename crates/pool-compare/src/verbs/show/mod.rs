//! `show`: what a kept run says, or several together; and what there is to be shown.

mod changes;
mod ranks;
mod things;
mod whole;

use std::path::Path;

use serde_json::Value;

pub(crate) use self::whole::json;
use crate::{
    args::RunnerArgs,
    error::Error,
    opened::{Runs, find},
    store::ResultsArgs,
    terminal::answer,
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = include_str!("../../help/show.txt"))]
pub(crate) struct Args {
    /// Runs, cells, two contenders, or a list [default: the newest run of this machine]
    #[arg(value_name = "WHAT")]
    what: Vec<String>,

    #[command(flatten)]
    results: ResultsArgs,

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
    let (value, text) = match things::list(&args.what.join(" "), &args.results, &args.runner)? {
        Some(list) => list,
        None => of_runs(args)?,
    };
    answer(args.json, &value, text)
}

/// A view of a run, or of several.
fn of_runs(args: &Args) -> Result<View, Error> {
    let results = args.results.directory();
    let (mut cells, mut runs, mut contenders) = (Vec::new(), Vec::new(), Vec::new());
    for word in &args.what {
        if let Ok(cell) = word.parse() {
            cells.push(cell);
        } else if let Some(run) = find(Path::new(word), &results)? {
            runs.push(run);
        } else {
            contenders.push(&**word);
        }
    }
    let is_pair = contenders.len() == 2 && cells.is_empty();
    if let Some(one) = contenders.first().filter(|_| !is_pair) {
        let help = "`cargo compare show runs` and `show cells` list what there is";
        let problem = format!("{one}: there is no such run or cell, and no two backends; {help}");
        return Err(Error::Usage(problem));
    }
    let runs = Runs::open(&runs, &args.results, &cells)?;
    match (&contenders[..], &cells[..]) {
        (&[a, b], _) => ranks::pair(&runs, [a, b]),
        (_, []) => Ok(whole::view(&runs)),
        _ => ranks::view(&runs, &cells),
    }
}
