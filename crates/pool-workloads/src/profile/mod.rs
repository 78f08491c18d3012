//! A workload of one's own, described in a file.

mod value;
mod work;

use std::{ops::RangeInclusive, path::Path};

use serde::Deserialize;
use toml::{Spanned, Value};

use self::{
    value::{number, unexpected},
    work::Work,
};
use crate::{
    Arrivals, InputError,
    distribution::Distribution,
    source::{self, Source},
};

/// A custom workload: how long its jobs are, and how they are submitted.
///
/// ```
/// use pool_workloads::Profile;
///
/// let text = r#"
///     name = "thumbnails"  # lower-case letters, digits and hyphens; if absent, "profile"
///     producers = 2        # threads that submit, 1 to 64; if absent, 1
///     rate = 2000          # jobs per second; if absent, as fast as they are taken
///
///     [work]
///     distribution = "log-normal"
///     median = "50us"
///     p99 = "1.5ms"
/// "#;
/// let profile = Profile::parse("thumbnails.toml", text)?;
/// assert_eq!((profile.name(), profile.producers()), ("thumbnails", 2));
/// # Ok::<(), pool_workloads::InputError>(())
/// ```
///
/// The distributions, and what each takes:
///
/// | `distribution` | parameters | |
/// |---|---|---|
/// | `"fixed"` | `mean` | all jobs are alike |
/// | `"uniform"` | `min`, `max` | |
/// | `"exponential"` | `mean` | |
/// | `"log-normal"` | `median`, `p99` | one job in a hundred is longer than `p99`, at most 1,000 times the median |
/// | `"pareto"` | `min`, `shape`, `max` | the tail, cut off at `max`, is the heavier, the smaller `shape` (0.1 to 10) |
///
/// Lengths are from 1 ns to 1 s, with the units `ns`, `us`, `ms` and `s`. No job is longer
/// than that: a tail is cut off there.
#[derive(Clone, Debug)]
pub struct Profile {
    name: String,
    producers: usize,
    rate: Option<f64>,
    lengths: Distribution,
}

/// The file as it is; keys it does not know are errors. Values are checked afterwards, so that
/// an error says what makes sense there, not which type of Rust.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    name: Option<Spanned<Value>>,
    producers: Option<Spanned<Value>>,
    rate: Option<Spanned<Value>>,
    work: Spanned<Work>,
}

impl Profile {
    /// How many threads may submit.
    pub const PRODUCERS: RangeInclusive<usize> = 1..=64;

    /// How long a name may be, in characters.
    pub const MAX_NAME: usize = 40;

    /// Reads a profile from a file of at most 64 MiB.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is larger, or is malformed: then where, and how.
    pub fn read(path: &Path) -> Result<Self, InputError> {
        Self::parse(&path.display().to_string(), source::read(path)?)
    }

    /// Reads a profile from the text of a `file`, which errors are to name.
    ///
    /// # Errors
    ///
    /// If the text is malformed: where, and how.
    pub fn parse(file: &str, text: impl AsRef<[u8]>) -> Result<Self, InputError> {
        let source = &Source::new(file, text.as_ref())?;
        let document: Document = toml::from_str(source.text()).map_err(|error| {
            let span = error.span().unwrap_or_default();
            source.error(span.start, error.message().replace('\n', ", "))
        })?;
        let name = document.name.map(|name| checked_name(source, &name)).transpose()?;
        let producers = document.producers.map(|it| checked_producers(source, &it)).transpose()?;
        let rate = document.rate.map(|rate| checked_rate(source, &rate)).transpose()?;
        Ok(Self {
            name: name.unwrap_or_else(|| "profile".to_owned()),
            producers: producers.unwrap_or(1),
            rate,
            lengths: work::lengths(source, document.work)?,
        })
    }

    /// What the workload is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many threads submit, in [`PRODUCERS`](Self::PRODUCERS).
    pub fn producers(&self) -> usize {
        self.producers
    }

    /// How many jobs are submitted per second in the mean, in [`Arrivals::RATES`]; `None` for
    /// as fast as they are taken.
    pub fn rate(&self) -> Option<f64> {
        self.rate
    }

    pub(crate) fn lengths(&self) -> Distribution {
        self.lengths
    }
}

fn checked_name(source: &Source<'_>, name: &Spanned<Value>) -> Result<String, InputError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match name.get_ref() {
        Value::String(text)
            if (1..=Profile::MAX_NAME).contains(&text.len()) && text.chars().all(allowed) =>
        {
            Ok(text.clone())
        }
        _ => {
            let most = Profile::MAX_NAME;
            let expected = format!("1 to {most} lower-case letters, digits and hyphens, in quotes");
            Err(unexpected(source, name, expected))
        }
    }
}

fn checked_producers(source: &Source<'_>, producers: &Spanned<Value>) -> Result<usize, InputError> {
    let number = producers.get_ref().as_integer().and_then(|number| number.try_into().ok());
    number.filter(|number| Profile::PRODUCERS.contains(number)).ok_or_else(|| {
        let (least, most) = Profile::PRODUCERS.into_inner();
        unexpected(source, producers, format!("a whole number from {least} to {most}"))
    })
}

fn checked_rate(source: &Source<'_>, rate: &Spanned<Value>) -> Result<f64, InputError> {
    let number = number(rate.get_ref()).filter(|number| Arrivals::RATES.contains(number));
    number.ok_or_else(|| {
        let (least, most) = Arrivals::RATES.into_inner();
        unexpected(source, rate, format!("a number of jobs per second from {least} to {most}"))
    })
}
