//! What can be wrong with the files of a run, in a line.

use std::{fmt::Display, io, path::Path};

use crate::error::Error;

/// The run cannot be used for this: it is damaged, say, or complete.
pub(super) fn misuse(path: &Path, message: impl Display) -> Error {
    Error::Usage(format!("{}: {message}", path.display()))
}

pub(super) fn unreadable(file: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Failed(format!("{}: cannot be read: {source}", file.display()))
}

pub(super) fn unwritable(file: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| {
        let file = file.display();
        let advice = "make room or the directory writable, or keep runs elsewhere by --results";
        Error::Failed(format!("{file}: cannot be written: {source}; {advice}"))
    }
}

/// The file is not as it was written.
pub(super) fn damaged(file: &Path, problem: impl Display) -> Error {
    misuse(file, format_args!("{problem}; restore the file, or move the run away"))
}
