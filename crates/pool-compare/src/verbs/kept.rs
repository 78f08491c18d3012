//! The kept run that a verb is about: which it is, and what it says.

use std::path::{Path, PathBuf};

use pool_measure::environment::Environment;

use crate::{
    analysis::{Analysis, analyse},
    error::Error,
    preset,
    store::{KeptRun, ResultsArgs, RunFile, all, latest},
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
            None => {
                let machine = this_machine().machine();
                let of_machine = |file: &RunFile| file.environment.machine() == machine;
                // What was measured for one choice says little; but better that than nothing.
                let is_whole =
                    |file: &RunFile| of_machine(file) && file.configuration.preset != preset::PICK;
                let found = match latest(&results, is_whole)? {
                    None => latest(&results, of_machine)?,
                    found => found,
                };
                let nothing = || {
                    Error::NoAnswer(format!(
                        "{}: no run of this machine is kept there; `cargo compare run` makes one",
                        Shown(&results)
                    ))
                };
                found.ok_or_else(nothing)?.directory
            }
        };
        Ok(Self::of(KeptRun::read(&directory)?))
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
