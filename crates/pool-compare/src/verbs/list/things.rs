//! The things that are listed: each as a line for people, and as an object for programs.

use std::path::Path;

use pool_measure::{capability::Capability, dependencies::packages, entry::BackendEntry};
use pool_workloads::{Speed, Workload};
use serde_json::{Value, json};

use crate::{
    cell::Cell,
    error::Error,
    figures::count,
    preset,
    store::{Ended, KeptRunHead, all},
    terminal::Shown,
};

type Thing = (String, Value);

/// Backends, with what they bring and what they pull in.
pub(super) fn backends(backends: &[BackendEntry]) -> Vec<Thing> {
    let thing = |entry: &BackendEntry| {
        let capabilities: Vec<_> = entry.capabilities.iter().map(|it| it.name()).collect();
        let packages = packages(entry.package);
        let pulls_in = match packages {
            Some(0) => "no packages".to_owned(),
            Some(number) => count(number, "package"),
            None => "unknown packages".to_owned(),
        };
        let text =
            format!("  {:<10} pulls in {pulls_in:<11}  {}", entry.name(), capabilities.join(", "));
        let value = json!({
            "name": entry.name(),
            "package": entry.package,
            "packages_pulled_in": packages,
            "capabilities": capabilities,
        });
        (text.trim_end().to_owned(), value)
    };
    backends.iter().map(thing).collect()
}

/// The standard workloads.
pub(super) fn workloads() -> Vec<Thing> {
    // How fast the machine is does not matter to names.
    let all = Workload::standard(Speed::new(1.0));
    let thing = |it: &Workload| {
        let (name, description) = (it.name(), it.describe());
        let text = format!("  {name:<13} {description}");
        (text, json!({ "name": name, "description": description }))
    };
    all.iter().map(thing).collect()
}

/// The cells of the presets, those of the quick one marked.
pub(super) fn cells() -> Vec<Thing> {
    let quick: Vec<Cell> = preset::quick().cells.into_iter().map(|it| it.cell).collect();
    let full: Vec<Cell> = preset::full().cells.into_iter().map(|it| it.cell).collect();
    let rest = quick.iter().filter(|cell| !full.contains(cell));
    let thing = |cell: &Cell| {
        let presets: Vec<_> = [("quick", &quick), ("full", &full)]
            .into_iter()
            .filter_map(|(name, cells)| cells.contains(cell).then_some(name))
            .collect();
        let (name, description) = (cell.to_string(), cell.describe());
        let mark = if presets.contains(&"quick") { "*" } else { " " };
        let text = format!("{mark} {name:<27} {description}");
        (text, json!({ "name": name, "description": description, "presets": presets }))
    };
    full.iter().chain(rest).map(thing).collect()
}

/// What some backends can beyond the contract.
pub(super) fn capabilities(backends: &[BackendEntry]) -> Vec<Thing> {
    let thing = |capability: &Capability| {
        let able: Vec<_> = backends
            .iter()
            .filter(|it| it.capabilities.contains(capability))
            .map(BackendEntry::name)
            .collect();
        let name = capability.name();
        let text = format!("  {name:<15} {}", able.join(", "));
        (text.trim_end().to_owned(), json!({ "name": name, "backends": able }))
    };
    Capability::ALL.iter().map(thing).collect()
}

/// The runs that are kept, the newest first.
pub(super) fn runs(results: &Path) -> Result<Vec<Thing>, Error> {
    let runs = all(results)?;
    let thing = |head: &KeptRunHead| {
        let (file, directory) = (&head.file, &head.directory);
        let ended = match file.ended {
            Some(Ended::Complete) => "complete",
            Some(Ended::Interrupted) => "interrupted",
            None => "not ended",
        };
        let preset = &file.configuration.preset;
        let workers = count(file.configuration.workers, "worker");
        let date = &file.environment.date;
        let text = format!("  {date}  {preset:<5}  {workers}, {ended}\n    {}", Shown(directory));
        let value = json!({
            "directory": directory.display().to_string(),
            "date": date,
            "preset": preset,
            "workers": file.configuration.workers,
            "ended": ended,
        });
        (text, value)
    };
    Ok(runs.iter().map(thing).collect())
}

#[cfg(test)]
mod tests {
    use pool_measure::entry::BACKENDS;

    use super::*;

    #[test]
    fn a_backend_is_told_with_its_packages_and_what_it_can() {
        let listed = backends(&BACKENDS);
        assert_eq!(listed[0].0, "  std        pulls in no packages");
        assert_eq!(listed[3].1["capabilities"], json!(["fork"]));
        assert_eq!(listed[0].1["packages_pulled_in"], 0);
    }

    #[test]
    fn no_directory_has_no_runs() {
        let directory = tempfile::tempdir().unwrap();
        assert!(runs(&directory.path().join("absent")).unwrap().is_empty());
    }
}
