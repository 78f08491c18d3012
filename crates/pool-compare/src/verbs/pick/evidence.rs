//! What the decision is taken by: a kept run, or one that is measured for it.

use std::{path::Path, time::Duration};

use super::{Args, question::Question};
use crate::{
    analysis::{Analysis, Comparison},
    cell::{Cell, Load},
    checked::without_broken,
    error::Error,
    figures::count,
    machine::this_machine,
    opened::{Opened, kept_here},
    preset::{self, LINGER_US, workers},
    protocol::{BackendFacts, CellPlan, Configuration},
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

    /// The run that was named; or the newest of this machine that fits, of so many workers and all of
    /// these backends. Measures if there is none, or if asked to.
    pub(super) fn find(
        args: &Args,
        question: &Question,
        backends: &[&BackendFacts],
    ) -> Result<Self, Error> {
        let results = args.run.results.directory();
        let machine = this_machine();
        let fits = |file: &RunFile| {
            let (environment, configuration) = (&file.environment, &file.configuration);
            environment.virtual_machine == machine.virtual_machine
                && !configuration.pinned
                && configuration.producers == 1
                && backends.iter().all(|it| configuration.backends.contains(&it.name))
                && unfit(configuration, args, question).is_none()
        };
        let old = if let Some(run) = &args.run.run {
            let opened = Opened::named(run, &results)?;
            let has_it = find(&opened.analysis, question).is_some();
            let lacks_it = || {
                let (cell, cells) = (&question.cell, opened.analysis.cells().join(", "));
                (!has_it).then(|| format!("it has no {cell}; it has {cells}"))
            };
            let unfit = unfit(&opened.run.file.configuration, args, question).or_else(lacks_it);
            if let Some(problem) = unfit {
                return Err(Error::Usage(format!("--run: {problem}")));
            }
            Some(opened)
        } else if args.measure {
            None
        } else {
            let fitting = kept_here(&results)?.into_iter().filter(|head| fits(&head.file));
            Opened::soundest(fitting, |it| find(it, question).is_some())
        };
        let fresh = old.is_none();
        let (opened, broken) = match old {
            Some(opened) => (opened, Vec::new()),
            None => measure(args, question, &results)?,
        };
        let now = changed_since(&opened);
        Ok(Self { opened, fresh, broken, now })
    }
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
    let runner = Runner::find(&args.runner)?;
    let description = runner.describe()?;
    mind_the_build(&description);
    let (mut all, speed) = (description.backends.clone(), description.rounds_per_micro);
    all.retain(|it| args.form.has(it));
    let mut configuration = preset::configuration(&preset::pick(), [cell], &all, speed);
    (configuration.workers, configuration.latency_workers) = workers(args.workers);
    configuration.linger_us = linger(args);
    let budget = args.budget.unwrap_or(Duration::from_secs(60));
    configuration.budget_s = Some(budget.as_secs_f64());
    let tail = configuration.cells.iter_mut().find_map(|plan| tail(plan, budget));
    let (configuration, broken) = without_broken(&runner, configuration)?;
    say(format_args!(
        "measuring {} with {}, for at most {}{}",
        question.cell,
        count(question.workers, "worker"),
        humantime::format_duration(budget),
        tail.unwrap_or_default()
    ));
    let run = runner::measure(&runner, description, configuration, None, results)?;
    Ok((Opened::of(run), broken))
}

/// How results are to be taken.
fn linger(args: &Args) -> Option<u64> {
    (!args.each).then_some(LINGER_US)
}

/// Has the visits of a latency at a rate last until the 99th percentile is known, if the time is
/// enough for that; and says how far it can come.
fn tail(plan: &mut CellPlan, budget: Duration) -> Option<String> {
    /// Jobs until a percentile has fifty above it, and a few more than that.
    const JOBS: [(f64, &str); 3] = [(5_400.0, "p99"), (560.0, "p90"), (120.0, "the median")];
    let Cell::Latency { load: Load::Rate(rate), .. } = plan.cell else { return None };
    let of_p99 = Duration::from_secs_f64(JOBS[0].0 / rate);
    let visits = u32::try_from(plan.contenders.len()).ok()? * plan.blocks * plan.min_processes;
    let all = of_p99 * visits;
    let needed = u32::try_from(of_p99.as_millis()).ok()? + 1;
    if all <= budget && needed > plan.visit_ms {
        plan.visit_ms = needed;
    }
    let jobs = f64::from(plan.visit_ms) / 1e3 * rate;
    let reached = JOBS.iter().find(|(least, _)| jobs >= *least).map_or("less", |(_, name)| name);
    Some(match reached {
        "p99" => ", to p99".to_owned(),
        less => format!(
            ", to {less}; to p99 with --budget {}m",
            (all.as_secs_f64() / 60.0).ceil().max(1.0)
        ),
    })
}

fn find<'a>(analysis: &'a Analysis, question: &Question) -> Option<&'a Comparison> {
    question.quantities.iter().find_map(|key| analysis.find(&question.cell, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_last_until_p99_is_known_where_the_budget_allows_it() {
        let plan = || CellPlan {
            cell: "latency/cpu-3ms/400-per-s".parse().unwrap(),
            contenders: ["std", "flume", "std (twin)"].map(|it| it.to_owned().into()).to_vec(),
            blocks: 1,
            visit_ms: 1_400,
            min_processes: 5,
            max_processes: 12,
        };
        let mut short = plan();
        let said = tail(&mut short, Duration::from_secs(60)).unwrap();
        assert_eq!((&*said, short), (", to p90; to p99 with --budget 4m", plan()));
        let mut long = plan();
        assert_eq!(tail(&mut long, Duration::from_secs(240)).unwrap(), ", to p99");
        assert_eq!(long.visit_ms, 13_501);
        let throughput = &mut CellPlan { cell: Cell::throughput("empty"), ..plan() };
        assert_eq!(tail(throughput, Duration::from_secs(60)), None);
    }
}
