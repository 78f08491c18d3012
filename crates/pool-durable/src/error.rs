//! What a source can fail with.

use std::{error::Error, fmt};

/// The engine under a source has refused.
///
/// Nothing of the refused call has happened, with one exception: where the connection broke
/// while it committed, it may have. Then an answer is refused when it is sent again, and jobs
/// that are put again may be there twice.
#[derive(Debug)]
pub struct SourceError {
    /// What went wrong.
    pub kind: SourceErrorKind,
    /// The file or the server.
    pub place: Box<str>,
    /// What the engine said.
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kinds of [`SourceError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// The file is no SQLite database.
    NotADatabase,
    /// The tables are of another version.
    OtherVersion {
        /// The version of the tables.
        found: i64,
        /// The version that this crate writes.
        known: i64,
    },
    /// SQLite is older than 3.51.3.
    OldLibrary,
    /// Another process has kept the file locked.
    Locked,
    /// The file or the database cannot be written.
    ReadOnly,
    /// The disk, or the size that was allowed, is used up.
    Full,
    /// The file or the server cannot be opened, or the connection broke.
    Unreachable,
    /// Anything else.
    Other,
}

impl SourceError {
    /// An error of this kind; for implementors.
    pub fn new(kind: SourceErrorKind, place: impl Into<Box<str>>) -> Self {
        Self { kind, place: place.into(), source: None }
    }

    /// The same error, with what the engine said.
    pub fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Whether the same call may succeed later, with nothing changed but time passed or space
    /// made: locked, full or unreachable.
    pub fn is_transient(&self) -> bool {
        use SourceErrorKind::{Full, Locked, Unreachable};
        matches!(self.kind, Locked | Full | Unreachable)
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        match self.kind {
            SourceErrorKind::NotADatabase => {
                write!(f, "{place} is no SQLite database: name another file, or move it away")
            }
            SourceErrorKind::OtherVersion { found, known } => write!(
                f,
                "{place} has jobs in tables of version {found}, and this program knows version \
                 {known}: run the program that made them until no job is left, or use another place"
            ),
            SourceErrorKind::OldLibrary => write!(
                f,
                "SQLite {} may damage a file that several processes write: build with 3.51.3 or \
                 later",
                self.place
            ),
            SourceErrorKind::Locked => write!(
                f,
                "{place} has been locked by another process for seconds: look for one that keeps a \
                 transaction open"
            ),
            SourceErrorKind::ReadOnly => write!(
                f,
                "{place} cannot be written: give this user the right to write to it, for a file to \
                 its directory too"
            ),
            SourceErrorKind::Full => {
                write!(f, "{place} is full, and nothing was written: make room, then try again")
            }
            SourceErrorKind::Unreachable => {
                write!(
                    f,
                    "{place} cannot be reached: see whether it is there, whether this user may \
                     open it, and whether the address is right"
                )
            }
            SourceErrorKind::Other => write!(f, "{place} has refused"),
        }?;
        match &self.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl Error for SourceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
