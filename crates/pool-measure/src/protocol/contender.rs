//! Who is visited in a block, by the name that stands in files.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Who is visited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Contender {
    /// A backend's pool: `"crossbeam"`. These are compared and ranked.
    Backend(String),
    /// A backend once more, under another name: `"std (twin)"`. Whatever difference is found between
    /// the two is the machine's.
    Twin(String),
    /// One thread alone, without a queue: `"serial loop"`. For efficiency.
    Serial,
    /// Tokio's async lane, whose handlers are futures: `"tokio (async lane)"`.
    AsyncLane,
    /// What only earlier versions measured, by its whole name: `"crossbeam (bare loop)"`. Runs that
    /// have it are shown without it.
    Former(String),
}

const TWIN: &str = " (twin)";
/// The simplest loop of a library, which earlier versions measured.
const BARE_LOOP: &str = " (bare loop)";
/// What the serial loop is called.
pub const SERIAL: &str = "serial loop";
const ASYNC_LANE: &str = "tokio (async lane)";

impl Contender {
    /// The backend's name, if it is one.
    pub fn backend(&self) -> Option<&str> {
        match self {
            Self::Backend(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is one of those that are visited by turns, one in a block.
    pub fn is_twin(&self) -> bool {
        matches!(self, Self::Twin(_))
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backend(name) | Self::Former(name) => f.pad(name),
            Self::Twin(name) => f.pad(&format!("{name}{TWIN}")),
            Self::Serial => f.pad(SERIAL),
            Self::AsyncLane => f.pad(ASYNC_LANE),
        }
    }
}

impl FromStr for Contender {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(match name {
            SERIAL => Self::Serial,
            ASYNC_LANE => Self::AsyncLane,
            _ if name.ends_with(BARE_LOOP) => Self::Former(name.to_owned()),
            _ => match name.strip_suffix(TWIN) {
                Some(of) => Self::Twin(of.to_owned()),
                None => Self::Backend(name.to_owned()),
            },
        })
    }
}

impl From<Contender> for String {
    fn from(contender: Contender) -> Self {
        contender.to_string()
    }
}

impl From<String> for Contender {
    fn from(name: String) -> Self {
        match name.parse() {
            Ok(contender) => contender,
            Err(never) => match never {},
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contender_is_read_back_from_its_name() {
        for name in ["std", "std (twin)", "flume (bare loop)", SERIAL, ASYNC_LANE] {
            assert_eq!(Contender::from(name.to_owned()).to_string(), name);
        }
    }
}
