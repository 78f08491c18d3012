//! A run that is kept.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    error::StoreError,
    place::{RUN, SAMPLES, directory_of},
    run_file::RunFile,
    samples::{missing, parse},
};
use crate::protocol::Sample;

/// A run that was read, and is as it was written.
#[derive(Clone, Debug)]
pub(crate) struct KeptRun {
    /// Where it is kept.
    pub(crate) directory: PathBuf,
    pub(crate) file: RunFile,
    /// In the order in which they were measured.
    pub(crate) samples: Vec<Sample>,
}

impl KeptRun {
    /// Reads a run, of which `path` is the directory or a file in it.
    ///
    /// What there is of a last line without its end is passed over: it is of a visit that was
    /// under way when the run was killed, or still is.
    pub(crate) fn read(path: &Path) -> Result<Self, StoreError> {
        let directory = directory_of(path);
        let file = RunFile::read(&directory.join(RUN))?;
        let samples = directory.join(SAMPLES);
        let text = fs::read(&samples).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => missing(&samples),
            _ => StoreError::read(&samples)(error),
        })?;
        let read = parse(&samples, &text, &file.configuration.cells)?.samples;
        match lacking(&file, &read) {
            Some(problem) => Err(StoreError::damaged(&samples, None, problem)),
            None => Ok(Self { directory, file, samples: read }),
        }
    }
}

/// What `run.json` counts and is not there, if anything.
fn lacking(file: &RunFile, samples: &[Sample]) -> Option<String> {
    file.cells.iter().find_map(|state| {
        let plan = file.configuration.cells.iter().find(|plan| plan.cell == state.cell)?;
        let expected = plan.contenders.len() * plan.blocks as usize * state.processes as usize;
        let found = samples.iter().filter(|it| it.cell == state.cell).count();
        (found < expected).then(|| {
            let cell = &state.cell;
            format!("it has {found} lines of {cell}, and run.json counts {expected}")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            fixture,
            recorder::Recorder,
            run_file::{CellState, Stopped},
        },
        *,
    };

    /// The first run in a new directory.
    fn kept() -> (tempfile::TempDir, PathBuf) {
        let results = tempfile::tempdir().unwrap();
        let mut recorder = fixture::recorder(results.path());
        for sample in fixture::samples() {
            recorder.append(&sample).unwrap();
        }
        let directory = recorder.directory().to_owned();
        (results, directory)
    }

    #[test]
    fn a_run_is_read_back_as_it_was_written_and_a_torn_last_line_is_passed_over() {
        let (_results, directory) = kept();
        for path in [directory.clone(), directory.join(RUN), directory.join(SAMPLES)] {
            let run = KeptRun::read(&path).unwrap();
            assert_eq!(run.directory, directory);
            assert_eq!((run.file, run.samples), (fixture::run_file(), fixture::samples()));
        }
        let path = directory.join(SAMPLES);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(KeptRun::read(&directory).unwrap().samples, fixture::samples()[..11]);
    }

    #[test]
    fn a_damaged_line_is_named_and_nothing_is_changed() {
        let (_results, directory) = kept();
        let path = directory.join(SAMPLES);
        let whole = fs::read_to_string(&path).unwrap();
        for (line, damage, says) in [
            (3, "{\"process\": 0", "EOF"),
            (5, "{}", "missing field"),
            (6, "\0\0\0", "expected value"),
            (7, "{\"process\": \"two\"}", "invalid type: string \"two\", expected u32"),
        ] {
            let mut lines: Vec<&str> = whole.lines().collect();
            lines[line - 1] = damage;
            let damaged = lines.join("\n") + "\n";
            fs::write(&path, &damaged).unwrap();
            let reading = KeptRun::read(&directory).map(drop);
            let resuming = Recorder::resume(&directory).map(drop);
            for error in [reading.unwrap_err(), resuming.unwrap_err()] {
                let text = error.to_string();
                assert!(text.contains(&format!("samples.jsonl: line {line}: ")), "{text}");
                assert!(text.contains(says), "{text}");
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
        }
        fs::remove_file(&path).unwrap();
        let error = KeptRun::read(&directory).unwrap_err().to_string();
        assert!(error.contains("samples.jsonl: there is no such file"), "{error}");
    }

    #[test]
    fn lines_that_are_counted_and_not_there_are_missed() {
        let mut file = fixture::run_file();
        let cell = file.configuration.cells[0].cell.clone();
        file.cells = vec![CellState { cell, processes: 1, stopped: Stopped::Budget }];
        assert_eq!(lacking(&file, &fixture::samples()), None);
        let said = lacking(&file, &fixture::samples()[1..]).unwrap();
        assert_eq!(said, "it has 5 lines of throughput/cpu-10us, and run.json counts 6");
    }
}
