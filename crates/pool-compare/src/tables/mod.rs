//! How what a run says is shown in text: on a terminal, and on a page in Markdown.
//!
//! Cells are rows and contenders are columns; less is better in every table.

mod facts;
#[cfg(test)]
pub(crate) mod fixtures;
mod grid;
mod overview;
mod scaling;
mod words;

#[cfg(test)]
pub(crate) use self::grid::WIDTH;
pub(crate) use self::{
    facts::facts,
    grid::{Grid, wrap},
    overview::{everything, kinds, markdown, overview},
    scaling::{sentences, title},
    words::{fell_behind, how_many, length, list, noise, settings, too_noisy, verdict},
};
