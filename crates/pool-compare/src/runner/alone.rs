//! One run at a time: two that measure on one machine spoil each other.

use std::{
    env,
    fs::{File, TryLockError},
};

use crate::terminal::say;

/// Holds the place of the one run that measures on this machine, for as long as it lives; says so
/// if another has it. Where there can be no such file, nothing is said.
pub(super) fn claim() -> Option<File> {
    let path = env::temp_dir().join("cargo-compare.lock");
    let file = File::options().create(true).truncate(false).write(true).open(path).ok()?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        say(format_args!(
            "another run measures on this machine: each is noise to the other; measure one by one"
        ));
    }
    Some(file)
}
