//! What the decision is taken by: a kept run, or one that is measured for it.

use std::path::Path;

use super::{Args, question::Question};
use crate::{
    analysis::{Analysis, Comparison},
    checked::check_all,
    error::Error,
    figures::count,
    machine::this_machine,
    opened::{Opened, kept},
    preset::{self, LINGER_US, workers},
    runner::{self, Runner, mind_the_build},
    store::{Difference, RunFile, of_environment},
    terminal::say,
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
    /// How what would be measured now differs from what was, in its build or its machine.
    pub(super) now: Option<Difference>,
}

impl Evidence {
    /// The comparison that answers.
    pub(super) fn comparison(&self, question: &Question) -> Option<&Comparison> {
        find(&self.opened.analysis, question)
    }

    /// The newest run of this machine that fits, of so many workers and all of these backends;
    /// measures if there is none, or if asked to.
    pub(super) fn find(args: &Args, question: &Question, backends: &[&str]) -> Result<Self, Error> {
        if args.run.run.is_some() {
            return Self::named(args, question);
        }
        let results = args.run.results.directory();
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
        let mut fitting = kept(&results)?;
        fitting.retain(|head| fits(&head.file));
        let says = |it: &Analysis| find(it, question).is_some();
        let old = if args.measure { None } else { Opened::soundest(fitting, says) };
        let fresh = old.is_none();
        let (opened, broken) = match old {
            Some(opened) => (opened, Vec::new()),
            None => measure(args, question, &results)?,
        };
        let now = changed_since(&opened);
        Ok(Self { opened, fresh, broken, now })
    }

    fn named(args: &Args, question: &Question) -> Result<Self, Error> {
        let opened = Opened::find(&args.run, &[])?;
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
        let now = changed_since(&opened);
        Ok(Self { opened, fresh: false, broken: Vec::new(), now })
    }
}

/// What is not as it was when a run was measured, as far as can be seen without its runner.
fn changed_since(opened: &Opened) -> Option<Difference> {
    let (then, mut here) = (&opened.run.file.environment, this_machine());
    here.compiler.clone_from(&then.compiler);
    here.target.clone_from(&then.target);
    here.profile.clone_from(&then.profile);
    of_environment(then, &here)
}

/// Measures the cell that answers, once all backends have been checked; and which of these broke
/// the contract.
fn measure(
    args: &Args,
    question: &Question,
    results: &Path,
) -> Result<(Opened, Vec<String>), Error> {
    let cell = preset::patient(question.cell.clone());
    cell.check(workers(args.workers).1)?;
    let runner = Runner::find(args.runner.runner.as_deref())?;
    let description = runner.describe()?;
    mind_the_build(&description);
    let (all, speed) = (&description.backends, description.rounds_per_micro);
    let mut configuration = preset::configuration(&preset::pick(), [cell], all, speed);
    (configuration.workers, configuration.latency_workers) = workers(args.workers);
    let broken = check_all(&runner, &configuration.backends)?;
    let configuration = preset::without(configuration, &broken);
    if configuration.backends.is_empty() {
        return Err(Error::Broken(broken));
    }
    say(format_args!("measuring {} with {} ...", question.cell, count(question.workers, "worker")));
    let run = runner::measure(&runner, description, configuration, None, results)?;
    Ok((Opened::of(run), broken))
}

fn find<'a>(analysis: &'a Analysis, question: &Question) -> Option<&'a Comparison> {
    question.quantities.iter().find_map(|key| analysis.find(&question.cell, key))
}
