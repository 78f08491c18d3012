//! A run that was kept, as its files say.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The directory of the one run below `results`, once its files are there.
pub(crate) fn directory(results: &Path) -> Option<PathBuf> {
    let only = |dir: &Path| {
        let mut entries = fs::read_dir(dir).ok()?;
        let entry = entries.next()?.ok()?.path();
        assert!(entries.next().is_none(), "more than one in {}", dir.display());
        Some(entry)
    };
    let run = only(&only(results)?)?;
    run.join("run.json").is_file().then_some(run)
}

/// What its `run.json` says.
pub(crate) fn run_file(run: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(run.join("run.json")).unwrap()).unwrap()
}

/// Its samples.
pub(crate) fn samples(run: &Path) -> Vec<Value> {
    let text = fs::read_to_string(run.join("samples.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
