//! A runner of its own: the five backends and this one. `cargo compare` takes it in place of its own,
//! and all that it does, it does with six.
//!
//! ```sh
//! cargo build --release --package example-async-channel --example runner
//! cargo compare run --runner target/release/examples/runner
//! ```

use std::process::ExitCode;

use example_async_channel::AsyncChannel;
use pool_measure::capability::Capability;
use pool_runner::{BACKENDS, BackendEntry};

/// By which it is measured, and found by `pick --need async-submit`.
const ENTRY: BackendEntry = BackendEntry::of::<AsyncChannel>("example-async-channel").with(&[
    Capability::async_submit::<AsyncChannel>(),
    Capability::async_results::<AsyncChannel>(),
]);

fn main() -> ExitCode {
    let mut backends = BACKENDS.to_vec();
    backends.push(ENTRY);
    pool_runner::run(&backends)
}
