//! The files of a run.
//!
//! `results/<machine>/<date>-<commit>/` has `run.json`, which says what was to be measured and
//! where; `samples.jsonl`, to which each visit adds its line; and `summary.csv`, derived. If files
//! were checksummed, `checksums.sha256` has what each should give.
//!
//! `run.json` and `summary.csv` are there whole or not at all. `samples.jsonl` only ever grows,
//! a line at a time: a run that is killed loses the visit under way and nothing before it. What
//! is left of that visit's line is passed over by [`KeptRun::read`], and cut off by
//! [`Recorder::resume`]: the one thing that is ever removed. All else that is not as it was
//! written is named, and left as it is.

mod difference;
mod error;
#[cfg(test)]
pub(crate) mod fixture;
mod kept;
mod list;
mod place;
mod recorder;
mod run_file;
mod summary;

pub(crate) use self::{
    difference::{Difference, of_environment, of_jobs},
    kept::KeptRun,
    list::{KeptRunHead, all},
    place::{ResultsArgs, checkout},
    recorder::Recorder,
    run_file::{CellState, Ended, RunFile},
    summary::summary,
};
