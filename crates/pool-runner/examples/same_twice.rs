//! The comparison, with one backend in it under two names: whatever it says of the two, it must
//! not say that they differ.
//!
//! ```sh
//! cargo build --release -p pool-runner --example same_twice
//! cargo compare run --runner target/release/examples/same_twice --backend std,std-again
//! ```
//!
//! `scripts/validate-compare` does so many times, and counts.

use std::process::ExitCode;

use pool_runner::{BACKENDS, BackendEntry};
use pool_std::Std;

fn main() -> ExitCode {
    let mut backends = BACKENDS.to_vec();
    backends.push(BackendEntry::of::<Std>("pool-std").named("std-again"));
    pool_runner::run(&backends)
}
