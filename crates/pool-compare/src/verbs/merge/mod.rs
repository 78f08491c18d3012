//! `merge`: makes one run of several, so that their processes count together.
//!
//! A process is the unit of statistics, and it does not matter in which run it was measured, as
//! long as the machine, the build and what was measured are the same: `store::difference` tells what
//! has to be. The processes of each run get numbers that no other has; nothing else about a
//! sample changes. The runs merged stay as they are.

mod join;

use std::path::{Path, PathBuf};

use self::join::join;
use crate::{
    analysis::{Analysis, analyse},
    app::App,
    error::Error,
    sample::Sample,
    store::{KeptRun, Recorder, ResultsArgs, RunFile, StoreError, goes_on, summary},
    terminal::{self, Shown, say},
};

const DETAILS: &str = "\
A RUN is a directory, or a file in it. The runs must be of the same processor,
cores, settings, compiler, build, Cargo.lock and commit, and must have measured
the same; the seed, the budget, the precision and the amounts of processes may
differ, and so may the kernel and the load. They stay as they are; what they
are merged into is a run like any other, but cannot be resumed.

Examples:
  cargo compare merge results/my-machine/2026-03-1*
  cargo compare merge results/my-machine/2026-03-14-1a2b3c4d{,-2}

Exit codes: 0 all is well, 1 the new run could not be kept, 2 a run is damaged
or differs from the first.";

/// What `merge` is asked to do.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// The runs to join
    #[arg(value_name = "RUN", required = true, num_args = 2..)]
    runs: Vec<PathBuf>,

    #[command(flatten)]
    results: ResultsArgs,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, _app: &App<'_>) -> Result<(), Error> {
    let runs = args.runs.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let (mut file, samples) = join(&runs)?;
    let analysis = analyse(&file.configuration, file.environment.cores, &samples);
    file.noise_floor = analysis.noise_floor;
    let directory = keep(&args.results.directory(), &file, &samples, &analysis)?;

    if file.environment.commit.as_ref().is_some_and(|commit| commit.changed) {
        say(format_args!("all were measured from a changed source: nobody knows whether the same"));
    }
    say(format_args!("{} runs with {} visits are merged into", runs.len(), samples.len()));
    terminal::print(Shown(&directory))
}

/// Reads a run that nobody adds to any more.
fn read(path: &Path) -> Result<KeptRun, StoreError> {
    let run = KeptRun::read(path)?;
    if goes_on(&run.directory)? { Err(StoreError::Busy(run.directory)) } else { Ok(run) }
}

/// Writes the new run, all of it or nothing.
fn keep(
    results: &Path,
    file: &RunFile,
    samples: &[Sample],
    analysis: &Analysis,
) -> Result<PathBuf, StoreError> {
    // Until all is written, it does not say that it is complete.
    let unfinished = RunFile { ended: None, ..file.clone() };
    let mut recorder = Recorder::create(results, unfinished)?;
    let mut samples = samples.iter();
    let written = samples
        .try_for_each(|sample| recorder.append(sample))
        .and_then(|()| recorder.finish(file, &summary(analysis)));
    match written {
        Ok(()) => Ok(recorder.directory().to_owned()),
        Err(error) => {
            recorder.discard();
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::fixture;

    const NOTHING: Analysis =
        Analysis { comparisons: Vec::new(), granularity: Vec::new(), noise_floor: None };

    #[test]
    fn what_is_merged_is_kept_as_a_run() {
        let results = tempfile::tempdir().unwrap();
        let file = RunFile { merged_from: vec!["a/b".to_owned()], ..fixture::run_file() };
        let directory = keep(results.path(), &file, &fixture::samples(), &NOTHING).unwrap();
        let run = KeptRun::read(&directory).unwrap();
        assert_eq!((run.file, run.samples), (file, fixture::samples()));
        assert!(matches!(Recorder::resume(&directory), Err(StoreError::Complete(_))));
    }

    #[test]
    fn a_run_that_goes_on_is_not_merged_yet() {
        let results = tempfile::tempdir().unwrap();
        let recorder = Recorder::create(results.path(), fixture::run_file()).unwrap();
        let directory = recorder.directory().to_owned();
        assert!(matches!(read(&directory), Err(StoreError::Busy(_))));
        drop(recorder);
        assert!(read(&directory).unwrap().samples.is_empty());
    }

    #[test]
    fn nothing_is_left_of_a_run_that_could_not_be_written() {
        let results = tempfile::tempdir().unwrap();
        let mut samples = fixture::samples();
        samples.push(samples[0].clone());
        assert!(keep(results.path(), &fixture::run_file(), &samples, &NOTHING).is_err());
        let machine = results.path().join("some-cpu-2-cores");
        assert_eq!(fs::read_dir(machine).unwrap().count(), 0);
    }
}
