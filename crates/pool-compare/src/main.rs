//! The five backends, compared.

use std::process::ExitCode;

use pool_measure::entry::BACKENDS;

fn main() -> ExitCode {
    pool_compare::run(&BACKENDS)
}
