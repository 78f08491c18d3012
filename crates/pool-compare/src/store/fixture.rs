//! A small run for tests.

use std::path::Path;

use super::{recorder::Recorder, run_file::RunFile};
use crate::protocol::Sample;

/// Two cells of two backends and a twin, two blocks a process.
pub(crate) fn run_file() -> RunFile {
    serde_json::from_str(include_str!("fixture.json")).unwrap()
}

/// All that was measured in its process 0.
pub(crate) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for plan in run_file().configuration.cells {
        let key = plan.cell.quantities()[0].key.to_owned();
        for block in 0..plan.blocks {
            for (place, contender) in (0..).zip(&plan.contenders) {
                samples.push(Sample {
                    process: 0,
                    block,
                    place,
                    cell: plan.cell.clone(),
                    contender: contender.clone(),
                    at_ms: 1_773_500_000_000 + u64::from(10 * block + place),
                    took_ms: 12.25,
                    values: [(key.clone(), 0.1 + f64::from(block))].into(),
                });
            }
        }
    }
    samples
}

/// Begins that run in a new directory below `results`.
pub(crate) fn recorder(results: &Path) -> Recorder {
    Recorder::create(results, run_file(), None).unwrap().0
}
