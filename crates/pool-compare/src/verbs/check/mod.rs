//! `check`: the quick part of the conformance suite, on every backend.

mod checked;
mod quiet;

use std::thread;

use pool::CancellationToken;
use pool_measure::entry::BackendEntry;

pub(crate) use self::checked::Checked;
use self::quiet::Quiet;
use super::kept::print_json;
use crate::{
    app::App,
    error::Error,
    terminal::{self, say},
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Backends to check [default: all]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    backend: Vec<String>,

    /// Print one JSON object in place of the lines
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, app: &App<'_>) -> Result<(), Error> {
    let backends = app.select(&args.backend)?;
    let checked = check(&backends, &app.interrupt);
    if app.interrupt.is_cancelled() {
        let done = checked.iter().filter(|of_one| of_one.complete).count();
        let progress = format!("with {done} of {} backends checked", backends.len());
        return Err(Error::Interrupted { progress });
    }
    if args.json {
        print_json(&serde_json::json!({ "backends": checked }))?;
    } else {
        let lines: Vec<_> = checked.iter().map(Checked::to_string).collect();
        terminal::print(lines.join("\n"))?;
    }
    let broken: Vec<_> = checked.iter().filter(|of_one| !of_one.passed()).collect();
    for line in broken.iter().flat_map(|of_one| of_one.complaints()) {
        say(format_args!("{line}"));
    }
    let names: Vec<_> = broken.iter().map(|of_one| of_one.backend.to_owned()).collect();
    if names.is_empty() { Ok(()) } else { Err(Error::Broken(names)) }
}

/// Checks backends against the contract; what came of each, in their order. Panics print nothing
/// meanwhile.
///
/// The cases of a backend are run one after the other, backends side by side: as a case counts
/// only threads with the names that it gave them, it does not see those of others.
pub(crate) fn check(backends: &[BackendEntry], interrupt: &CancellationToken) -> Vec<Checked> {
    let _quiet = Quiet::begin();
    thread::scope(|scope| {
        let running: Vec<_> = backends
            .iter()
            .map(|backend| scope.spawn(|| Checked::of(backend, interrupt)))
            .collect();
        let checked = running.into_iter().map(|one| one.join().expect("cases' panics are caught"));
        checked.collect()
    })
}

#[cfg(test)]
mod tests;
