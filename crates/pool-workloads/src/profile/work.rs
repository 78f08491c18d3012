//! The table `[work]`: a distribution and its parameters.

use std::{collections::BTreeMap, time::Duration};

use toml::{Spanned, Value};

use super::value::{number, unexpected};
use crate::{
    InputError, MAX_WORK,
    distribution::Distribution,
    length::{self, Shown},
    source::Source,
};

/// Which keys there may be depends on the distribution, so they are looked up by hand; with
/// their places, for errors.
pub(super) type Work = BTreeMap<Spanned<String>, Spanned<Value>>;

/// How many times the median a p99 may be. Beyond that, most of the work would be in jobs
/// that come too seldom to be compared.
const MAX_P99: u32 = 1_000;

/// What the table says.
pub(super) fn lengths(
    source: &Source<'_>,
    work: Spanned<Work>,
) -> Result<Distribution, InputError> {
    let span = work.span();
    let mut table = Table { source, start: span.start, left: work.into_inner(), known: Vec::new() };
    let distribution = table.take("distribution")?;
    let lengths = match distribution.get_ref().as_str() {
        Some("fixed") => Distribution::Fixed { mean: table.length("mean")?.0 },
        Some("uniform") => {
            let (min, max) = table.ordered_lengths("min", "max", u32::MAX)?;
            Distribution::Uniform { min, max }
        }
        Some("exponential") => Distribution::Exponential { mean: table.length("mean")?.0 },
        Some("log-normal") => {
            let (median, p99) = table.ordered_lengths("median", "p99", MAX_P99)?;
            Distribution::LogNormal { median, p99 }
        }
        Some("pareto") => {
            let (min, max) = table.ordered_lengths("min", "max", u32::MAX)?;
            Distribution::Pareto { min, shape: table.shape()?, max }
        }
        _ => {
            let known = r#"one of "fixed", "uniform", "exponential", "log-normal" and "pareto""#;
            return Err(unexpected(source, &distribution, known));
        }
    };
    table.end()?;
    Ok(lengths)
}

/// The table, while it is read.
struct Table<'a> {
    source: &'a Source<'a>,
    start: usize,
    /// What has not been looked up yet.
    left: Work,
    /// The keys that have been looked up.
    known: Vec<&'static str>,
}

impl Table<'_> {
    fn take(&mut self, key: &'static str) -> Result<Spanned<Value>, InputError> {
        self.known.push(key);
        self.left.remove(key).ok_or_else(|| {
            self.source.error(self.start, format!("expected the key `{key}` in `work`, found none"))
        })
    }

    /// A length, and the value that says so.
    fn length(&mut self, key: &'static str) -> Result<(Duration, Spanned<Value>), InputError> {
        let value = self.take(key)?;
        match value.get_ref().as_str().map(length::parse) {
            None => Err(unexpected(self.source, &value, r#"a length in quotes, such as "50us""#)),
            Some(None) => {
                let expected = r#"a length such as "50us", "1.5ms" or "1s""#;
                Err(unexpected(self.source, &value, expected))
            }
            Some(Some(length)) if length.is_zero() || length > MAX_WORK => {
                Err(unexpected(self.source, &value, "a length from 1ns to 1s"))
            }
            Some(Some(length)) => Ok((length, value)),
        }
    }

    /// Two lengths, the second of which is at least the first, and at most `most` times it.
    fn ordered_lengths(
        &mut self,
        low: &'static str,
        high: &'static str,
        most: u32,
    ) -> Result<(Duration, Duration), InputError> {
        let (low_length, _) = self.length(low)?;
        let (high_length, value) = self.length(high)?;
        if high_length < low_length {
            let expected = format!("at least {}, the {low}", Shown(low_length));
            return Err(unexpected(self.source, &value, expected));
        }
        let most_length = low_length.saturating_mul(most);
        if high_length > most_length {
            let expected = format!("at most {}, {most} times the {low}", Shown(most_length));
            return Err(unexpected(self.source, &value, expected));
        }
        Ok((low_length, high_length))
    }

    fn shape(&mut self) -> Result<f64, InputError> {
        let value = self.take("shape")?;
        let shape = number(value.get_ref()).filter(|shape| (0.1..=10.0).contains(shape));
        shape.ok_or_else(|| unexpected(self.source, &value, "a number from 0.1 to 10"))
    }

    /// All parameters have been taken, so nothing is to be left. In the words of serde.
    fn end(&self) -> Result<(), InputError> {
        let Some(key) = self.left.keys().min_by_key(|key| key.span().start) else {
            return Ok(());
        };
        let (unknown, known) = (key.get_ref(), self.known.join("`, `"));
        let message = format!("unknown field `{unknown}`, expected one of `{known}`");
        Err(self.source.error(key.span().start, message))
    }
}
