//! Which files there are.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use walkdir::{DirEntry, WalkDir};

use super::{
    job::Job,
    stop::{Reason, Stop},
};
use crate::terminal::Progress;

/// What lies under a directory.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The regular files, sorted by path, byte by byte.
    pub(crate) files: Vec<File>,
    /// What could not be looked into, and why.
    pub(crate) unreadable: Vec<Unreadable>,
    /// Whether the output file lay among the files; it is not one of them.
    pub(crate) left_out_output: bool,
    /// Why the walk did not come to its end, if it did not.
    pub(crate) stopped: Option<Reason>,
}

/// A directory that could not be looked into, or an entry that could not be looked at.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) path: PathBuf,
    pub(crate) reason: String,
}

/// One regular file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: Job,
    /// Its size when it was found: for the estimate of the time left, and nothing else.
    pub(crate) size: u64,
}

impl File {
    /// How much work it is. Opening and closing a file takes about as long as checksumming
    /// this many bytes.
    pub(crate) fn weight(&self) -> u64 {
        self.size.saturating_add(16 * 1024)
    }
}

impl Found {
    /// How many bytes there seem to be; a sparse file may claim any number.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.size))
    }
}

/// Finds every regular file under `input`, which is followed if it is a symbolic link;
/// those within are not. `output` is left out: it cannot hold its own checksum.
pub(crate) fn walk(input: &Path, output: Option<&Path>, stop: &Stop) -> Found {
    let mut found = Found::default();
    let progress = Progress::search("looking for files");
    for entry in WalkDir::new(input) {
        found.stopped = stop.reason();
        if found.stopped.is_some() {
            return found;
        }
        match entry {
            Ok(entry) if !entry.file_type().is_file() => {}
            Ok(entry) if output.is_some_and(|output| is_same(&entry, output)) => {
                found.left_out_output = true;
            }
            Ok(entry) => {
                let size = entry.metadata().map_or(0, |metadata| metadata.len());
                found.files.push(File { path: Arc::from(entry.into_path()), size });
                progress.advance(1);
            }
            Err(error) => found.unreadable.push(error.into()),
        }
    }
    // `Path` would compare name by name: "a/b" before "a-b". `LC_ALL=C sort` does not.
    found.files.sort_unstable_by(|a, b| bytes(&a.path).cmp(bytes(&b.path)));
    found
}

impl From<walkdir::Error> for Unreadable {
    fn from(error: walkdir::Error) -> Self {
        let path = error.path().unwrap_or(Path::new("")).to_owned();
        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        Self { path, reason }
    }
}

/// Whether `entry` is the file whose canonical path is `output`.
fn is_same(entry: &DirEntry, output: &Path) -> bool {
    Some(entry.file_name()) == output.file_name()
        && fs::canonicalize(entry.path()).is_ok_and(|canonical| canonical == output)
}

/// A path as the system has it: on Unix any bytes, elsewhere UTF-8 with extensions.
pub(crate) fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_are_sorted_by_the_bytes_of_their_whole_path() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        for name in ["a/b", "a-b", "a.b", "B", "ä"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        let found = walk(dir.path(), None, &Stop::never());
        let names: Vec<_> = found
            .files
            .iter()
            .map(|file| file.path.strip_prefix(dir.path()).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["B", "a-b", "a.b", "a/b", "ä"]);
        assert!(found.stopped.is_none() && found.unreadable.is_empty());
    }

    #[test]
    fn the_output_file_is_left_out_and_its_namesakes_are_not() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("SUMS"), "").unwrap();
        fs::write(dir.path().join("sub/SUMS"), "").unwrap();
        let output = fs::canonicalize(dir.path()).unwrap().join("SUMS");
        let found = walk(dir.path(), Some(&output), &Stop::never());
        assert!(found.left_out_output);
        assert_eq!(found.files.len(), 1);
        assert!(found.files[0].path.ends_with("sub/SUMS"));
    }
}
