//! The command line: one verb, and its arguments.

use clap::{Parser, Subcommand};

use crate::{
    error::Error,
    verbs::{check, doctor, pick, readme, report, run, show},
};

/// Compares five worker pools (std, crossbeam, flume, rayon, Tokio) on this machine.
#[derive(Debug, Parser)]
#[command(name = "compare", bin_name = "cargo compare", version, after_help = include_str!("help/compare.txt"))]
pub(crate) struct Cli {
    /// `run` if there is none.
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Measure, compare and keep
    Run(Box<run::Args>),
    /// Choose a backend for your jobs
    Pick(pick::Args),
    /// Show a kept run, some cells of it, two backends, several runs; or what can be measured
    Show(show::Args),
    /// Write a report of kept runs, as one HTML file
    Report(report::Args),
    /// What this machine is, and how far its measurements can be trusted
    Doctor(doctor::Args),
    /// Check every backend against the contract, in seconds
    Check(check::Args),
    /// Write the generated parts of README.md and the guides again
    Readme(readme::Args),
}

impl Cli {
    /// Does it.
    pub(crate) fn run(&self) -> Result<(), Error> {
        match &self.verb {
            None => run::run(&run::Args::default()),
            Some(Verb::Run(args)) => run::run(args),
            Some(Verb::Pick(args)) => pick::run(args),
            Some(Verb::Show(args)) => show::run(args),
            Some(Verb::Report(args)) => report::run(args),
            Some(Verb::Doctor(args)) => doctor::run(args),
            Some(Verb::Check(args)) => check::run(args),
            Some(Verb::Readme(args)) => readme::run(args),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_its_help_fits_a_terminal() {
        Cli::command().debug_assert();
        for command in Cli::command().get_subcommands_mut() {
            // What clap does not wrap.
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        }
    }
}
