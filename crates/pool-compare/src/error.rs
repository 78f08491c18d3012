//! Every way a run can fail, and the exit code of each.

use std::{error, fmt, io, path::PathBuf, process::ExitCode, time::Duration};

use pool::SpawnError;
use pool_any::Kind;

use crate::{figures, store::StoreError, terminal::Shown};

/// Why a run did not succeed. Prints as one line.
#[derive(Debug)]
pub(crate) enum Error {
    /// An argument has a value that makes no sense.
    Usage(String),
    /// What was asked for is not to be had from what there is: no run, no such backend.
    NoAnswer(String),
    /// The input directory cannot be looked into.
    Input { path: PathBuf, source: io::Error },
    /// The input is something else than a directory.
    NotADirectory(PathBuf),
    /// The output file cannot be made where it is wanted.
    Destination { path: PathBuf, source: io::Error },
    /// Ctrl-C cannot be listened for.
    Signals(ctrlc::Error),
    /// A backend could not start its workers.
    Spawn { backend: Kind, source: SpawnError },
    /// A backend has not kept the contract: it accepted jobs and gave nothing for them.
    Lost { by: String, count: usize },
    /// A process that measures could not, or what it measured makes no sense.
    Process(String),
    /// These backends break the contract; each case has been named.
    Broken(Vec<String>),
    /// Some files could not be read; each has been named.
    Unreadable { count: usize },
    /// Backends gave different checksums; each file has been named.
    Disagreement { count: usize },
    /// Passages of pages cannot be made; each has been named, and nothing was written.
    Faulty { count: usize },
    /// Passages of pages are not as they would be written; each has been named.
    Stale { count: usize },
    /// A file could not be rewritten, and is as it was before.
    Unwritten { path: PathBuf, source: io::Error },
    /// The time was up; with where that was, and what was left undone.
    TimedOut { timeout: Duration, progress: String },
    /// Ctrl-C; with where that was, and what was left undone.
    Interrupted { progress: String },
    /// The output file could not be written, and is as it was before.
    Output { path: PathBuf, source: io::Error },
    /// Standard output could not be written.
    Stdout(io::Error),
    /// A kept run could not be read, or a run not be kept.
    Store(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Error {
    /// 2 if nothing was begun because the command line makes no sense here, 130 for
    /// Ctrl-C as shells have it, and 1 for everything that went wrong on the way.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_)
            | Self::Input { .. }
            | Self::NotADirectory(_)
            | Self::Destination { .. }
            | Self::Faulty { .. } => 2,
            Self::Store(error) if error.is_misuse() => 2,
            Self::Interrupted { .. } => 130,
            Self::NoAnswer(_)
            | Self::Signals(_)
            | Self::Spawn { .. }
            | Self::Lost { .. }
            | Self::Process(_)
            | Self::Broken(_)
            | Self::Unreadable { .. }
            | Self::Disagreement { .. }
            | Self::Stale { .. }
            | Self::Unwritten { .. }
            | Self::TimedOut { .. }
            | Self::Output { .. }
            | Self::Stdout(_)
            | Self::Store(_) => 1,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::NoAnswer(message) | Self::Process(message) => {
                f.write_str(message)
            }
            Self::Input { path, source } => write!(f, "--input {}: {source}", Shown(path)),
            Self::NotADirectory(path) => write!(f, "--input {}: not a directory", Shown(path)),
            Self::Destination { path, source } => {
                write!(f, "--output {}: cannot be written there: {source}", Shown(path))
            }
            Self::Signals(source) => write!(f, "cannot listen for Ctrl-C: {source}"),
            Self::Spawn { backend, source } => write!(f, "{backend}: {source}"),
            Self::Lost { by, count } => {
                write!(f, "{by} lost {}: no result came", figures::count(*count, "job"))
            }
            Self::Broken(backends) => {
                let backends = backends.join(", ");
                write!(f, "the contract is broken by: {backends}")
            }
            Self::Unreadable { count: 1 } => f.write_str("1 file or directory could not be read"),
            Self::Unreadable { count } => {
                write!(f, "{count} files or directories could not be read")
            }
            Self::Disagreement { count } => write!(
                f,
                "the backends disagree on {}; one that changes while it is read does that, too",
                figures::count(*count, "file"),
            ),
            Self::Faulty { count } => {
                let what = figures::count(*count, "passage");
                write!(f, "{what} cannot be made, as told above; nothing was written")
            }
            Self::Stale { count: 1 } => f.write_str("1 is stale; `cargo compare readme` mends it"),
            Self::Stale { count } => {
                write!(f, "{count} are stale; `cargo compare readme` mends them")
            }
            Self::Unwritten { path, source } => write!(f, "{}: not written: {source}", Shown(path)),
            Self::TimedOut { timeout, progress } => {
                let timeout = humantime::format_duration(*timeout);
                write!(f, "timed out after {timeout}, {progress}")
            }
            Self::Interrupted { progress } => write!(f, "interrupted, {progress}"),
            Self::Output { path, source } => {
                write!(f, "--output {}: not written: {source}", Shown(path))
            }
            Self::Stdout(source) => write!(f, "standard output: {source}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Input { source, .. }
            | Self::Destination { source, .. }
            | Self::Output { source, .. }
            | Self::Unwritten { source, .. }
            | Self::Stdout(source) => Some(source),
            Self::Signals(source) => Some(source),
            Self::Spawn { source, .. } => Some(source),
            Self::Store(error) => error.source(),
            _ => None,
        }
    }
}
