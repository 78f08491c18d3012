//! What the decision is taken by: a kept run, or one that is measured for it.

use std::{path::Path, time::Duration};

use super::{Args, question::Question};
use crate::{
    cell::Load,
    error::Error,
    figures::count,
    machine::this_machine,
    opened::{Opened, kept_here},
    preset::{self, LINGER_US, PERCENTILE_JOBS, workers},
    protocol::{BackendFacts, CellPlan, Configuration},
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
        "measuring {} with {}, for at most {}{}",
        question.cell,
        count(question.workers, "worker"),
        humantime::format_duration(budget),
        configuration.cells.iter().find_map(tail).unwrap_or_default()
    ));
    let run = runner::measure(&runner, description, configuration, None, results)?;
    Ok(Opened::of(run))
}

/// To which percentile a latency at a rate will be known; and what budget would let it be the 99th.
fn tail(plan: &CellPlan) -> Option<String> {
    let Some(Load::Rate(rate)) = plan.cell.load() else { return None };
    let jobs = f64::from(plan.visit_ms) / 1e3 * rate;
    let mut reached = PERCENTILE_JOBS.into_iter().zip(["p99", "p90", "the median"]);
    let reached = reached.find(|(least, _)| jobs >= *least).map_or("less", |(_, name)| name);
    if reached == "p99" {
        return Some(", to p99".to_owned());
    }
    let visits = u32::try_from(plan.visits()).ok()? * plan.min_processes;
    let minutes = (PERCENTILE_JOBS[0] / rate * f64::from(visits) / 60.0).ceil().max(1.0);
    Some(format!(", to {reached}; to p99 with --budget {minutes}m"))
}

/// How results are to be taken.
fn linger(args: &Args) -> Option<u64> {
    (!args.each).then_some(LINGER_US)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_budget_comes_is_said_with_the_one_that_comes_to_p99() {
        let plan = CellPlan {
            cell: "latency/cpu-3ms/400-per-s".parse().unwrap(),
            contenders: ["std", "flume", "std (twin)"].map(|it| it.to_owned().into()).to_vec(),
            blocks: 1,
            visit_ms: 1_400,
            min_processes: 5,
            max_processes: 12,
        };
        assert_eq!(tail(&plan).unwrap(), ", to p90; to p99 with --budget 4m");
        assert_eq!(tail(&CellPlan { visit_ms: 13_501, ..plan }).unwrap(), ", to p99");
    }
}
