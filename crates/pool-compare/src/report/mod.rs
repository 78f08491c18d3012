//! The report: one HTML file about one run, or several taken together, that needs nothing else to
//! be read.
//!
//! It loads nothing and runs nothing: it is tables and charts. What the pointer is on in a key stands
//! out in all of them, by the style sheet.

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
    page::render,
    sections::machine,
};
use crate::analysis::{Comparison, Row};

/// The rows that are compared with each other.
pub(crate) fn backends(comparison: &Comparison) -> impl Iterator<Item = &Row> {
    comparison.rows.iter().filter(|row| row.contender.backend().is_some())
}
