//! A run that is kept.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    error::{damaged, misuse, unreadable},
    place::{SAMPLES, SUMMARY, directory_of},
    run_file::RunFile,
    samples::parse,
    summary,
};
use crate::{analysis::Analysis, error::Error, protocol::Sample};

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
        let (read, _) = parse(&samples, &text, &file.configuration.cells)?;
        match lacking(&file, &read) {
            Some(problem) => Err(damaged(&samples, None, problem)),
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
        let read = read.map_err(|(line, problem)| damaged(&path, Some(line), problem))?;
        let figures = Some(Analysis { noise_floor: file.noise_floor, ..read });
        Ok(Self { directory, file, samples: Vec::new(), figures })
    }

    /// The samples.
    ///
    /// # Errors
    ///
    /// If they were left out.
    pub(crate) fn sampled(&self) -> Result<&[Sample], Error> {
        match self.figures {
            None => Ok(&self.samples),
            Some(_) => Err(misuse(
                &self.directory.join(SAMPLES),
                "left out of this run, which has the figures of summary.csv alone; this takes the \
                 samples, so measure again",
            )),
        }
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

#[cfg(test)]
mod tests {
    use super::{
        super::{fixture, place::RUN, run_file::Ended},
        *,
    };
    use crate::analysis::analyse;

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

    fn problem(directory: &Path) -> String {
        KeptRun::read(directory).unwrap_err().to_string()
    }

    #[test]
    fn a_run_is_read_as_it_was_written_and_a_damaged_line_is_named() {
        let (_results, directory) = kept();
        let path = directory.join(SAMPLES);
        let run = KeptRun::read(&path).unwrap();
        assert_eq!((&run.directory, run.file), (&directory, fixture::run_file()));
        assert_eq!(run.samples, fixture::samples());
        let whole = fs::read_to_string(&path).unwrap();
        for (line, damage, says) in [
            (5, "{}", "missing field"),
            (6, "\0\0\0", "expected value"),
            (7, "{\"process\": \"two\"}", "invalid type: string \"two\", expected u32"),
        ] {
            let mut lines: Vec<&str> = whole.lines().collect();
            lines[line - 1] = damage;
            fs::write(&path, lines.join("\n") + "\n").unwrap();
            let text = problem(&directory);
            assert!(text.contains(&format!("samples.jsonl: line {line}: ")), "{text}");
            assert!(text.contains(says), "{text}");
        }
    }

    #[test]
    fn without_samples_a_complete_run_has_the_figures_of_its_summary() {
        let (_results, directory) = kept();
        let analysis = analyse(&fixture::run_file().configuration, 2, &fixture::samples());
        let text = summary::summary(&analysis);
        fs::write(directory.join(SUMMARY), &text).unwrap();
        fs::remove_file(directory.join(SAMPLES)).unwrap();
        assert!(problem(&directory).contains("samples.jsonl: there is no such file"));
        let mut file = fixture::run_file();
        (file.ended, file.noise_floor) = (Some(Ended::Complete), Some(0.25));
        fs::write(directory.join(RUN), serde_json::to_string(&file).unwrap()).unwrap();
        let run = KeptRun::read(&directory).unwrap();
        assert!(run.sampled().unwrap_err().to_string().contains("left out"));
        let figures = run.figures.unwrap();
        assert_eq!((summary::summary(&figures), figures.noise_floor), (text, Some(0.25)));
        fs::write(directory.join(SUMMARY), "kind\nvalue\n").unwrap();
        assert!(problem(&directory).contains("summary.csv: line 2: "));
    }
}
