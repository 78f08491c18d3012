//! Ctrl-C.

use std::{
    process,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::error::Error;

/// Nothing is published by it, so its orderings pair with nothing.
static PRESSED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C (or SIGTERM, SIGHUP) is found by [`check`]. A second one does not wait
/// for anything: it ends the program.
pub(crate) fn listen() -> Result<(), Error> {
    ctrlc::set_handler(|| {
        if PRESSED.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    })
    .map_err(|error| Error::Failed(format!("cannot listen for Ctrl-C: {error}")))
}

/// Stops what could go on, if the program is to end.
pub(crate) fn check() -> Result<(), Error> {
    if PRESSED.load(Ordering::Relaxed) { Err(interrupted()) } else { Ok(()) }
}

/// What is said of it, unless something has been measured.
pub(crate) fn interrupted() -> Error {
    Error::Interrupted { progress: "before anything was measured".to_owned() }
}
