//! `run.json`: what was to be measured, where and with what, and how it ended.

use std::{collections::HashSet, fs, io, path::Path};

use pool_measure::environment::Environment;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::{Kind, StoreError},
    place::SAMPLES,
};
use crate::protocol::{BackendFacts, Cell, Configuration, Contender, Description};

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

    /// Reads and checks the `run.json` that `path` is.
    pub(super) fn read(path: &Path) -> Result<Self, StoreError> {
        use io::ErrorKind::{NotADirectory, NotFound};

        let text = fs::read(path).map_err(|error| match error.kind() {
            NotFound | NotADirectory => {
                let message = "no run is kept there; `cargo compare show runs` lists them";
                StoreError::new(Kind::Foreign, path, message)
            }
            _ => StoreError::read(path)(error),
        })?;
        let foreign = |format: Option<&str>| {
            let format = format.map_or("none".to_owned(), |it| format!("{it:?}"));
            let lists = "`cargo compare show runs` lists those that are";
            let message = format!("not a run of this program, its format is {format}; {lists}");
            Err(StoreError::new(Kind::Foreign, path, message))
        };
        match serde_json::from_slice::<Value>(&text) {
            Ok(json) => match json.get("format").and_then(Value::as_str) {
                Some(Self::FORMAT) => {}
                other => return foreign(other),
            },
            Err(error) if is_ours(path, &text) => return Err(StoreError::json(path, None, &error)),
            Err(_) => return foreign(None),
        }
        let file: Self =
            serde_json::from_slice(&text).map_err(|error| StoreError::json(path, None, &error))?;
        file.check().map_err(|problem| StoreError::damaged(path, None, problem))?;
        Ok(file)
    }

    /// Whether its parts fit together.
    pub(super) fn check(&self) -> Result<(), String> {
        let Self { environment, configuration, .. } = self;
        // Directories are named by it.
        if environment.run().contains(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
            return Err(format!("{:?} is no date with a commit", environment.run()));
        }
        let positive = [configuration.rounds_per_micro, configuration.budget_s.unwrap_or(1.0)];
        if configuration.workers == 0 || !positive.iter().all(|it| it.is_finite() && *it > 0.0) {
            return Err("workers, budget_s and rounds_per_micro are above 0".to_owned());
        }
        let mut cells = HashSet::new();
        for plan in &configuration.cells {
            if plan.blocks == 0 || plan.contenders.is_empty() {
                return Err(format!("{} has no blocks or no contenders", plan.cell));
            }
            let cell = plan.cell.to_string();
            let mut contenders = HashSet::new();
            for contender in &plan.contenders {
                let (Contender::Backend(backend) | Contender::Twin(backend)) = contender else {
                    continue;
                };
                if !configuration.backends.contains(backend) {
                    return Err(format!("{cell} has {backend:?}, which is not in its backends"));
                }
            }
            if let Some(twice) = plan.contenders.iter().find(|it| !contenders.insert(*it)) {
                return Err(format!("{cell} has {:?} twice", twice.to_string()));
            }
            if !cells.insert(cell) {
                return Err(format!("the cell {} is there twice", plan.cell));
            }
        }
        match self.cells.iter().find(|state| !cells.contains(&state.cell.to_string())) {
            Some(state) => Err(format!("the configuration has no cell {}", state.cell)),
            None => Ok(()),
        }
    }
}

/// Whether a file that is not even JSON has been a `run.json` of this program.
fn is_ours(path: &Path, text: &[u8]) -> bool {
    let name = b"cargo compare run";
    text.windows(name.len()).any(|it| it == name) || path.with_file_name(SAMPLES).exists()
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

impl Stopped {
    pub(crate) const ALL: [Self; 4] =
        [Self::Precise, Self::Processes, Self::Budget, Self::Interrupted];

    /// In words.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Precise => "precise enough",
            Self::Processes => "not precise with all processes that were planned",
            Self::Budget => "ended because the time was up",
            Self::Interrupted => "interrupted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn a_file_whose_parts_do_not_fit_together_is_refused() {
        let twice = |it: &mut RunFile| {
            it.configuration.cells[0].contenders.push(Contender::Twin("std".to_owned()));
        };
        let unknown = |it: &mut RunFile| {
            let (cell, stopped) = ("cost/idle".parse().unwrap(), Stopped::Budget);
            it.cells.push(CellState { cell, processes: 1, stopped });
        };
        for (change, says) in [
            (twice as fn(&mut RunFile), "throughput/cpu-10us has \"std (twin)\" twice"),
            (unknown, "the configuration has no cell cost/idle"),
            (
                |it| it.configuration.cells[1].cell = Cell::throughput("cpu-10us"),
                "the cell throughput/cpu-10us is there twice",
            ),
            (
                |it| drop(it.configuration.backends.pop()),
                "throughput/cpu-10us has \"flume\", which is not in its backends",
            ),
            (
                |it| it.configuration.workers = 0,
                "workers, budget_s and rounds_per_micro are above 0",
            ),
            (
                |it| it.environment.date = "../../x".to_owned(),
                "\"../../x-1a2b3c4d\" is no date with a commit",
            ),
        ] {
            let mut file = fixture::run_file();
            file.check().unwrap();
            change(&mut file);
            assert_eq!(file.check().unwrap_err(), says);
        }
    }
}
