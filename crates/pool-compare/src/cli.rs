//! The command line: one verb, and its arguments.

use std::env;

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::{
    error::Error,
    verbs::{
        check, checksum, cmp, completions, diff, doctor, list, merge, pick, rank, readme, report,
        run, show,
    },
};

/// The verb of a process that measures, which nobody types.
pub(crate) const PROCESS: &str = "measuring-process";

const EXAMPLES: &str = "\
Examples:
  cargo compare                                   measure for a minute, and choose
  cargo compare pick --job 50us --need async-submit
  cargo compare run --full
  cargo compare report
  cargo compare checksum --input /usr/share
  cargo compare help pick";

/// Compares five worker pools (std, crossbeam, flume, rayon, Tokio) on this machine.
#[derive(Debug, Parser)]
#[command(name = "compare", bin_name = "cargo compare", version)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// `run --quick` if there is none.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Measure, compare and keep
    Run(run::Args),
    /// What this machine is, and what that does to trust
    Doctor(doctor::Args),
    /// Check every backend against the contract, in seconds
    Check(check::Args),
    /// List backends, workloads, cells, capabilities and kept runs
    List(list::Args),
    /// Show a kept run
    Show(show::Args),
    /// Rank the backends by a kept run
    Rank(rank::Args),
    /// Compare two backends by a kept run
    Cmp(cmp::Args),
    /// Compare two runs of the same machine
    Diff(diff::Args),
    /// Join runs of the same machine and configuration
    Merge(merge::Args),
    /// Choose a backend for your jobs
    Pick(pick::Args),
    /// Write a report of kept runs, as one HTML file
    Report(report::Args),
    /// Make the generated passages of README.md and the guides anew
    Readme(readme::Args),
    /// Checksum every file under a directory, through each backend
    Checksum(checksum::Args),
    /// Print completions for a shell
    Completions(completions::Args),
}

impl Cli {
    /// Whether this process is to measure, and nothing else.
    pub(crate) fn is_process() -> bool {
        env::args_os().nth(1).is_some_and(|verb| verb == PROCESS)
    }

    /// Parses the arguments. Help and version are clap's to print, and end the program; all
    /// misuse is an error like our own, in one line.
    pub(crate) fn parse_or_exit() -> Result<Self, Error> {
        Self::try_parse().map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
            _ => Error::Usage(one_line(&error)),
        })
    }
}

/// clap's message and its tip, without the usage that follows.
fn one_line(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let joined = |lines: &str| lines.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut paragraphs = rendered.split("\n\n").map(joined);
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    match paragraphs.find(|paragraph| paragraph.starts_with("tip: ")) {
        Some(tip) => format!("{message} ({tip})"),
        None => message.to_owned(),
    }
}

/// Parses a number of workers.
pub(crate) fn workers(text: &str) -> Result<usize, String> {
    /// More threads than any machine of today has cores would measure the system's scheduler.
    const MOST: usize = 1024;
    let number = text.parse().ok().filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| format!("expected a whole number from 1 to {MOST}"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn misuse_is_told_in_one_line() {
        for (arguments, told) in [
            (["rnak", ""], "unrecognized subcommand 'rnak' (tip: "),
            (["run", "--frobnicate"], "unexpected argument '--frobnicate' found"),
            (["checksum", "--json"], "the following required arguments were not provided: --input"),
            (["run", "--workers=0"], "invalid value '0' for '--workers <N>': expected a whole"),
        ] {
            let arguments = ["compare"].into_iter().chain(arguments).filter(|it| !it.is_empty());
            let line = one_line(&Cli::try_parse_from(arguments).unwrap_err());
            assert!(line.starts_with(told) && !line.contains('\n'), "{line}");
        }
    }
}
