//! Where runs are kept.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::whole;

/// What was to be measured, where and with what, and how it ended.
pub(super) const RUN: &str = "run.json";
/// A line a visit.
pub(super) const SAMPLES: &str = "samples.jsonl";
/// The SHA-256 of each file, if files are checksummed.
pub(super) const CHECKSUMS: &str = "checksums.sha256";
/// Every figure, for a spreadsheet.
pub(super) const SUMMARY: &str = "summary.csv";

/// Where to keep runs, or to look for them.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct ResultsArgs {
    /// Where runs are kept [default: results beside Cargo.lock]
    #[arg(long, value_name = "DIR")]
    pub(crate) results: Option<PathBuf>,
}

impl ResultsArgs {
    /// The directory that was named; without one, `results` next to the nearest `Cargo.lock` upwards
    /// from the current directory; without that, `results` in the current directory.
    pub(crate) fn directory(&self) -> PathBuf {
        self.results.clone().unwrap_or_else(|| checkout().join("results"))
    }
}

/// The directory of the nearest `Cargo.lock` upwards from the current directory; without one, the
/// current directory.
pub(crate) fn checkout() -> PathBuf {
    env::current_dir().map_or_else(|_| PathBuf::from("."), |it| of_lock(&it).to_owned())
}

fn of_lock(current: &Path) -> &Path {
    current.ancestors().find(|it| it.join("Cargo.lock").is_file()).unwrap_or(current)
}

/// The directory of the run that `path` names: itself, or one of the files in it.
pub(super) fn directory_of(path: &Path) -> PathBuf {
    let is_file_of_ours = [RUN, SAMPLES, SUMMARY].into_iter().any(|name| path.ends_with(name));
    if is_file_of_ours { whole::directory_of(path) } else { path }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_where_the_nearest_lock_file_is() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("Cargo.lock"), "").unwrap();
        assert_eq!(of_lock(&dir.path().join("crates/x")), dir.path());
    }
}
