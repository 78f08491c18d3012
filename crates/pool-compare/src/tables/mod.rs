//! How what a run says is shown in text: on a terminal, and on a page in Markdown.
//!
//! Cells are rows and contenders are columns; of one cell, contenders are rows. Less is better in
//! every table.

mod facts;
#[cfg(test)]
pub(crate) mod fixtures;
mod grid;
mod overview;
mod ranking;
mod scaling;
mod words;

pub(crate) use self::{
    facts::{facts, in_words},
    grid::{Field, Grid, wrap},
    overview::{markdown, overview, pair},
    ranking::{ranking, to_best},
    scaling::{sentences, title},
    words::{
        PREVIEW, doubts, efficient, fell_behind, how_many, length, list, listed, matters, name,
        noise, rank, said, settings, too_noisy,
    },
};
