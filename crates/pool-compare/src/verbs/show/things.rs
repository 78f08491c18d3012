//! The things that can be listed.

use pool_workloads::{Speed, Workload};
use serde_json::{Value, json};

use crate::{
    args::RunnerArgs,
    cell::Cell,
    error::Error,
    once::once,
    preset::{self, Preset},
    runner::Runner,
    shown::{Shown, plain},
    store::{Ended, KeptRunHead, ResultsArgs, all, damaged},
    tables::{Grid, in_words, settings, wrap},
};

/// Things as objects, for programs.
pub(super) struct List {
    pub(super) values: Vec<Value>,
    /// Which fields people are shown, and under what.
    columns: &'static [(&'static str, &'static str)],
    /// Which field stands in a line below.
    below: &'static str,
    note: &'static str,
}

impl List {
    /// For people.
    pub(super) fn text(&self) -> String {
        let titles = self.columns.iter().map(|(_, title)| *title);
        let mut grid = Grid { words: true, ..Grid::new(titles) };
        for value in &self.values {
            let shown = |key: &str| plain(&in_words(&value[key]));
            grid.row(self.columns.iter().map(|(key, _)| shown(key)));
            if value.get(self.below).is_some() {
                grid.row([wrap(&format!("  {}", shown(self.below)))]);
            }
        }
        format!("{}\n{}", grid.text(), self.note)
    }
}

/// The things of this name, if there are such.
pub(super) fn list(
    name: &str,
    results: &ResultsArgs,
    runner: &RunnerArgs,
) -> Result<Option<List>, Error> {
    Ok(Some(match name {
        "backends" => List {
            values: Runner::find(runner)?.describe()?.backends.iter().map(|it| json!(it)).collect(),
            columns: &[
                ("name", ""),
                ("packages_pulled_in", "packages pulled in"),
                ("capabilities", "can, beyond the contract"),
            ],
            below: "",
            note: "What all of them can is in the contract, on the trait `Pool`.",
        },
        "workloads" => {
            let described = |it: Workload| json!({"name": it.name(), "description": it.describe()});
            List {
                // How fast the machine is does not matter to names.
                values: Workload::standard(Speed::new(1.0)).into_iter().map(described).collect(),
                columns: &[("name", ""), ("description", "a job")],
                below: "",
                note: "And cpu-LENGTH with any length up to 1s, such as cpu-250ns.",
            }
        }
        "cells" => List {
            values: cells(),
            columns: &[("name", ""), ("presets", "in"), ("description", "what is measured")],
            below: "",
            note: "Any workload and any load make more.",
        },
        "runs" => {
            let values = runs(results)?;
            List {
                note: if values.is_empty() { "none" } else { "" },
                columns: &[("directory", ""), ("date", "measured"), ("ended", "")],
                below: "settings",
                values,
            }
        }
        _ => return Ok(None),
    }))
}

fn cells() -> Vec<Value> {
    let of = |preset: Preset| -> Vec<Cell> {
        preset.cells.into_iter().map(|amount| amount.cell).collect()
    };
    let (quick, full) = (of(preset::quick()), of(preset::full()));
    let described = |cell: &Cell| {
        let presets = [("quick", &quick), ("full", &full)].into_iter();
        let presets = presets.filter_map(|(name, cells)| cells.contains(cell).then_some(name));
        let presets: Vec<_> = presets.collect();
        json!({"name": cell.to_string(), "description": cell.describe(), "presets": presets})
    };
    once(full.iter().chain(&quick)).into_iter().map(described).collect()
}

/// The runs that are kept, the newest first; then those that are damaged.
fn runs(results: &ResultsArgs) -> Result<Vec<Value>, Error> {
    let directory = results.directory();
    if results.results.is_some() && !directory.is_dir() {
        return Err(Error::Usage(format!("--results {}: no such directory", Shown(&directory))));
    }
    let kept = all(&directory)?.into_iter().map(|KeptRunHead { directory, file }| {
        let ended = match file.ended {
            Some(Ended::Complete) => "complete",
            Some(Ended::Interrupted) => "interrupted",
            None => "not ended",
        };
        let plan = &file.configuration;
        json!({
            "directory": directory.display().to_string(), "date": file.environment.date,
            "preset": plan.preset, "workers": plan.workers, "settings": settings(plan),
            "ended": ended,
        })
    });
    let damaged = damaged(&directory)?.into_iter().map(|(directory, error)| {
        json!({
            "directory": directory.display().to_string(), "date": "", "ended": "damaged",
            "settings": error.to_string(),
        })
    });
    Ok(kept.chain(damaged).collect())
}
