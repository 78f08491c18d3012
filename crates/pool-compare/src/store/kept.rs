//! A run that is kept.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    error::{damaged, unreadable},
    place::{SAMPLES, SUMMARY, directory_of},
    run_file::RunFile,
    summary,
};
use crate::{
    analysis::Analysis,
    error::Error,
    protocol::{CellPlan, Sample},
};

/// A run that was read, and is as it was written.
#[derive(Clone, Debug)]
pub(crate) struct KeptRun {
    /// Where it is kept.
    pub(crate) directory: PathBuf,
    pub(crate) file: RunFile,
    /// Of a run that was read, in the order in which they were measured.
    pub(crate) samples: Vec<Sample>,
    /// What `summary.csv` says, where the samples were left out.
    pub(crate) figures: Option<Analysis>,
}

impl KeptRun {
    /// Reads a run, of which `path` is the directory or a file in it.
    ///
    /// What there is of a last line without its end is passed over: it is of a visit that was
    /// under way when the run was killed, or still is. Without its samples, a run that is complete
    /// still has the figures of its summary.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let directory = directory_of(path);
        let samples = directory.join(SAMPLES);
        if !samples.exists() {
            return Self::summary(&directory);
        }
        let file = RunFile::read(&directory)?;
        let text = fs::read(&samples).map_err(unreadable(&samples))?;
        let read = parse(&samples, &text, &file.configuration.cells)?;
        match lacking(&file, &read) {
            Some(problem) => Err(damaged(&samples, problem)),
            None => Ok(Self { directory, file, samples: read, figures: None }),
        }
    }

    /// As [`read`](Self::read), but by the summary alone, be the samples there or not: what is in git
    /// says the same wherever it is read.
    pub(crate) fn summary(path: &Path) -> Result<Self, Error> {
        let directory = directory_of(path);
        let file = RunFile::read(&directory)?;
        let path = directory.join(SUMMARY);
        let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
        let read = summary::read(&text, &file.configuration);
        let read =
            read.map_err(|(line, problem)| damaged(&path, format_args!("line {line}: {problem}")))?;
        let figures = Some(Analysis { noise_floor: file.noise_floor, ..read });
        Ok(Self { directory, file, samples: Vec::new(), figures })
    }
}

/// The lines that are whole. What there is of another is of a visit that was under way.
pub(super) fn whole(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte == b'\n');
    &text[..end.map_or(0, |end| end + 1)]
}

/// Reads the whole lines of `text`, which is in `file`: samples of these cells.
pub(super) fn parse(file: &Path, text: &[u8], cells: &[CellPlan]) -> Result<Vec<Sample>, Error> {
    let samples = serde_json::Deserializer::from_slice(whole(text)).into_iter();
    let samples = samples.collect::<Result<Vec<Sample>, _>>();
    let samples = samples.map_err(|error| damaged(file, error))?;
    let is_planned = |Sample { cell, contender, block, .. }: &Sample| {
        let plan = cells.iter().find(|plan| plan.cell == *cell);
        plan.is_some_and(|it| it.contenders.contains(contender) && *block < it.blocks)
    };
    match samples.iter().find(|it| !is_planned(it)) {
        Some(Sample { cell, contender, block, .. }) => {
            let problem = format_args!("the run has no block {block} of {contender} in {cell}");
            Err(damaged(file, problem))
        }
        None => Ok(samples),
    }
}

/// What `run.json` counts and is not there, if anything.
fn lacking(file: &RunFile, samples: &[Sample]) -> Option<String> {
    file.cells.iter().find_map(|state| {
        let plan = file.configuration.cells.iter().find(|plan| plan.cell == state.cell)?;
        let expected = plan.visits() * state.processes as usize;
        let found = samples.iter().filter(|it| it.cell == state.cell).count();
        (found < expected).then(|| {
            let cell = &state.cell;
            format!("it has {found} lines of {cell}, and run.json counts {expected}")
        })
    })
}
