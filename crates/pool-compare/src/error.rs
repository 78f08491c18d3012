//! Why the program did not succeed, and with which exit code it ends.

use std::{fmt, io, path::Path, process::ExitCode};

/// Why the program did not succeed. Prints as one line.
#[derive(Debug)]
pub(crate) enum Error {
    /// What was asked for makes no sense here, or names what cannot be used.
    Usage(String),
    /// Something went wrong on the way, or there is no answer.
    Failed(String),
    /// Ctrl-C; with where that was, and what to do.
    Interrupted { progress: String },
}

impl Error {
    /// A file could not be written, and is as it was before.
    pub(crate) fn unwritten(path: &Path, error: &io::Error) -> Self {
        Self::Failed(format!("{}: not written: {error}", path.display()))
    }

    /// Standard output could not be written.
    pub(crate) fn stdout(error: impl fmt::Display) -> Self {
        Self::Failed(format!("standard output: {error}"))
    }

    /// 130 for Ctrl-C is as shells have it.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::Failed(_) => 1,
            Self::Interrupted { .. } => 130,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Failed(message) => f.write_str(message),
            Self::Interrupted { progress } => write!(f, "interrupted, {progress}"),
        }
    }
}
