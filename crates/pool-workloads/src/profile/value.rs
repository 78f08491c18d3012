//! Values of a profile, as numbers and in errors.

use std::fmt;

use toml::{Spanned, Value};

use crate::{
    InputError,
    source::{Found, Source},
};

/// The number that a value is, if it is one.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        // Whoever writes more than 2^31 is out of every range here.
        Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
        _ => None,
    }
}

/// An error at a value, which is not what was expected.
pub(super) fn unexpected(
    source: &Source<'_>,
    value: &Spanned<Value>,
    expected: impl fmt::Display,
) -> InputError {
    let found = match value.get_ref() {
        Value::String(text) => Found(text).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        other => format!("a value of the type {}", other.type_str()),
    };
    source.error(value.span().start, format!("expected {expected}, found {found}"))
}
