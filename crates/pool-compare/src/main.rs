//! `cargo compare`: the worker pools, side by side, on this machine and on real work.
//!
//! Each verb is a module of [`verbs`]. What they share is here: the command line
//! ([`cli`]), every way to fail and its exit code ([`error`]), Ctrl-C ([`interrupt`]), medians and spreads ([`spread`]), and what is said on the
//! terminal ([`terminal`]).

mod cli;
mod error;
mod interrupt;
mod spread;
mod terminal;
mod verbs;

use std::process::ExitCode;

use crate::{
    cli::{Cli, Verb},
    error::Error,
    terminal::say,
};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("error: {error}"));
            error.exit_code()
        }
    }
}

fn run() -> Result<(), Error> {
    let cli = Cli::parse_or_exit()?;
    let interrupt = interrupt::token()?;
    match cli.verb {
        Verb::Checksum(args) => verbs::checksum::run(&args, &interrupt),
    }
}
