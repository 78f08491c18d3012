//! A small run for tests.

use std::path::Path;

use super::{recorder::Recorder, run_file::RunFile};
use crate::{analysis::fixture::measured, protocol::Sample};

/// Two cells of two backends and a twin, two blocks a process.
pub(crate) fn run_file() -> RunFile {
    serde_json::from_str(include_str!("fixture.json")).unwrap()
}

/// All that was measured in its process 0.
pub(crate) fn samples() -> Vec<Sample> {
    let of = |plan| measured(plan, 1, |_, _, block| 0.1 + f64::from(block));
    run_file().configuration.cells.iter().flat_map(of).collect()
}

/// Begins that run in a new directory below `results`.
pub(crate) fn recorder(results: &Path) -> Recorder {
    Recorder::create(results, run_file(), None).unwrap().0
}
