//! Every way the program can fail, and the exit code of each.

use std::{error, fmt, io, path::PathBuf, process::ExitCode};

use crate::{
    figures::count,
    shown::{Shown, plain},
};

/// Why the program did not succeed. Prints as one line.
#[derive(Debug)]
pub(crate) enum Error {
    /// An argument has a value that makes no sense, or names what cannot be used.
    Usage(String),
    /// What was asked for cannot be found out from what there is: no run, no such backend.
    NoAnswer(String),
    /// Ctrl-C cannot be listened for.
    Signals(ctrlc::Error),
    /// A process that measures failed, or what it measured makes no sense; or a run could not be
    /// read or kept.
    Process(String),
    /// These backends break the contract; each case has been named.
    Broken(Vec<String>),
    /// Some files could not be read; each has been named.
    Unreadable(usize),
    /// Some targets were missed; each has been named.
    Missed(usize),
    /// Generated parts of pages cannot be made; each has been named, and nothing was written.
    Faulty(usize),
    /// Generated parts of pages are not as they would be written; each has been named.
    Stale(usize),
    /// A file could not be written, and is as it was before.
    Unwritten { path: PathBuf, source: io::Error },
    /// Ctrl-C; with where that was, and what to do.
    Interrupted { progress: String },
    /// Standard output could not be written.
    Stdout(io::Error),
}

impl Error {
    /// 2 if nothing was begun because the command line makes no sense here, 130 for
    /// Ctrl-C as shells have it, and 1 for everything that went wrong on the way.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) | Self::Faulty(_) => 2,
            Self::Interrupted { .. } => 130,
            _ => 1,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::NoAnswer(message) | Self::Process(message) => {
                f.write_str(&plain(message))
            }
            Self::Signals(source) => write!(f, "cannot listen for Ctrl-C: {source}"),
            Self::Broken(backends) => {
                write!(f, "these break the contract: {}", backends.join(", "))
            }
            Self::Unreadable(number) => {
                write!(f, "could not be read: {}", count(*number, "file or directory"))
            }
            Self::Missed(number) => write!(f, "missed: {}", count(*number, "target")),
            Self::Faulty(number) => {
                write!(f, "cannot be made: {}; nothing was written", count(*number, "part"))
            }
            Self::Stale(number) => {
                let what = count(*number, "part");
                write!(f, "out of date: {what}; `cargo compare readme` writes them again")
            }
            Self::Unwritten { path, source } => write!(f, "{}: not written: {source}", Shown(path)),
            Self::Interrupted { progress } => write!(f, "interrupted, {progress}"),
            Self::Stdout(source) => write!(f, "standard output: {source}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Unwritten { source, .. } | Self::Stdout(source) => Some(source),
            Self::Signals(source) => Some(source),
            _ => None,
        }
    }
}
