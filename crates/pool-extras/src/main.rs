//! The five backends and the extras, measured: the runner that `cargo compare run --extras` takes.

use std::process::ExitCode;

use pool_extras::EXTRAS;
use pool_runner::BACKENDS;

fn main() -> ExitCode {
    pool_runner::run(&[&BACKENDS[..], &EXTRAS].concat())
}
