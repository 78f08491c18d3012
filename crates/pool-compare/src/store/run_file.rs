//! `run.json`: what was to be measured, where and with what, and how it ended.

use std::{collections::HashSet, fs, io, path::Path};

use pool_measure::environment::Environment;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::{damaged, misuse, no_json, unreadable},
    place::{RUN, SAMPLES, SUMMARY},
};
use crate::{
    error::Error,
    protocol::{BackendFacts, Cell, CellPlan, Configuration, Contender, Description},
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

    /// Reads and checks that of the run in this directory.
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
        let damaged_json = |error| no_json(path, None, &error);
        match serde_json::from_slice::<Value>(&text) {
            Ok(json) if json["format"] == Self::FORMAT => {}
            Err(error) if is_ours(path, &text) => return Err(damaged_json(error)),
            _ => return Ok(None),
        }
        let file: Self = serde_json::from_slice(&text).map_err(damaged_json)?;
        file.check().map_err(|problem| damaged(path, None, problem))?;
        let samples = directory.join(SAMPLES);
        // One that is complete may be kept without its samples.
        let has_figures = file.ended == Some(Ended::Complete) && directory.join(SUMMARY).is_file();
        if !samples.is_file() && !has_figures {
            return Err(damaged(&samples, None, "there is no such file"));
        }
        Ok(Some(file))
    }

    /// Whether its parts fit together.
    pub(super) fn check(&self) -> Result<(), String> {
        let Configuration { cells, backends, .. } = &self.configuration;
        let mut seen = HashSet::new();
        for CellPlan { cell, contenders, blocks, .. } in cells {
            let is_known = |it: &Contender| match it {
                Contender::Backend(name) | Contender::Twin(name) => backends.contains(name),
                _ => true,
            };
            let each_once = contenders.iter().collect::<HashSet<_>>().len() == contenders.len();
            if *blocks == 0 || contenders.is_empty() || !each_once {
                return Err(format!("{cell} has no blocks, or not each contender once"));
            }
            if let Some(unknown) = contenders.iter().find(|it| !is_known(it)) {
                return Err(format!("{cell} has {unknown}, which is not in its backends"));
            }
            if !seen.insert(cell.to_string()) {
                return Err(format!("the cell {cell} is there twice"));
            }
        }
        match self.cells.iter().find(|state| !seen.contains(&state.cell.to_string())) {
            Some(state) => Err(format!("the configuration has no cell {}", state.cell)),
            None => Ok(()),
        }
    }
}

/// Whether a file that is not even JSON has been a `run.json` of this program.
fn is_ours(path: &Path, text: &[u8]) -> bool {
    String::from_utf8_lossy(text).contains("cargo compare run")
        || path.with_file_name(SAMPLES).exists()
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

/// How far a cell has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CellState {
    pub(crate) cell: Cell,
    /// Processes that are complete.
    pub(crate) processes: u32,
    /// Why there are no more.
    pub(crate) stopped: Stopped,
}

/// Why a cell got no more processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stopped {
    /// Its intervals are narrow enough.
    Precise,
    /// They are not, and it has had the most that it was to get.
    Processes,
    /// The time was up.
    Budget,
    /// The run was interrupted.
    Interrupted,
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn a_file_whose_parts_do_not_fit_together_is_refused() {
        let twice = |it: &mut RunFile| {
            it.configuration.cells[0].contenders.push(Contender::Twin("std".to_owned()));
        };
        for (change, says) in [
            (
                twice as fn(&mut RunFile),
                "throughput/cpu-10us has no blocks, or not each contender once",
            ),
            (
                |it| it.configuration.cells[1].cell = Cell::throughput("cpu-10us"),
                "the cell throughput/cpu-10us is there twice",
            ),
            (
                |it| drop(it.configuration.backends.pop()),
                "throughput/cpu-10us has flume, which is not in its backends",
            ),
            (
                |it| {
                    let (cell, stopped) = (Cell::throughput("empty"), Stopped::Budget);
                    it.cells.push(CellState { cell, processes: 1, stopped });
                },
                "the configuration has no cell throughput/empty",
            ),
        ] {
            let mut file = fixture::run_file();
            file.check().unwrap();
            change(&mut file);
            assert_eq!(file.check().unwrap_err(), says);
        }
    }
}
