//! The report: one HTML file about one run, or several taken together, that needs nothing else to
//! be read.
//!
//! It loads nothing, and without its script it is plain tables and charts. Each number of a table
//! stands there twice: for people, with three digits, and as it is, in the attribute `data-value`.

mod chart;
mod look;
mod page;
mod scaling;
mod sections;
mod table;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::{
    chart::{description, strips_svg},
    look::Theme,
    page::{GENERATOR, render},
    sections::{date, machine},
};
use crate::{
    analysis::{Analysis, Comparison, Outside, Row},
    store::RunFile,
};

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// One run, or several.
    pub(crate) runs: &'a [(RunFile, Analysis)],
    /// What it says, or they together.
    pub(crate) analysis: &'a Analysis,
    /// How well one run tells of another.
    pub(crate) outside: Option<Outside>,
    /// Questions that are asked often, and what the runs say.
    pub(crate) picks: &'a [(&'static str, String)],
}

/// The rows that are compared with each other.
pub(crate) fn backends(comparison: &Comparison) -> impl Iterator<Item = &Row> {
    comparison.rows.iter().filter(|row| row.contender.backend().is_some())
}
