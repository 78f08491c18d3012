//! The things that can be listed.

use pool_workloads::{Speed, Workload};
use serde_json::{Value, json};

use crate::{
    args::RunnerArgs,
    cell::Cell,
    error::Error,
    figures::count,
    preset,
    protocol::BackendFacts,
    runner::Runner,
    shown::{Shown, plain},
    store::{Ended, KeptRunHead, ResultsArgs, all, damaged},
    tables::{Grid, settings, wrap},
    terminal::{print, print_json},
};

/// What can be listed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Things {
    Backends,
    Workloads,
    Cells,
    Runs,
}

/// Each as a row for people, and as an object for programs.
struct List {
    grid: Grid,
    values: Vec<Value>,
    note: &'static str,
}

impl Things {
    /// Those of this name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "backends" => Self::Backends,
            "workloads" => Self::Workloads,
            "cells" => Self::Cells,
            "runs" => Self::Runs,
            _ => return None,
        })
    }

    /// Lists them.
    pub(super) fn show(
        self,
        results: &ResultsArgs,
        runner: &RunnerArgs,
        json: bool,
    ) -> Result<(), Error> {
        let List { grid, values, note } = match self {
            Self::Backends => backends(&Runner::find(runner)?.describe()?.backends),
            Self::Workloads => workloads(),
            Self::Cells => cells(),
            Self::Runs => runs(results)?,
        };
        if json { print_json(&values) } else { print(format!("{}\n{}", grid.text(), wrap(note))) }
    }
}

fn backends(backends: &[BackendFacts]) -> List {
    let mut grid = Grid::new(["", "pulls in", "can, beyond the contract"]);
    for it in backends {
        let packages = it.packages_pulled_in.map(|number| count(number, "package"));
        let capabilities: Vec<_> = it.capabilities.iter().map(|it| it.name()).collect();
        let packages = packages.unwrap_or_else(|| "not known".to_owned());
        grid.row([it.name.clone(), packages, capabilities.join(", ")]);
    }
    let values = backends.iter().map(|it| json!(it)).collect();
    List { grid, values, note: "What all of them can is in the contract, on the trait `Pool`." }
}

fn workloads() -> List {
    let mut grid = Grid::new(["", "a job"]);
    let mut values = Vec::new();
    // How fast the machine is does not matter to names.
    for it in Workload::standard(Speed::new(1.0)) {
        grid.row([it.name(), it.describe()]);
        values.push(json!({ "name": it.name(), "description": it.describe() }));
    }
    List { grid, values, note: "And cpu-LENGTH with any length up to 1s, such as cpu-250ns." }
}

fn cells() -> List {
    let of = |preset: preset::Preset| -> Vec<Cell> {
        preset.cells.into_iter().map(|amount| amount.cell).collect()
    };
    let (quick, full) = (of(preset::quick()), of(preset::full()));
    let mut grid = Grid::new(["", "in", "what is measured"]);
    let mut values = Vec::new();
    for cell in full.iter().chain(quick.iter().filter(|cell| !full.contains(cell))) {
        let presets = [("quick", &quick), ("full", &full)].into_iter();
        let presets: Vec<_> =
            presets.filter_map(|(name, cells)| cells.contains(cell).then_some(name)).collect();
        let (name, description) = (cell.to_string(), cell.describe());
        grid.row([&*name, &presets.join(", "), description]);
        values.push(json!({ "name": name, "description": description, "presets": presets }));
    }
    List { grid, values, note: "Any workload and any load make more." }
}

/// The runs that are kept, the newest first; then those that are damaged.
fn runs(results: &ResultsArgs) -> Result<List, Error> {
    let directory = results.directory();
    if results.results.is_some() && !directory.is_dir() {
        return Err(Error::Usage(format!("--results {}: no such directory", Shown(&directory))));
    }
    let mut grid = Grid::new(["", "measured", "", ""]);
    let mut values = Vec::new();
    for KeptRunHead { directory, file } in all(&directory)? {
        let ended = match file.ended {
            Some(Ended::Complete) => "complete",
            Some(Ended::Interrupted) => "interrupted",
            None => "not ended",
        };
        let (plan, date) = (&file.configuration, &file.environment.date);
        let how = plain(&settings(plan));
        grid.row([Shown(&directory).to_string(), plain(date), how.clone(), ended.to_owned()]);
        values.push(json!({
            "directory": directory.display().to_string(), "date": date, "preset": plan.preset,
            "workers": plan.workers, "settings": how, "ended": ended,
        }));
    }
    for (directory, error) in damaged(&directory)? {
        grid.row([Shown(&directory).to_string(), "damaged".to_owned()]);
        grid.row([wrap(&format!("  {error}"))]);
        let (directory, error) = (directory.display().to_string(), error.to_string());
        values.push(json!({ "directory": directory, "ended": "damaged", "problem": error }));
    }
    let note = if values.is_empty() { "none" } else { "" };
    Ok(List { grid, values, note })
}
