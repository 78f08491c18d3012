//! Lines of code.

use std::{fs, io, path::Path};

/// The files that every backend's crate has.
const COMMON: [&str; 5] = ["lib.rs", "pool.rs", "queue.rs", "worker.rs", "results.rs"];

/// The lines of code of a backend's crate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// Those of the files that every backend's crate has.
    pub(super) common: usize,
    /// Those of each other file, by its name.
    pub(super) others: Vec<(String, usize)>,
}

impl Lines {
    /// Counts those of the sources in this directory.
    pub(super) fn of(sources: &Path) -> io::Result<Self> {
        let mut lines = Self { common: 0, others: Vec::new() };
        for entry in fs::read_dir(sources)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.extension().is_none_or(|it| it != "rs") {
                continue;
            }
            let count = count(&fs::read_to_string(&path)?);
            if COMMON.contains(&name.as_str()) {
                lines.common += count;
            } else {
                lines.others.push((name, count));
            }
        }
        lines.others.sort();
        Ok(lines)
    }
}

/// Lines that are neither blank nor a comment nor in a test module, of a source that rustfmt has
/// formatted.
fn count(source: &str) -> usize {
    let mut count = 0;
    // The end of the test module that is passed over.
    let mut end: Option<String> = None;
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let text = line.trim_start();
        if let Some(brace) = &end {
            if line == brace {
                end = None;
            }
        } else if text == "#[cfg(test)]" {
            // `mod tests;` is but this line.
            if lines.next().is_some_and(|next| next.ends_with('{')) {
                let indent = &line[..line.len() - text.len()];
                end = Some(format!("{indent}}}"));
            }
        } else if !text.is_empty() && !text.starts_with("//") {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_counted_and_nothing_else() {
        let source = "\
//! Docs.

use std::fmt;

/// A thing.
#[derive(Debug)] // counted
pub struct Thing {
    // Not counted.
    field: u8,
}

#[cfg(test)]
mod tests {
    fn nothing() {
    }
}

#[cfg(test)]
mod more;

fn f() {}
";
        assert_eq!(count(source), 6);
    }

    #[test]
    fn files_that_not_every_backend_has_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("queue.rs", "struct Q;\n"),
            ("lane.rs", "struct L;\n"),
            ("notes.md", "text\n"),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let lines = Lines::of(dir.path()).unwrap();
        assert_eq!(lines, Lines { common: 3, others: vec![("lane.rs".to_owned(), 1)] });
    }
}
