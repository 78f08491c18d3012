//! The kept run that a verb is about: which it is, and what it says.

use std::path::{Path, PathBuf};

use crate::{
    analysis::{Analysis, Outside, Trust, across, analyse},
    error::Error,
    machine::this_machine,
    preset,
    protocol::Cell,
    shown::Shown,
    store::{Difference, KeptRun, KeptRunHead, ResultsArgs, all, of_jobs},
    tables::list,
    terminal::say,
};

/// A kept run and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) run: KeptRun,
    pub(crate) analysis: Analysis,
}

impl Opened {
    /// The run of this name.
    pub(crate) fn named(run: &Path, results: &Path) -> Result<Self, Error> {
        let directory = find(run, results)?.ok_or_else(|| {
            let problem = "there is no such run; `cargo compare show runs` lists them";
            Error::Usage(format!("{}: {problem}", Shown(run)))
        })?;
        Ok(Self::of(KeptRun::read(&directory)?))
    }

    /// The newest run of this machine that has these cells.
    fn newest(results: &Path, cells: &[Cell]) -> Result<Self, Error> {
        let mut heads = kept_here(results)?;
        // What was measured for one choice says little of anything else.
        heads.sort_by_key(|head| {
            cells.is_empty() && head.file.configuration.preset == preset::PICK.name
        });
        let names: Vec<_> = cells.iter().map(ToString::to_string).collect();
        let has_all = |has: Vec<String>| !has.is_empty() && names.iter().all(|it| has.contains(it));
        Self::first(heads, |it| has_all(it.cells())).ok_or_else(|| {
            let with = if names.is_empty() { "" } else { " with " };
            let (results, names) = (Shown(results), list(&names));
            Error::Failed(format!(
                "{results}: no run of this machine{with}{names} is kept there; `cargo compare run \
                 --cell NAME` makes one, and `show cells` lists names"
            ))
        })
    }

    /// The first of these runs that says what is wanted, and of which most is not noise; of runs
    /// that are all noise the first.
    pub(crate) fn first(
        heads: impl IntoIterator<Item = KeptRunHead>,
        says: impl Fn(&Analysis) -> bool,
    ) -> Option<Self> {
        let mut noisy = None;
        for head in heads {
            match KeptRun::read(&head.directory).map(Self::of) {
                Err(error) => say(format_args!("left out: {error}")),
                Ok(opened) if !says(&opened.analysis) => {}
                Ok(opened) if opened.is_sound() => return Some(opened),
                Ok(opened) => _ = noisy.get_or_insert(opened),
            }
        }
        noisy
    }

    /// Whether at least half of its cells have ranks.
    fn is_sound(&self) -> bool {
        let main = || self.analysis.comparisons.iter().filter(|it| it.is_main());
        2 * main().filter(|it| it.trust != Trust::TooNoisy).count() >= main().count()
    }

    /// A run that was read already.
    pub(crate) fn of(run: KeptRun) -> Self {
        let cores = run.file.environment.cores;
        let analysed = || analyse(&run.file.configuration, cores, &run.samples);
        let analysis = run.figures.clone().unwrap_or_else(analysed);
        Self { run, analysis }
    }

    /// The run in a few words: where it is kept, and of when it is.
    pub(crate) fn describe(&self) -> String {
        let date = &self.run.file.environment.date;
        format!("{} ({date})", Shown(&self.run.directory))
    }
}

/// One run, or several that are taken together.
#[derive(Debug)]
pub(crate) struct Runs {
    pub(crate) all: Vec<Opened>,
    /// What it says, or they together.
    pub(crate) analysis: Analysis,
    /// How well one of several tells of another.
    pub(crate) outside: Option<Outside>,
}

impl Runs {
    /// These runs, which must have measured the same jobs in the same way; if there are none, the
    /// newest of this machine that has these cells.
    pub(crate) fn open(
        names: &[PathBuf],
        results: &ResultsArgs,
        cells: &[Cell],
    ) -> Result<Self, Error> {
        let results = results.directory();
        let named = names.iter().map(|name| Opened::named(name, &results));
        let mut runs = named.collect::<Result<Vec<Opened>, Error>>()?;
        if runs.is_empty() {
            runs.push(Opened::newest(&results, cells)?);
        }
        if let [one] = &runs[..] {
            return Ok(Self { analysis: one.analysis.clone(), all: runs, outside: None });
        }
        for (place, run) in runs.iter().enumerate() {
            let (first, own) = (&runs[0].run, &run.run);
            let directory = Shown(&own.directory);
            if runs[..place].iter().any(|it| it.run.directory == own.directory) {
                return Err(Error::Usage(format!("{directory}: it is named twice")));
            }
            if let Some(Difference { field, values: [one, other] }) =
                of_jobs(&first.file, &own.file)
            {
                return Err(Error::Usage(format!(
                    "{} and {directory} differ in {field}: {one}, and {other}; together, runs say \
                     something only if they have measured the same",
                    Shown(&first.directory)
                )));
            }
        }
        let (analysis, outside) = across(&runs.iter().map(|it| &it.analysis).collect::<Vec<_>>());
        if analysis.comparisons.is_empty() {
            return Err(Error::Usage("the runs have no cell in common".to_owned()));
        }
        Ok(Self { all: runs, analysis, outside })
    }

    /// All of them in a few words.
    pub(crate) fn describe(&self) -> String {
        self.all.iter().map(Opened::describe).collect::<Vec<_>>().join(" and ")
    }

    /// What each says, where there are several.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Analysis> {
        self.all.iter().filter(|_| self.all.len() > 1).map(|it| &it.analysis)
    }
}

/// Every run of this machine, the newest first; says what is damaged.
pub(crate) fn kept_here(results: &Path) -> Result<Vec<KeptRunHead>, Error> {
    let (mut heads, damaged) = all(results)?;
    for (_, error) in damaged {
        say(format_args!("left out: {error}"));
    }
    let machine = this_machine().machine();
    heads.retain(|head| head.file.environment.machine() == machine);
    Ok(heads)
}

/// Where a run is kept, given a path of it or the name of its directory; `None` if there is no such.
pub(crate) fn find(run: &Path, results: &Path) -> Result<Option<PathBuf>, Error> {
    if run.exists() {
        return Ok(Some(run.to_owned()));
    }
    let (heads, damaged) = all(results)?;
    let whole = heads.into_iter().map(|head| head.directory);
    let mut found: Vec<_> = whole.chain(damaged.into_iter().map(|it| it.0)).collect();
    found.retain(|directory| directory.file_name() == Some(run.as_os_str()));
    if let [one, other, ..] = &found[..] {
        let (run, one, other) = (Shown(run), Shown(one), Shown(other));
        let problem = format!("{run}: there are several, {one} and {other}; give the path of one");
        return Err(Error::Usage(problem));
    }
    Ok(found.pop())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::fixture::measured,
        store::{Recorder, RunFile, fixture},
    };

    /// Keeps a run of this machine, in which twins take so many times as long; or without samples.
    fn keep(results: &Path, date: &str, preset: &str, twins: Option<f64>) -> PathBuf {
        let mut file = RunFile { environment: this_machine(), ..fixture::run_file() };
        date.clone_into(&mut file.environment.date);
        preset.clone_into(&mut file.configuration.preset);
        let cells = file.configuration.cells.clone();
        let (mut recorder, _) = Recorder::create(results, file, None).unwrap();
        for plan in cells.iter().filter(|_| twins.is_some()) {
            let times = |it: usize| twins.filter(|_| plan.contenders[it].is_twin()).unwrap_or(1.0);
            for sample in measured(plan, 2, |it, _, _| 1e9 * times(it)) {
                recorder.append(&sample).unwrap();
            }
        }
        recorder.directory().to_owned()
    }

    fn found(results: &Path, cells: &[&str]) -> Result<PathBuf, String> {
        let cells: Vec<Cell> = cells.iter().map(|it| it.parse().unwrap()).collect();
        let opened = Opened::newest(results, &cells).map_err(|error| error.to_string())?;
        Ok(opened.run.directory)
    }

    #[test]
    fn the_newest_run_that_says_what_is_asked_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        keep(dir.path(), "2026-03-15T00:00:00Z", "quick", None);
        assert!(found(dir.path(), &[]).unwrap_err().contains("no run of this machine is kept"));
        let old = keep(dir.path(), "2026-03-14T00:00:00Z", "quick", Some(1.0));
        let name = Path::new(old.file_name().unwrap());
        assert_eq!(find(name, dir.path()).unwrap(), Some(old.clone()));
        let choice = keep(dir.path(), "2026-03-16T00:00:00Z", "pick", Some(1.0));
        assert_eq!(found(dir.path(), &[]).unwrap(), old);
        assert_eq!(found(dir.path(), &["shutdown/idle"]).unwrap(), choice);
        keep(dir.path(), "2026-03-17T00:00:00Z", "quick", Some(3.0));
        assert_eq!(found(dir.path(), &[]).unwrap(), old, "the newest is noise");
        assert!(found(dir.path(), &["cost/idle"]).unwrap_err().contains("with cost/idle is kept"));
    }
}
