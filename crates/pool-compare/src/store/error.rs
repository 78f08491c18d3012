//! What can be wrong with the files of a run.

use std::{
    error, fmt, io,
    path::{Path, PathBuf},
};

use crate::shown::{Shown, plain};

/// Why a run could not be read or kept. Prints as one line.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// No run lies there.
    NotARun(PathBuf),
    /// A `run.json` of another program, or of another version of this one.
    Foreign { file: PathBuf, format: Option<String> },
    /// A file that is not as it was written.
    Damaged {
        file: PathBuf,
        /// From 1, if the damage is at one.
        line: Option<usize>,
        problem: String,
    },
    /// Another process adds to the run.
    Busy(PathBuf),
    /// There is nothing to resume.
    Complete(PathBuf),
    /// What was to be kept could not be read back.
    Refused { file: PathBuf, problem: String },
    /// A sample was not kept; those before it are.
    Append {
        file: PathBuf,
        source: io::Error,
        /// Whether a part of its line is still at the end of the file.
        torn: bool,
    },
    /// A file cannot be read.
    Read { file: PathBuf, source: io::Error },
    /// A file cannot be written, and is as it was before.
    Write { file: PathBuf, source: io::Error },
}

impl StoreError {
    /// Whether the user named what cannot be used, and not the system failed.
    pub(crate) fn is_misuse(&self) -> bool {
        match self {
            Self::NotARun(_)
            | Self::Foreign { .. }
            | Self::Damaged { .. }
            | Self::Busy(_)
            | Self::Complete(_) => true,
            Self::Refused { .. } | Self::Append { .. } | Self::Read { .. } | Self::Write { .. } => {
                false
            }
        }
    }

    pub(super) fn read(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Read { file, source }
    }

    pub(super) fn write(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Write { file, source }
    }

    pub(super) fn damaged(file: &Path, line: Option<usize>, problem: impl fmt::Display) -> Self {
        let problem = plain(&problem.to_string());
        Self::Damaged { file: file.to_owned(), line, problem }
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
        match self {
            Self::NotARun(path) => {
                write!(
                    f,
                    "{}: no run is kept there; `cargo compare show runs` lists them",
                    Shown(path)
                )
            }
            Self::Foreign { file, format } => {
                write!(f, "{}: not a run of this program", Shown(file))?;
                match format {
                    Some(format) => write!(f, ", its format is {format:?}"),
                    None => f.write_str(", it has no format"),
                }?;
                f.write_str("; `cargo compare show runs` lists those that are")
            }
            Self::Damaged { file, line: Some(line), problem } => write!(
                f,
                "{}, line {line}: {problem}; restore the file, or correct the line",
                Shown(file)
            ),
            Self::Damaged { file, line: None, problem } => {
                write!(f, "{}: {problem}; restore the file, or move the run away", Shown(file))
            }
            Self::Busy(directory) => write!(
                f,
                "{}: another process measures for this run; wait until it has ended",
                Shown(directory)
            ),
            Self::Complete(directory) => {
                write!(f, "{}: it is complete: there is nothing to resume", Shown(directory))
            }
            Self::Refused { file, problem } => {
                write!(f, "{}: not written: {problem}; this is a fault of ours", Shown(file))
            }
            Self::Append { file, source, torn } => {
                let state = if *torn { ", a torn line is at its end" } else { "" };
                write!(
                    f,
                    "{}: the last visit was not kept, those before it are{state}: {source}; {}",
                    Shown(file),
                    advice(source, "then resume the run")
                )
            }
            Self::Read { file, source } => {
                write!(f, "{}: cannot be read: {source}", Shown(file))
            }
            Self::Write { file, source } => write!(
                f,
                "{}: cannot be written: {source}; {}",
                Shown(file),
                advice(source, "or keep runs elsewhere by --results")
            ),
        }
    }
}

/// What to do about it.
fn advice(source: &io::Error, and: &str) -> String {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => format!("make room, {and}"),
        _ => format!("make the directory writable, {and}"),
    }
}

impl error::Error for StoreError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Append { source, .. }
            | Self::Read { source, .. }
            | Self::Write { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_whatever_a_file_contains() {
        let error = serde_json::from_str::<super::super::RunFile>("{\"a\\nb\": 1}").unwrap_err();
        let error = StoreError::json(Path::new("run.json"), None, &error);
        let text = error.to_string();
        assert!(text.starts_with("run.json, line 1: column 7: unknown field `a\\nb`"), "{text}");
        assert!(!text.contains('\n'));
    }

    #[test]
    fn a_full_disk_asks_for_room() {
        let source = io::Error::from(io::ErrorKind::StorageFull);
        let error = StoreError::Append { file: PathBuf::from("s"), source, torn: false };
        assert!(error.to_string().ends_with("make room, then resume the run"));
        assert!(!error.is_misuse());
    }
}
