//! This machine.

use pool_measure::environment::Environment;

/// What this machine is now. How a runner was built, only that runner knows.
pub(crate) fn this_machine() -> Environment {
    Environment::look(env!("CARGO_MANIFEST_DIR").as_ref())
}
