//! What can be wrong with the files of a run.

use std::{error, fmt, io, path::Path};

use crate::shown::{Shown, plain};

/// Why a run could not be read or kept. Prints as one line.
#[derive(Debug)]
pub(crate) struct StoreError {
    pub(super) kind: Kind,
    message: String,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No run lies there, or one of another program, or of another version of this one.
    Foreign,
    /// The run cannot be used for this: it is damaged, say, or complete.
    Misuse,
    /// The system failed, or this program.
    Failed,
}

impl StoreError {
    pub(super) fn new(kind: Kind, path: &Path, message: impl fmt::Display) -> Self {
        Self { kind, message: format!("{}: {message}", Shown(path)) }
    }

    /// Whether the user named what cannot be used, and not the system failed.
    pub(crate) fn is_misuse(&self) -> bool {
        self.kind != Kind::Failed
    }

    pub(super) fn read(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::new(Kind::Failed, &file, format_args!("cannot be read: {source}"))
    }

    pub(super) fn write(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| {
            let advice = match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room",
                _ => "make the directory writable",
            };
            let what = format!("cannot be written: {source}; {advice}");
            Self::new(Kind::Failed, &file, what + ", or keep runs elsewhere by --results")
        }
    }

    /// What was to be kept could not be read back.
    pub(super) fn refused(file: &Path, problem: impl fmt::Display) -> Self {
        let message = format!("not written: {problem}; this is a fault of ours");
        Self::new(Kind::Failed, file, message)
    }

    pub(super) fn damaged(file: &Path, line: Option<usize>, problem: impl fmt::Display) -> Self {
        let problem = plain(&problem.to_string());
        let message = match line {
            Some(line) => format!("line {line}: {problem}; restore the file, or correct the line"),
            None => format!("{problem}; restore the file, or move the run away"),
        };
        Self::new(Kind::Misuse, file, message)
    }

    /// The JSON in `file` is not what it should be. `line` if it is a line of its own.
    pub(super) fn json(file: &Path, line: Option<usize>, error: &serde_json::Error) -> Self {
        let position = format!(" at line {} column {}", error.line(), error.column());
        let text = error.to_string();
        let problem = text.strip_suffix(&position).unwrap_or(&text);
        let line = line.or(Some(error.line()).filter(|&line| line > 0));
        Self::damaged(file, line, format_args!("column {}: {problem}", error.column()))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for StoreError {}
