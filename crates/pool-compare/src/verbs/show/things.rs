//! The things that can be listed.

use pool_workloads::{Speed, Workload};
use serde_json::{Value, json};

use super::View;
use crate::{
    args::RunnerArgs,
    error::Error,
    once::once,
    preset::{self, Preset},
    protocol::Cell,
    runner::Runner,
    store::{KeptRunHead, ResultsArgs, all},
    tables::{Grid, in_words, settings, wrap},
};

/// The things of this name, if there are such.
pub(super) fn list(
    name: &str,
    results: &ResultsArgs,
    runner: &RunnerArgs,
) -> Result<Option<View>, Error> {
    // The columns are places in each value, with what stands above them.
    let (values, columns, note): (Vec<Value>, &[_], _) = match name {
        "backends" => (
            Runner::find(runner)?.describe()?.backends.iter().map(|it| json!(it)).collect(),
            &[
                ("/name", ""),
                ("/packages_pulled_in", "packages pulled in"),
                ("/capabilities", "can, beyond the contract"),
            ],
            "What all of them can is in the contract, on the trait `Pool`.",
        ),
        "workloads" => (
            workloads(),
            &[("/name", ""), ("/description", "a job")],
            "And cpu-LENGTH with any length up to 1s, such as cpu-250ns.",
        ),
        "cells" => (
            cells(),
            &[("/name", ""), ("/presets/0", "run"), ("/description", "what is measured")],
            "A full run measures what a quick one does, too. Any workload and any load make more.",
        ),
        "runs" => {
            let values = runs(results)?;
            let note = if values.is_empty() { "none" } else { "" };
            (values, &[("/directory", ""), ("/date", "measured"), ("/ended", "")], note)
        }
        _ => return Ok(None),
    };
    let mut grid = Grid { words: true, ..Grid::new(columns.iter().map(|it| it.1)) };
    for value in &values {
        let shown = |place: &str| value.pointer(place).map(in_words);
        grid.row(columns.iter().map(|it| shown(it.0).unwrap_or_default()));
        // A line below.
        grid.rows.extend(shown("/settings").map(|it| vec![wrap(&format!("  {it}")).into()]));
    }
    Ok(Some((Value::Array(values), format!("{}\n{note}", grid.text()))))
}

fn workloads() -> Vec<Value> {
    // How fast the machine is does not matter to names.
    let all = Workload::standard(Speed::new(1.0)).into_iter();
    all.map(|it| json!({"name": it.name(), "description": it.describe()})).collect()
}

fn cells() -> Vec<Value> {
    let presets = [preset::quick(), preset::full()];
    let described = |cell: &Cell| {
        let has = |it: &&Preset| it.cells.iter().any(|it| it.cell == *cell);
        let names: Vec<_> = presets.iter().filter(has).map(|it| it.name).collect();
        json!({"name": cell.to_string(), "description": cell.describe(), "presets": names})
    };
    let all = once(presets.iter().flat_map(|it| &it.cells).map(|it| &it.cell));
    all.into_iter().map(described).collect()
}

/// The runs that are kept, the newest first; then those that are damaged.
fn runs(results: &ResultsArgs) -> Result<Vec<Value>, Error> {
    let directory = results.directory();
    if results.results.is_some() && !directory.is_dir() {
        return Err(Error::Usage(format!("--results {}: no such directory", directory.display())));
    }
    let (kept, damaged) = all(&directory)?;
    let kept = kept.into_iter().map(|KeptRunHead { directory, file }| {
        let plan = &file.configuration;
        json!({
            "directory": directory.display().to_string(), "date": file.environment.date,
            "preset": plan.preset, "workers": plan.workers, "settings": settings(plan),
            "ended": file.ended.map_or(json!("not ended"), |it| json!(it)),
        })
    });
    let damaged = damaged.into_iter().map(|(directory, error)| {
        json!({
            "directory": directory.display().to_string(), "date": "", "ended": "damaged",
            "settings": error.to_string(),
        })
    });
    Ok(kept.chain(damaged).collect())
}
