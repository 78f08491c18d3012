//! The command line: one verb, and its arguments.

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::{error::Error, verbs::checksum};

const EXAMPLES: &str = "\
Examples:
  cargo compare checksum --input /usr/share
  cargo compare help checksum";

/// Compares five worker pools (std, crossbeam, flume, rayon, Tokio) on this machine.
#[derive(Debug, Parser)]
#[command(name = "compare", bin_name = "cargo compare", version)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Checksum every file under a directory, through each backend
    Checksum(checksum::Args),
}

impl Cli {
    /// Parses the arguments. Help, version and misuse of the syntax are clap's to print,
    /// and end the program; a value out of range is an error like our own, in one line.
    pub(crate) fn parse_or_exit() -> Result<Self, Error> {
        Self::try_parse().map_err(|error| match error.kind() {
            ErrorKind::ValueValidation => Error::Usage(first_line(&error)),
            _ => error.exit(),
        })
    }
}

/// clap's message without its prefix and without the hints that follow it.
fn first_line(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let line = rendered.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
