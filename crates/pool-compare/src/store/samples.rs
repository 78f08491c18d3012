//! `samples.jsonl`: a line a visit. The process that adds to it holds its lock.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::Path,
};

use super::{
    error::{damaged, misuse, no_json, unwritable},
    place::SAMPLES,
};
use crate::{
    error::Error,
    protocol::{CellPlan, Sample},
};

/// Takes the samples of a run one by one, and finds those that cannot be of it.
#[derive(Clone, Debug)]
pub(super) struct Checker {
    cells: Vec<CellPlan>,
    seen: HashSet<(String, u32, u32, String)>,
}

impl Checker {
    /// For the samples of these cells, of which there are none yet.
    pub(super) fn new(cells: Vec<CellPlan>) -> Self {
        Self { cells, seen: HashSet::new() }
    }

    /// Remembers the visit that the sample is of, if all is well with it.
    pub(super) fn check(&mut self, sample: &Sample) -> Result<(), String> {
        let Sample { process, block, cell, contender, .. } = sample;
        let plan = self.cells.iter().find(|plan| plan.cell == *cell);
        let is_planned =
            |plan: &CellPlan| plan.contenders.contains(contender) && *block < plan.blocks;
        if !plan.is_some_and(is_planned) {
            return Err(format!("the run has no block {block} of {contender} in {cell}"));
        }
        let values = sample.values.iter().map(|(key, it)| (key.as_str(), it));
        for (name, value) in values.chain([("took_ms", &sample.took_ms)]) {
            if !value.is_finite() || *value < 0.0 {
                return Err(format!("{name} is {value}, and should be finite and not below 0"));
            }
        }
        let is_new = self.seen.insert(sample.visit());
        let visit = || format!("{contender} in {cell}, process {process}, block {block}");
        if is_new { Ok(()) } else { Err(format!("a second visit of {}", visit())) }
    }
}

/// What a file of samples has.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) samples: Vec<Sample>,
    /// How many bytes its whole lines are.
    pub(super) whole: usize,
    /// Knows what was visited.
    pub(super) checker: Checker,
}

/// Reads the whole lines of `text`, which is in `file`, and checks them.
pub(super) fn parse(file: &Path, text: &[u8], cells: &[CellPlan]) -> Result<Parsed, Error> {
    let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    let (mut checker, mut samples) = (Checker::new(cells.to_vec()), Vec::new());
    for (number, line) in (1..).zip(text[..whole].split_inclusive(|&byte| byte == b'\n')) {
        let number = Some(number);
        let sample = serde_json::from_slice(line).map_err(|error| no_json(file, number, &error))?;
        checker.check(&sample).map_err(|problem| damaged(file, number, problem))?;
        samples.push(sample);
    }
    Ok(Parsed { samples, whole, checker })
}

/// Opens the samples of the run in a directory, for this process alone until they are closed.
pub(super) fn open(directory: &Path, options: &OpenOptions) -> Result<File, Error> {
    let path = directory.join(SAMPLES);
    let file = options.open(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound if directory.exists() => missing(directory),
        _ => unwritable(&path)(error),
    })?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let message = "another process measures for this run; wait until it has ended";
            Err(misuse(directory, message))
        }
        // Some network file systems have no locks: better to measure without.
        Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
            Err(unwritable(&path)(error))
        }
        _ => Ok(file),
    }
}

/// A run without samples was not kept whole.
pub(super) fn missing(directory: &Path) -> Error {
    damaged(&directory.join(SAMPLES), None, "there is no such file")
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn a_sample_that_cannot_be_of_the_run_is_refused() {
        let sample = fixture::samples().remove(0);
        let planned = "the run has no block 2 of std in throughput/cpu-10us";
        let cases: [(fn(&mut Sample), _); 5] = [
            (
                |it| it.cell = "cost/idle".parse().unwrap(),
                "the run has no block 0 of std in cost/idle",
            ),
            (|it| it.block = 2, planned),
            (|it| it.took_ms = -0.5, "took_ms is -0.5, and should be finite and not below 0"),
            (
                |it| _ = it.values.insert("x".to_owned(), f64::NAN),
                "x is NaN, and should be finite and not below 0",
            ),
            (|_| (), "a second visit of std in throughput/cpu-10us, process 0, block 0"),
        ];
        for (change, says) in cases {
            let mut checker = Checker::new(fixture::run_file().configuration.cells);
            checker.check(&sample).unwrap();
            let mut changed = sample.clone();
            change(&mut changed);
            assert_eq!(checker.check(&changed).unwrap_err(), says);
        }
    }
}
