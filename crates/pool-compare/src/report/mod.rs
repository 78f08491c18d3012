//! The report: one HTML file about one run or several, that needs nothing else to be read.
//!
//! It loads nothing, and without its script it is plain tables and charts. Each number stands
//! there twice: for people, with three digits, and as it is, in the attribute `data-value`.

mod chart;
mod numbers;
mod page;
mod ratio;
mod sections;
mod series;
mod subject;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod theme;

pub(crate) use self::{
    chart::forest::standalone as forest_svg,
    page::{GENERATOR, render},
    ratio::{backends, to_best},
    sections::{date, machine},
    theme::Theme,
};
