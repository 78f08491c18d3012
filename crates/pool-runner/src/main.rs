//! The five backends, measured.

use std::process::ExitCode;

fn main() -> ExitCode {
    pool_runner::run(&pool_runner::BACKENDS)
}
