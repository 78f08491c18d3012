//! What can be wrong with the files of a run, in a line.

use std::{fmt::Display, io, path::Path};

use crate::{error::Error, shown::Shown};

/// The run cannot be used for this: it is damaged, say, or complete.
pub(super) fn misuse(path: &Path, message: impl Display) -> Error {
    Error::Usage(format!("{}: {message}", Shown(path)))
}

pub(super) fn unreadable(file: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Failed(format!("{}: cannot be read: {source}", Shown(file)))
}

pub(super) fn unwritable(file: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| {
        let advice = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room",
            _ => "make the directory writable",
        };
        let what = format!("{}: cannot be written: {source}; {advice}", Shown(file));
        Error::Failed(what + ", or keep runs elsewhere by --results")
    }
}

/// What was to be kept could not be read back.
pub(super) fn refused(file: &Path, problem: impl Display) -> Error {
    let file = Shown(file);
    Error::Failed(format!("{file}: not written: {problem}; this is a fault of ours"))
}

pub(super) fn damaged(file: &Path, line: Option<usize>, problem: impl Display) -> Error {
    misuse(
        file,
        match line {
            Some(line) => format!("line {line}: {problem}; restore the file, or correct the line"),
            None => format!("{problem}; restore the file, or move the run away"),
        },
    )
}

/// The JSON in `file` is not what it should be. `line` if it is a line of its own.
pub(super) fn no_json(file: &Path, line: Option<usize>, error: &serde_json::Error) -> Error {
    let position = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let problem = text.strip_suffix(&position).unwrap_or(&text);
    let line = line.or(Some(error.line()).filter(|&line| line > 0));
    damaged(file, line, format_args!("column {}: {problem}", error.column()))
}
