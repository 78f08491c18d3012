//! What the decision is taken by: a kept run, or one that is measured for it.

use std::{path::Path, time::Duration};

use super::{Args, question::Question};
use crate::{
    error::Error,
    figures::count,
    machine::this_machine,
    opened::{Opened, kept_here},
    preset::{self, LINGER_US, workers},
    protocol::{BackendFacts, Configuration},
    runner::{self, Runner, mind_the_build},
    store::{Difference, RunFile, of_environment},
    terminal::say,
    verbs::check::check,
};

/// The run that was named, if it says something of the question.
pub(super) fn fitting(opened: Opened, args: &Args, question: &Question) -> Result<Opened, Error> {
    let problem = match unfit(&opened.run.file.configuration, args, question) {
        Some(problem) => problem,
        None if question.comparison(&opened.analysis).is_some() => return Ok(opened),
        None => {
            let (cell, cells) = (&question.cell, opened.analysis.cells().join(", "));
            format!("it has no {cell}; it has {cells}")
        }
    };
    Err(Error::Usage(format!("--run: {problem}")))
}

/// The newest run of this machine that fits, of so many workers and all of these backends. Measures if
/// there is none, or if asked to.
pub(super) fn find(
    args: &Args,
    question: &Question,
    backends: &[&BackendFacts],
) -> Result<Opened, Error> {
    let results = args.results.directory();
    let mut heads = if args.measure { Vec::new() } else { kept_here(&results)? };
    let is_virtual = this_machine().virtual_machine;
    heads.retain(|head| {
        let RunFile { environment, configuration, .. } = &head.file;
        environment.virtual_machine == is_virtual
            && !configuration.pinned
            && configuration.producers == 1
            && backends.iter().all(|it| configuration.backends.contains(&it.name))
            && unfit(configuration, args, question).is_none()
    });
    match Opened::first(heads, |it| question.comparison(it).is_some()) {
        Some(opened) => Ok(opened),
        None => measure(args, question, backends.len() + 1, &results),
    }
}

/// What is not as it was when the run was measured, as far as can be seen without its runner.
pub(super) fn changed_since(run: &RunFile) -> Option<Difference> {
    let (then, mut here) = (&run.environment, this_machine());
    here.compiler.clone_from(&then.compiler);
    here.target.clone_from(&then.target);
    here.profile.clone_from(&then.profile);
    of_environment(then, &here)
}

/// Why a run says nothing of the question, if it is set up otherwise.
fn unfit(configuration: &Configuration, args: &Args, question: &Question) -> Option<String> {
    let (had, wanted) = (configuration.workers_in(&question.cell), question.workers);
    if had != wanted {
        let those = count(had, "worker");
        return Some(format!("it is of {those}, and not of {wanted}: give --workers {had}"));
    }
    if question.cell.is_latency() || configuration.linger_us == linger(args) {
        return None;
    }
    let advice = match configuration.linger_us {
        None => "one by one: give --each",
        Some(_) => "in batches: leave out --each",
    };
    Some(format!("it took its results {advice}"))
}

/// Measures the cell that answers, of so many contenders, once all backends have been checked.
fn measure(
    args: &Args,
    question: &Question,
    contenders: usize,
    results: &Path,
) -> Result<Opened, Error> {
    let budget = args.budget.unwrap_or(Duration::from_secs(60));
    let cell = preset::patient(question.cell.clone(), contenders, budget);
    let workers = workers(args.workers);
    cell.check(workers.1)?;
    let runner = Runner::find(&args.runner)?;
    let description = runner.describe()?;
    mind_the_build(&description);
    let (mut all, speed) = (description.backends.clone(), description.rounds_per_micro);
    all.retain(|it| args.form.has(it));
    let names: Vec<_> = all.iter().map(|it| it.name.clone()).collect();
    check(&runner, &names)?;
    let mut configuration = preset::configuration(&preset::PICK, [cell], &all, speed, workers);
    configuration.linger_us = linger(args);
    configuration.budget_s = Some(budget.as_secs_f64());
    say(format_args!(
        "measuring {} with {}, for at most {}",
        question.cell,
        count(question.workers, "worker"),
        humantime::format_duration(budget)
    ));
    let run = runner::measure(&runner, description, configuration, None, results)?;
    Ok(Opened::of(run))
}

/// How results are to be taken.
fn linger(args: &Args) -> Option<u64> {
    (!args.each).then_some(LINGER_US)
}
