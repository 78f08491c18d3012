//! The kept run that a verb is about: which it is, and what it says.

use std::path::{Path, PathBuf};

use pool_measure::environment::Environment;

use crate::{
    analysis::{Analysis, analyse},
    error::Error,
    preset,
    store::{KeptRun, KeptRunHead, ResultsArgs, all},
    terminal::{self, Shown},
};

/// Which run, for verbs that are about other things first.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// The run: its directory, or its name as in `list runs` [default: the latest of this machine]
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) results: ResultsArgs,
}

/// A kept run and what it says.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) run: KeptRun,
    pub(crate) analysis: Analysis,
}

impl Opened {
    /// The run that was asked for, or the latest of this machine.
    pub(crate) fn find(run: Option<&Path>, results: &ResultsArgs) -> Result<Self, Error> {
        let results = results.directory();
        let directory = match run {
            Some(run) => named(run, &results)?,
            None => return Self::latest(&results),
        };
        Ok(Self::of(KeptRun::read(&directory)?))
    }

    fn latest(results: &Path) -> Result<Self, Error> {
        let machine = this_machine().machine();
        let mut heads = all(results)?;
        heads.retain(|head| head.file.environment.machine() == machine);
        let newest = heads.first().map(|head| head.directory.clone()).ok_or_else(|| {
            Error::NoAnswer(format!(
                "{}: no run of this machine is kept there; `cargo compare run` makes one",
                Shown(results)
            ))
        })?;
        // What was measured for one choice says little; but better that than nothing.
        heads.sort_by_key(|head| head.file.configuration.preset == preset::PICK);
        match Self::first(heads, |analysis| !analysis.comparisons.is_empty())? {
            Some(found) => Ok(found),
            None => Ok(Self::of(KeptRun::read(&newest)?)),
        }
    }

    /// The first of these runs that says what is wanted: one that was killed early may say
    /// nothing.
    pub(crate) fn first(
        heads: impl IntoIterator<Item = KeptRunHead>,
        says: impl Fn(&Analysis) -> bool,
    ) -> Result<Option<Self>, Error> {
        for head in heads {
            let opened = Self::of(KeptRun::read(&head.directory)?);
            if says(&opened.analysis) {
                return Ok(Some(opened));
            }
        }
        Ok(None)
    }

    /// A run that was read already.
    pub(crate) fn of(run: KeptRun) -> Self {
        let cores = run.file.environment.cores;
        let analysis = analyse(&run.file.configuration, cores, &run.samples);
        Self { run, analysis }
    }

    /// The run in a few words: where it is kept, and of when it is.
    pub(crate) fn describe(&self) -> String {
        let date = &self.run.file.environment.date;
        format!("{} ({date})", Shown(&self.run.directory))
    }

    /// The names of the cells that have been compared, each once.
    pub(crate) fn cells(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for comparison in &self.analysis.comparisons {
            let name = comparison.cell.to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// What this machine is now.
pub(crate) fn this_machine() -> Environment {
    Environment::look(Path::new(env!("CARGO_MANIFEST_DIR")))
}

/// Where a run is kept, given a path of it or the name of its directory.
pub(super) fn named(run: &Path, results: &Path) -> Result<PathBuf, Error> {
    if run.exists() {
        return Ok(run.to_owned());
    }
    let is_it = |directory: &PathBuf| directory.file_name() == Some(run.as_os_str());
    let mut found: Vec<_> = all(results)?.into_iter().map(|head| head.directory).collect();
    found.retain(is_it);
    match &found[..] {
        [one] => Ok(one.clone()),
        [] => Err(Error::Usage(format!(
            "{}: there is no such run; see `cargo compare list runs`",
            Shown(run)
        ))),
        [one, other, ..] => Err(Error::Usage(format!(
            "{}: there are several, {} and {}; give the path of one",
            Shown(run),
            Shown(one),
            Shown(other)
        ))),
    }
}

/// Prints what programs read.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value);
    terminal::print(text.map_err(|error| Error::Stdout(error.into()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Recorder, RunFile, fixture};

    /// Keeps a run of this machine; with all that a process measures, or nothing.
    fn keep(results: &Path, date: &str, preset: &str, measured: bool) -> PathBuf {
        let mut file = RunFile { environment: this_machine(), ..fixture::run_file() };
        date.clone_into(&mut file.environment.date);
        preset.clone_into(&mut file.configuration.preset);
        let mut recorder = Recorder::create(results, file).unwrap();
        for sample in fixture::samples().iter().filter(|_| measured) {
            recorder.append(sample).unwrap();
        }
        recorder.directory().to_owned()
    }

    fn latest(results: &Path) -> PathBuf {
        let results = ResultsArgs { results: Some(results.to_owned()) };
        Opened::find(None, &results).unwrap().run.directory
    }

    #[test]
    fn the_latest_run_says_something_and_more_than_one_choice_if_there_is_such() {
        let results = tempfile::tempdir().unwrap();
        let keep = |day, preset, measured| {
            keep(results.path(), &format!("2026-03-{day}T00:00:00Z"), preset, measured)
        };
        let killed = keep(14, "quick", false);
        assert_eq!(latest(results.path()), killed, "better than nothing");
        let choice = keep(12, preset::PICK, true);
        assert_eq!(latest(results.path()), choice);
        let whole = keep(10, "full", true);
        assert_eq!(latest(results.path()), whole);
        let newer = keep(11, "quick", true);
        assert_eq!(latest(results.path()), newer);
    }
}
