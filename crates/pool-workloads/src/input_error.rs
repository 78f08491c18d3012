//! What is wrong with a file, and where.

use std::{error, fmt, io};

/// Why a trace or a profile was not accepted. Prints as one line, as compilers do:
/// `services.csv:17:5: expected a number of microseconds, found "abc"`.
#[derive(Debug)]
pub enum InputError {
    /// The file cannot be read.
    Unreadable {
        /// Which file.
        file: String,
        /// Why not.
        source: io::Error,
    },
    /// What is in the file is not what was expected there.
    Malformed {
        /// Which file.
        file: String,
        /// In which line, from 1.
        line: usize,
        /// At which character of the line, from 1.
        column: usize,
        /// What was expected there, and what was found.
        message: String,
    },
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, source } => write!(f, "{file}: {source}"),
            Self::Malformed { file, line, column, message } => {
                write!(f, "{file}:{line}:{column}: {message}")
            }
        }
    }
}

impl error::Error for InputError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Malformed { .. } => None,
        }
    }
}
