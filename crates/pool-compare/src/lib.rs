//! `cargo compare`: the worker pools, side by side, on this machine and on real work.
//!
//! [`run`] is all of the program but its list of backends, so that one from elsewhere can be
//! compared with the five:
//!
//! ```no_run,standalone_crate
//! use std::process::ExitCode;
//! use pool_measure::entry::{BACKENDS, BackendEntry};
//!
//! fn main() -> ExitCode {
//!     let mut backends = BACKENDS.to_vec();
//! #   type Mine = pool_std::Std;
//!     backends.push(BackendEntry::of::<Mine>("my-package"));
//!     pool_compare::run(&backends)
//! }
//! ```
//!
//! Each verb is a module of `verbs`. What they share: the command line (`cli`), every way to
//! fail and its exit code (`error`), Ctrl-C (`interrupt`), what is said on the terminal
//! (`terminal`).
//!
//! What is measured is a `cell`, by a `contender`, in a `quantity`: a `sample`. `runner` has them
//! measured, `store` keeps them, `analysis` says what they mean by means of `statistics`.

mod analysis;
mod app;
mod cell;
mod cli;
mod configuration;
mod contender;
mod error;
mod figures;
mod input;
mod interrupt;
mod preset;
mod quantity;
mod report;
mod runner;
mod sample;
mod schedule;
mod statistics;
mod store;
mod tables;
mod terminal;
mod verbs;
mod visit;
mod whole;

use std::{collections::HashSet, process::ExitCode};

use pool_measure::entry::BackendEntry;

use crate::{
    app::App,
    cli::{Cli, Verb},
    error::Error,
    terminal::say,
};

/// Does what the command line says, with these backends to compare; the code to exit with.
///
/// Processes that measure are started from the program that called this, which has to call it
/// first thing in its `main`, with the same backends.
pub fn run(backends: &[BackendEntry]) -> ExitCode {
    match try_run(backends) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("error: {error}"));
            error.exit_code()
        }
    }
}

fn try_run(backends: &[BackendEntry]) -> Result<(), Error> {
    if Cli::is_process() {
        // Without listening for Ctrl-C, which is to end it.
        return runner::process::run(backends);
    }
    let cli = Cli::parse_or_exit()?;
    let mut names = HashSet::new();
    if let Some(twice) = backends.iter().find(|it| !names.insert(it.name())) {
        let name = twice.name();
        return Err(Error::Usage(format!("two backends are called {name}; give one another name")));
    }
    let app = App { backends, interrupt: interrupt::token()? };
    match &cli.verb {
        None => verbs::run::quick(&app),
        Some(Verb::Run(args)) => verbs::run::run(args, &app),
        Some(Verb::Doctor(args)) => verbs::doctor::run(args, &app),
        Some(Verb::Check(args)) => verbs::check::run(args, &app),
        Some(Verb::List(args)) => verbs::list::run(args, &app),
        Some(Verb::Show(args)) => verbs::show::run(args, &app),
        Some(Verb::Rank(args)) => verbs::rank::run(args, &app),
        Some(Verb::Cmp(args)) => verbs::cmp::run(args, &app),
        Some(Verb::Diff(args)) => verbs::diff::run(args, &app),
        Some(Verb::Merge(args)) => verbs::merge::run(args, &app),
        Some(Verb::Pick(args)) => verbs::pick::run(args, &app),
        Some(Verb::Report(args)) => verbs::report::run(args, &app),
        Some(Verb::Readme(args)) => verbs::readme::run(args, &app),
        Some(Verb::Checksum(args)) => verbs::checksum::run(args, &app),
        Some(Verb::Completions(args)) => verbs::completions::run(args, &app),
    }
}
