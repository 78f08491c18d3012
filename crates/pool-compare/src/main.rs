//! `cargo compare`: the worker pools, next to each other, on this machine and on real work.
//!
//! There is no pool in this program. It plans what is to be measured, starts *runners* that
//! measure it, keeps what they say, and shows what that means. What the two say to each other is
//! in [`pool_measure::protocol`]: whatever is measured is a `cell`, by a `contender`, in a
//! `quantity`, and comes as a `sample`.
//!
//! Each verb is a module of `verbs`. `runner` has cells measured, `store` keeps the samples,
//! `analysis` says what they mean by means of `pool-statistics`; `tables` and `report` show that.

mod analysis;
mod args;
mod cli;
mod error;
mod figures;
mod interrupt;
mod machine;
mod once;
mod opened;
mod preset;
mod report;
mod runner;
mod schedule;
mod store;
mod tables;
mod terminal;
mod verbs;
mod whole;

use std::process::ExitCode;

use clap::Parser;
use pool_measure::protocol::{self, cell, quantity};

use crate::{cli::Cli, terminal::say};

fn main() -> ExitCode {
    // Help, version and misuse end the program.
    let cli = Cli::parse();
    match interrupt::listen().and_then(|()| cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("error: {error}"));
            error.exit_code()
        }
    }
}
