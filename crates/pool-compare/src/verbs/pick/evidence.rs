//! What the decision is taken by: a kept run, or one that is measured for it.

use std::{path::Path, time::Duration};

use super::{Args, question::Question};
use crate::{
    analysis::{Analysis, Comparison},
    cell::Load,
    error::Error,
    figures::count,
    machine::this_machine,
    opened::{Opened, kept_here},
    preset::{self, LINGER_US, PERCENTILE_JOBS, workers},
    protocol::{BackendFacts, CellPlan, Configuration},
    runner::{self, Runner, mind_the_build},
    store::{Difference, KeptRunHead, RunFile, of_environment},
    terminal::say,
    verbs::check::find_broken,
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
}

impl Evidence {
    /// The comparison that answers.
    pub(super) fn comparison(&self, question: &Question) -> Option<&Comparison> {
        find(&self.opened.analysis, question)
    }

    /// The run that was named; or the newest of this machine that fits, of so many workers and all of
    /// these backends. Measures if there is none, or if asked to.
    pub(super) fn find(
        args: &Args,
        question: &Question,
        backends: &[&BackendFacts],
    ) -> Result<Self, Error> {
        let results = args.run.results.directory();
        let answers = |it: &Analysis| find(it, question).is_some();
        let kept = if let Some(run) = &args.run.run {
            let opened = Opened::named(run, &results)?;
            let (cell, cells) = (&question.cell, opened.analysis.cells().join(", "));
            let lacks_it = format!("it has no {cell}; it has {cells}");
            let lacks_it = Some(lacks_it).filter(|_| !answers(&opened.analysis));
            let unfit = unfit(&opened.run.file.configuration, args, question);
            if let Some(problem) = unfit.or(lacks_it) {
                return Err(Error::Usage(format!("--run: {problem}")));
            }
            Some(opened)
        } else if args.measure {
            None
        } else {
            let is_virtual = this_machine().virtual_machine;
            let mut heads = kept_here(&results)?;
            heads.retain(
                |KeptRunHead { file: RunFile { environment, configuration, .. }, .. }| {
                    environment.virtual_machine == is_virtual
                        && !configuration.pinned
                        && configuration.producers == 1
                        && backends.iter().all(|it| configuration.backends.contains(&it.name))
                        && unfit(configuration, args, question).is_none()
                },
            );
            Opened::soundest(heads, answers)
        };
        match kept {
            Some(opened) => Ok(Self { opened, fresh: false, broken: Vec::new() }),
            None => measure(args, question, backends.len() + 1, &results),
        }
    }

    /// What is not as it was when the run was measured, as far as can be seen without its runner.
    pub(super) fn changed_since(&self) -> Option<Difference> {
        let (then, mut here) = (&self.opened.run.file.environment, this_machine());
        here.compiler.clone_from(&then.compiler);
        here.target.clone_from(&then.target);
        here.profile.clone_from(&then.profile);
        of_environment(then, &here)
    }
}

fn find<'a>(analysis: &'a Analysis, question: &Question) -> Option<&'a Comparison> {
    question.quantities.iter().find_map(|key| analysis.find(&question.cell, key))
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
) -> Result<Evidence, Error> {
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
    let broken = find_broken(&runner, &names)?;
    all.retain(|it| !broken.contains(&it.name));
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
    Ok(Evidence { opened: Opened::of(run), fresh: true, broken })
}

/// How results are to be taken.
fn linger(args: &Args) -> Option<u64> {
    (!args.each).then_some(LINGER_US)
}

/// To which percentile a latency at a rate will be known; and what budget would let it be the 99th.
fn tail(plan: &CellPlan) -> Option<String> {
    let Some(Load::Rate(rate)) = plan.cell.load() else { return None };
    let jobs = f64::from(plan.visit_ms) / 1e3 * rate;
    let names = ["p99", "p90", "the median"].into_iter();
    let mut reached = PERCENTILE_JOBS.iter().zip(names).filter(|(least, _)| jobs >= **least);
    let reached = reached.next().map_or("less than the median", |(_, name)| name);
    if reached == "p99" {
        return Some(", to p99".to_owned());
    }
    let visits = u32::try_from(plan.visits()).ok()? * plan.min_processes;
    let minutes = (PERCENTILE_JOBS[0] / rate * f64::from(visits) / 60.0).ceil().max(1.0);
    Some(format!(", to {reached}; to p99 with --budget {minutes}m"))
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
