//! What may vary between the cells of a run: `workers=4` in `throughput/cpu-10us/workers=4`.

use std::{ops::RangeInclusive, str::FromStr};

use pool::Config;
use serde::Serialize;

/// A setting of a pool, or of those who use it, that can be swept.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::Display,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Axis {
    /// Threads that run jobs.
    Workers,
    /// Threads that submit.
    Producers,
    /// Jobs that may wait.
    Queue,
    /// Results that may wait.
    ResultsBound,
    /// How results are received: 0 for each by `recv`; else by `recv_batch`, with a linger of so
    /// many microseconds.
    Receive,
}

impl Axis {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Workers, Self::Producers, Self::Queue, Self::ResultsBound, Self::Receive];

    /// Its name: `"results-bound"`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// More threads than any machine has cores would measure the system's scheduler.
    fn range(self) -> RangeInclusive<usize> {
        match self {
            Self::Workers | Self::Producers => 1..=1024,
            Self::Queue | Self::ResultsBound => 1..=Config::MAX_CAPACITY,
            Self::Receive => 1..=1_000_000,
        }
    }

    /// A value on it, as [`shown`](Self::shown) writes it: `"16"`; `"each"` or `"100us"`.
    ///
    /// # Errors
    ///
    /// If there is no such value: what is expected.
    pub fn value(self, text: &str) -> Result<usize, String> {
        let is_receive = self == Self::Receive;
        if is_receive && text == "each" {
            return Ok(0);
        }
        let number = if is_receive { text.strip_suffix("us") } else { Some(text) };
        let number = number.and_then(|it| it.parse().ok()).filter(|it| self.range().contains(it));
        let (least, most) = self.range().into_inner();
        number.ok_or_else(|| match self {
            Self::Receive => format!("expected each, or from {least}us to {most}us"),
            _ => format!("expected a whole number from {least} to {most}"),
        })
    }

    /// A value as it stands in the name of a cell.
    pub fn shown(self, value: usize) -> String {
        match (self, value) {
            (Self::Receive, 0) => "each".to_owned(),
            (Self::Receive, micros) => format!("{micros}us"),
            (_, number) => number.to_string(),
        }
    }
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| format!("{name:?} is none of {names}"))
    }
}
