//! `run.json`: what was to be measured, where and with what, and how it ended.

use std::{fs, io, path::Path};

use pool_measure::environment::Environment;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::{damaged, misuse, unreadable},
    place::{RUN, SAMPLES, SUMMARY},
};
use crate::{
    error::Error,
    protocol::{BackendFacts, Cell, Configuration, Description},
};

/// What `run.json` says: written when the run begins, and again when it ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunFile {
    /// Always [`FORMAT`](Self::FORMAT).
    pub(crate) format: String,
    pub(crate) environment: Environment,
    pub(crate) configuration: Configuration,
    /// How far each cell has come, in the order of the configuration; written at the end.
    pub(crate) cells: Vec<CellState>,
    /// The half-width that the twins' intervals have in the median of all throughput cells, as a
    /// part of one; written at the end.
    pub(crate) noise_floor: Option<f64>,
    /// `None` while the run goes on, or if it was killed; what is said of a run stays while it
    /// is resumed.
    pub(crate) ended: Option<Ended>,
    /// What the runner said of its backends; runs of before have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) backends: Vec<BackendFacts>,
}

impl RunFile {
    pub(crate) const FORMAT: &'static str = "cargo compare run, version 1";

    /// What stands in it when a run begins.
    pub(crate) fn new(description: Description, configuration: Configuration) -> Self {
        let Description { environment, backends, .. } = description;
        Self {
            format: Self::FORMAT.to_owned(),
            environment,
            configuration,
            cells: Vec::new(),
            noise_floor: None,
            ended: None,
            backends,
        }
    }

    /// Reads that of the run in this directory.
    pub(super) fn read(directory: &Path) -> Result<Self, Error> {
        let nothing = "no run of this program, or one of another version; `cargo compare show runs` \
                       lists those that can be read";
        Self::find(directory)?.ok_or_else(|| misuse(&directory.join(RUN), nothing))
    }

    /// The same, if this version of the program keeps a run there.
    pub(super) fn find(directory: &Path) -> Result<Option<Self>, Error> {
        use io::ErrorKind::{NotADirectory, NotFound};

        let path = &directory.join(RUN);
        let text = match fs::read(path) {
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(None),
            text => text.map_err(unreadable(path))?,
        };
        let damaged_json = |error| damaged(path, error);
        let json: Value = serde_json::from_slice(&text).map_err(damaged_json)?;
        if json["format"] != Self::FORMAT {
            return Ok(None);
        }
        let file: Self = serde_json::from_slice(&text).map_err(damaged_json)?;
        let samples = directory.join(SAMPLES);
        // One that is complete may be kept without its samples.
        let has_figures = file.ended == Some(Ended::Complete) && directory.join(SUMMARY).is_file();
        if !samples.is_file() && !has_figures {
            return Err(damaged(&samples, "there is no such file"));
        }
        Ok(Some(file))
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ended {
    /// All that was to be measured was, or the budget was spent.
    Complete,
    /// By Ctrl-C or a failure; it can be resumed.
    Interrupted,
}

/// How far a cell has come; runs of before have more of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CellState {
    pub(crate) cell: Cell,
    /// Processes that are complete.
    pub(crate) processes: u32,
}
