//! The comparison, with one backend in it under two names: whatever it says of the two, it must
//! not say that they differ.
//!
//! ```sh
//! cargo run --release -p pool-compare --example same_twice -- run --quick --backend std,std-again
//! ```
//!
//! `scripts/validate-compare` does so many times, and counts.

use std::process::ExitCode;

use pool_measure::entry::{BACKENDS, BackendEntry};
use pool_std::Std;

fn main() -> ExitCode {
    let mut backends = BACKENDS.to_vec();
    backends.push(BackendEntry::of::<Std>("pool-std").named("std-again"));
    pool_compare::run(&backends)
}
