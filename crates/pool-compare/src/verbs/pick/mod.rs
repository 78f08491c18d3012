//! `pick`: which backend to choose, and why.
//!
//! What is needed comes first, for no speed makes up for what is missing. Among those left the
//! measurements decide; and of those that they do not tell apart, the one that pulls in the
//! fewest packages is the best choice.

mod decide;
mod elsewhere;
mod evidence;
mod need;
mod question;
mod short;
mod show;

use serde::Serialize;

use self::{
    decide::{Answer, Candidate, Judgement, Pick, decide},
    elsewhere::{OtherCell, OtherNeed},
    evidence::Evidence,
    question::{Goal, Jobs, Question},
};
pub(crate) use self::{need::Need, short::in_short};
use super::doctor;
use crate::{
    analysis::{Comparison, Trust},
    args::{self, RunnerArgs},
    cell::Cell,
    error::Error,
    figures::count,
    machine::this_machine,
    opened::{Opened, RunArgs, kept},
    preset::workers,
    protocol::{BackendFacts, Quantity},
    quantity::{THROUGHPUT, Unit},
    runner::Runner,
    store::Difference,
    tables::{fell_behind, list, noise, too_noisy},
    terminal::{print, print_json},
};

const DETAILS: &str = "\
Goals are answered by the cells throughput/cpu-JOB, latency/cpu-JOB/RATE, shutdown/idle,
cost/sparse and cost/memory. The newest kept run of this machine with as many workers is used,
unless it is too noisy; what no run has is measured. Of backends that are tied, the one that
pulls in the fewest packages is picked.

Needs: async-submit, async-results, async-handlers, fork, std-only; what all
backends give by the contract (bounded, cancellation, deadlines, stop, ...) is
accepted, too.

Examples:
  cargo compare pick --job 50us
      which gets the most jobs of 50 µs done
  cargo compare pick --job 50us --rate 2k/s --need async-submit
      which has the shortest latency at 2000 jobs a second, submitted from async code
  cargo compare pick --goal cpu --rate 100/s --need std-only
      which wakes up at the least cost
  cargo compare pick --job 1ms --goal throughput --measure
      measured now, whatever is kept
  cargo compare pick --job 50us --json
      one object: `pick` with `answer` and `backends`, `by`, `beside`,
      `other_cells`, `other_needs`, `notes`, `cautions`

Exit codes: 0 there is an answer, 1 there is none, 2 the command line makes no
sense.";

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// How long a job takes: 250ns, 50us, 1.5ms
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true)]
    job: Option<String>,

    /// Jobs wait for something in place of computing
    #[arg(long)]
    blocking: bool,

    /// Jobs that come in a second: 2k/s, 1.5M/s, 2000
    #[arg(long, value_name = "R", allow_hyphen_values = true, value_parser = args::rate)]
    rate: Option<f64>,

    /// Workers in the pool [default: one a core; one less for latency]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = args::workers)]
    workers: Option<usize>,

    /// What the backend has to have
    #[arg(long, value_name = "NEED,...", value_delimiter = ',')]
    need: Vec<Need>,

    /// What it is to be good at [default: throughput; p99 with --rate]
    #[arg(long, value_name = "GOAL", value_enum)]
    goal: Option<Goal>,

    #[command(flatten)]
    run: RunArgs,

    /// Measure now, whatever is kept
    #[arg(long, conflicts_with = "run")]
    measure: bool,

    #[command(flatten)]
    runner: RunnerArgs,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The quantity that the noise floor is of.
const TIME_PER_JOB: &str = THROUGHPUT[0].key;

/// The answer, and what there is to know of it; serialized, it is what `--json` prints.
#[derive(Debug, Serialize)]
struct Answered {
    pick: Pick,
    cell: String,
    quantity: &'static str,
    /// What people call the quantity.
    #[serde(skip)]
    title: &'static str,
    /// What more of it is called.
    #[serde(skip)]
    worse: &'static str,
    workers: usize,
    /// Needs that all backends meet.
    by_contract: Vec<String>,
    /// The run that the answer is by; `None` if needs alone decided.
    by: Option<String>,
    /// For shutdown, the other ways to end.
    beside: Vec<OtherCell>,
    /// Cells in which another would be chosen, or nothing is to be chosen.
    other_cells: Vec<OtherCell>,
    other_needs: Vec<OtherNeed>,
    /// The run that the other cells are of, if it is another.
    others_by: Option<String>,
    notes: Vec<String>,
    cautions: Vec<String>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let jobs = Jobs { length: args.job.as_deref(), blocking: args.blocking, rate: args.rate };
    let question = Question::of(args.goal, jobs, workers(args.workers))?;
    let facts = facts(args)?;
    let mut candidates: Vec<_> = facts.iter().map(Candidate::of).collect();
    let suitable = candidates.iter().filter(|it| it.lacks(&args.need).is_empty());
    let mut suitable: Vec<&str> = suitable.map(|it| it.name).collect();
    // Of one or none there is nothing to measure.
    let evidence = match suitable.len() {
        0 | 1 => None,
        _ => Some(Evidence::find(args, &question, &suitable)?),
    };
    if let Some(Evidence { broken, .. }) = &evidence {
        let keeps = |name: &str| !broken.iter().any(|it| it == name);
        candidates.retain(|it| keeps(it.name));
        suitable.retain(|name| keeps(name));
    }
    let comparison = evidence.as_ref().and_then(|it| it.comparison(&question));
    let pick = decide(&candidates, &args.need, comparison);
    if pick.answer == Answer::Nobody {
        return Err(Error::NoAnswer(nobody(&pick)));
    }
    let quantity = comparison.map(Comparison::quantity);
    let mut answered = Answered::new(pick, question, quantity, &args.need);
    answered.add_needs(&candidates, &args.need);
    if let Some(evidence) = &evidence {
        answered.add_evidence(evidence, &suitable);
    }
    if args.json {
        print_json(&answered)?;
    } else {
        print(show::show(&answered))?;
    }
    match (&answered.pick.answer, comparison) {
        (Answer::TooNoisy { .. }, Some(comparison)) => {
            Err(Error::NoAnswer(format!("{}: {}", comparison.cell, too_noisy(comparison))))
        }
        (Answer::TooNoisy { .. }, None) => {
            Err(Error::NoAnswer(format!("{}: not measured of every backend", answered.cell)))
        }
        _ => Ok(()),
    }
}

/// What is known of the backends: from a kept run, if there is one; otherwise the runner says.
fn facts(args: &Args) -> Result<Vec<BackendFacts>, Error> {
    let from_run = if args.run.run.is_some() {
        Some(Opened::find(&args.run, &[])?.run.file.backends)
    } else if args.runner.runner.is_some() || args.measure {
        None
    } else {
        let machine = this_machine().machine();
        let mut runs = kept(&args.run.results.directory())?.into_iter();
        let is_here = |it: &crate::store::KeptRunHead| {
            it.file.environment.machine() == machine && !it.file.backends.is_empty()
        };
        runs.find(is_here).map(|head| head.file.backends)
    };
    match from_run {
        Some(facts) if !facts.is_empty() => Ok(facts),
        _ => Ok(Runner::find(args.runner.runner.as_deref())?.describe()?.backends),
    }
}

impl Answered {
    /// `quantity` is the one that was measured, if any was.
    fn new(
        pick: Pick,
        question: Question,
        quantity: Option<&'static Quantity>,
        needs: &[Need],
    ) -> Self {
        let preferred = question.quantities[0];
        let quantity = quantity.unwrap_or_else(|| {
            let all = question.cell.quantities();
            all.iter().find(|it| it.key == preferred).unwrap_or(&all[0])
        });
        let mut notes = question.notes;
        if quantity.key != preferred {
            notes.push(format!(
                "judged by {}: what is further out takes more jobs in a visit, and a machine \
                 that has time to submit them when they are due",
                quantity.title
            ));
        }
        let by_contract = needs.iter().filter(|it| matches!(it, Need::Contract(_)));
        Self {
            pick,
            cell: question.cell.to_string(),
            quantity: quantity.key,
            title: quantity.title,
            worse: match quantity.unit {
                Unit::Nanos if quantity.key == "cpu_per_job_ns" => "the CPU time here",
                Unit::Nanos => "slower here",
                Unit::Bytes => "the memory here",
            },
            workers: question.workers,
            by_contract: by_contract.map(ToString::to_string).collect(),
            by: None,
            beside: Vec::new(),
            other_cells: Vec::new(),
            other_needs: Vec::new(),
            others_by: None,
            notes,
            cautions: Vec::new(),
        }
    }

    /// The one that was chosen, if one was.
    fn chosen(&self) -> Option<String> {
        match &self.pick.answer {
            Answer::Chosen { name, .. } => Some(name.clone()),
            Answer::TooNoisy { .. } | Answer::Nobody => None,
        }
    }

    fn add_needs(&mut self, candidates: &[Candidate<'_>], named: &[Need]) {
        if let Some(chosen) = self.chosen() {
            self.other_needs = elsewhere::needs(candidates, named, &chosen);
        }
    }

    fn add_evidence(&mut self, evidence: &Evidence, suitable: &[&str]) {
        let opened = &evidence.opened;
        let how = if evidence.fresh { "measured just now" } else { "kept" };
        let workers = count(self.workers, "worker");
        self.by = Some(format!("by {}, {how}, {workers}", opened.describe()));
        let widest = evidence.widest();
        if widest.run.directory != opened.run.directory {
            self.others_by = Some(widest.describe());
        }
        if let Some(chosen) = self.chosen() {
            let other = |cell: &Cell| cell.to_string() != self.cell;
            let all = elsewhere::cells(&widest.analysis, other, &chosen, suitable);
            let ends = |it: &OtherCell| it.cell.starts_with("shutdown/");
            let asked_for_end = self.cell.starts_with("shutdown/");
            let (beside, others) =
                all.into_iter().partition::<Vec<_>, _>(|it| asked_for_end && ends(it));
            self.beside = beside;
            self.other_cells = others.into_iter().filter(|it| it.changes(&chosen)).collect();
        }
        self.cautions = doctor::examine().cautions();
        if !evidence.broken.is_empty() {
            let broken = list(&evidence.broken);
            self.cautions.push(format!("left out, as the contract is broken by: {broken}"));
        }
        if let Some(Difference { field, values: [then, now] }) = &evidence.now {
            self.cautions.push(format!(
                "what was measured is not what you have now: {field} was {then} and is {now}; \
                 --measure measures again"
            ));
        }
        let of_throughput = widest.analysis.noise_floor.filter(|_| self.quantity == TIME_PER_JOB);
        self.cautions.extend(of_throughput.map(noise));
        let is_asked =
            |it: &&Comparison| it.cell.to_string() == self.cell && it.quantity == self.quantity;
        let asked = opened.analysis.comparisons.iter().find(is_asked);
        self.cautions.extend(asked.and_then(fell_behind));
        if asked.is_some_and(|it| it.trust == Trust::Preview) {
            let caution = "a preview: fewer than 5 processes were measured";
            self.cautions.push(caution.to_owned());
        }
    }
}

/// Which backend lacks what, in one line.
fn nobody(pick: &Pick) -> String {
    let lacks = pick.backends.iter().filter_map(|it| match &it.judgement {
        Judgement::Lacks { needs } => {
            let needs: Vec<String> = needs.iter().map(ToString::to_string).collect();
            Some(format!("{} lacks {}", it.name, needs.join(" and ")))
        }
        _ => None,
    });
    format!("no backend has all that is needed: {}", lacks.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests;
