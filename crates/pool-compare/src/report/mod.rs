//! The report: one HTML file about one run, or several taken together, that needs nothing else to
//! be read.
//!
//! It loads nothing, and without its script it is plain tables and charts. Each number of a table
//! stands there twice: for people, with three digits, and as it is, in the attribute `data-value`.

mod chart;
mod look;
mod page;
mod sections;
mod table;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::{
    chart::{description, strips_svg},
    look::Theme,
    page::{GENERATOR, render},
    sections::machine,
};
use crate::analysis::{Comparison, Row};

/// The rows that are compared with each other.
pub(crate) fn backends(comparison: &Comparison) -> impl Iterator<Item = &Row> {
    comparison.rows.iter().filter(|row| row.contender.backend().is_some())
}
