//! What the decision is taken by: a kept run, or one that is measured for it.

use std::path::Path;

use pool_measure::entry::BackendEntry;
use pool_workloads::Speed;

use super::question::Question;
use crate::{
    analysis::{Analysis, Comparison},
    app::App,
    configuration::{Configuration, LINGER_US, workers},
    error::Error,
    figures::count,
    preset, runner,
    store::{Difference, RunFile, all, of_environment},
    terminal::say,
    verbs::{
        kept::{Opened, RunArgs, this_machine},
        run::check_all,
    },
};

/// What is known.
#[derive(Debug)]
pub(super) struct Evidence {
    /// The run with the cell that answers.
    pub(super) opened: Opened,
    /// Whether it was measured just now.
    pub(super) fresh: bool,
    /// Those that were not measured, as they break the contract.
    pub(super) broken: Vec<String>,
    /// A run that knows more cells, if that one knows just this.
    wider: Option<Opened>,
    /// How what would be measured now differs from what was, in its build or its machine.
    pub(super) now: Option<Difference>,
}

impl Evidence {
    /// The comparison that answers.
    pub(super) fn comparison(&self, question: &Question) -> Option<&Comparison> {
        find(&self.opened.analysis, question)
    }

    /// The run that has the most to say of other cells.
    pub(super) fn widest(&self) -> &Opened {
        self.wider.as_ref().unwrap_or(&self.opened)
    }

    /// The newest run of this machine that fits, of so many workers and all of these backends;
    /// measures if there is none, or if asked to.
    pub(super) fn find(
        args: &RunArgs,
        always_measure: bool,
        question: &Question,
        asked_for: Option<usize>,
        backends: &[&str],
        app: &App<'_>,
    ) -> Result<Self, Error> {
        if args.run.is_some() {
            return Self::named(args, question);
        }
        let results = args.results.directory();
        let machine = this_machine();
        let fits = |file: &RunFile| {
            let (environment, configuration) = (&file.environment, &file.configuration);
            let has = |name: &&str| configuration.backends.iter().any(|it| it == name);
            environment.machine() == machine.machine()
                && environment.virtual_machine == machine.virtual_machine
                && configuration.workers_in(&question.cell) == question.workers
                && !configuration.pinned
                && configuration.linger_us == Some(LINGER_US)
                && backends.iter().all(has)
        };
        let has_cell =
            |file: &RunFile| file.configuration.cells.iter().any(|plan| plan.cell == question.cell);
        let mut fitting = all(&results)?;
        fitting.retain(|head| fits(&head.file));
        let with_cell = fitting.iter().filter(|head| has_cell(&head.file)).cloned();
        // A run that was interrupted may not have come to the cell.
        let kept = if always_measure {
            None
        } else {
            Opened::first(with_cell, |it| find(it, question).is_some())?
        };
        let fresh = kept.is_none();
        let (opened, broken) = match kept {
            Some(opened) => (opened, Vec::new()),
            None => measure(question, asked_for, app, &results)?,
        };
        let wider = if opened.run.file.configuration.cells.len() > 1 {
            None
        } else {
            fitting.retain(|head| head.file.configuration.cells.len() > 1);
            Opened::first(fitting, |it| !it.comparisons.is_empty())?
        };
        let now = of_environment(&opened.run.file.environment, &machine);
        Ok(Self { opened, fresh, broken, wider, now })
    }

    fn named(args: &RunArgs, question: &Question) -> Result<Self, Error> {
        let opened = Opened::find(args.run.as_deref(), &args.results)?;
        let had = opened.run.file.configuration.workers_in(&question.cell);
        if had != question.workers {
            let (those, wanted) = (count(had, "worker"), question.workers);
            return Err(Error::Usage(format!(
                "--run: it is of {those}, and not of {wanted}: give --workers {had}"
            )));
        }
        if find(&opened.analysis, question).is_none() {
            let (cell, cells) = (&question.cell, opened.cells().join(", "));
            return Err(Error::Usage(format!("--run: it has no {cell}; it has {cells}")));
        }
        let now = of_environment(&opened.run.file.environment, &this_machine());
        Ok(Self { opened, fresh: false, broken: Vec::new(), wider: None, now })
    }
}

/// Measures the cell that answers, once all backends have been checked; and which of these broke
/// the contract.
fn measure(
    question: &Question,
    asked_for: Option<usize>,
    app: &App<'_>,
    results: &Path,
) -> Result<(Opened, Vec<String>), Error> {
    let (workers, latency_workers) = workers(asked_for);
    let cell = preset::patient(question.cell.clone());
    cell.check()?;
    let names: Vec<_> = app.backends.iter().map(BackendEntry::name).collect();
    let configuration = Configuration {
        workers,
        latency_workers,
        ..Configuration::new(&preset::pick(), [cell], &names, Speed::measure())
    };
    let broken = check_all(app, &configuration.backends)?;
    let configuration = configuration.without(&broken);
    if configuration.backends.is_empty() {
        return Err(Error::Broken(broken));
    }
    say(format_args!("measuring {} with {} ...", question.cell, count(question.workers, "worker")));
    Ok((Opened::of(runner::measure(app, configuration, results)?), broken))
}

fn find<'a>(analysis: &'a Analysis, question: &Question) -> Option<&'a Comparison> {
    question.quantities.iter().find_map(|key| analysis.find(&question.cell, key))
}
