//! `cargo compare` with a sixth backend: all that it does, it does with this one, too.
//!
//! ```sh
//! cargo run --release -p example-async-channel --example compare -- run --quick
//! ```

use std::process::ExitCode;

use example_async_channel::AsyncChannel;
use pool_measure::{
    capability::Capability,
    entry::{BACKENDS, BackendEntry},
};

/// By which it is measured, and found by `pick --need async-submit`.
const ENTRY: BackendEntry = BackendEntry::of::<AsyncChannel>("example-async-channel").with(&[
    Capability::async_submit::<AsyncChannel>(),
    Capability::async_results::<AsyncChannel>(),
]);

fn main() -> ExitCode {
    let mut backends = BACKENDS.to_vec();
    backends.push(ENTRY);
    pool_compare::run(&backends)
}
