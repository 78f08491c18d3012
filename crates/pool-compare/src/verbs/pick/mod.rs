//! `pick`: which backend to choose, and why.
//!
//! What is needed comes first, for no speed makes up for what is missing. Among those left the
//! measurements decide; and of those that they do not tell apart, the one that pulls in the
//! fewest packages is the best choice.

mod answer;
mod decide;
mod evidence;
mod question;
mod short;

use std::{path::PathBuf, time::Duration};

use clap::builder::PossibleValuesParser;

pub(crate) use self::short::{answers, in_short};
use self::{
    answer::{Case, answer},
    decide::{decide, lacks, needs, suitable},
    question::{Goal, Question},
};
use crate::{
    args::{self, Form, RunnerArgs},
    error::Error,
    opened::Opened,
    protocol::{Axis, BackendFacts},
    runner::Runner,
    store::ResultsArgs,
    tables::list,
    terminal,
};

/// What can be said on the command line.
#[derive(Debug, clap::Args)]
#[command(after_help = include_str!("../../help/pick.txt"))]
pub(crate) struct Args {
    /// How long a job takes: 250ns, 50us, 1.5ms; or a workload, such as blocking-1ms for jobs that wait
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true)]
    job: Option<String>,

    /// Jobs that come in a second: 2k/s, 1.5M/s, 2000
    #[arg(long, value_name = "R", allow_hyphen_values = true, value_parser = args::rate)]
    rate: Option<f64>,

    /// Workers in the pool [default: one a core; one less for latency]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    #[arg(value_parser = |it: &str| Axis::Workers.value(it))]
    workers: Option<usize>,

    /// Which pools: under the layer that gives the whole contract, native, or both
    #[arg(long, value_enum, default_value_t)]
    form: Form,

    /// Results are taken as they come (`recv`), not in batches of 100 µs (`recv_batch`)
    #[arg(long)]
    each: bool,

    /// What the backend has to have
    #[arg(long, value_name = "NEED,...", value_delimiter = ',')]
    #[arg(value_parser = PossibleValuesParser::new(needs()))]
    need: Vec<String>,

    /// What it is to be good at [default: throughput; p99 with --rate]
    #[arg(long, value_name = "GOAL", value_enum)]
    goal: Option<Goal>,

    /// By this run: its directory, or its name as in `show runs` [default: the newest of this machine
    /// that answers]
    #[arg(long, value_name = "RUN")]
    run: Option<PathBuf>,

    #[command(flatten)]
    results: ResultsArgs,

    /// Measure now, whatever is kept
    #[arg(long, conflicts_with = "run")]
    measure: bool,

    /// If it has to be measured, for so long: 5m; latencies to a higher percentile [default: 1m]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = args::budget)]
    #[arg(conflicts_with = "run")]
    budget: Option<Duration>,

    #[command(flatten)]
    runner: RunnerArgs,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let results = args.results.directory();
    let named = args.run.as_ref().map(|run| Opened::named(run, &results)).transpose()?;
    let mut backends = match &named {
        Some(opened) => opened.run.file.backends.clone(),
        None => Runner::find(&args.runner)?.describe()?.backends,
    };
    backends.retain(|it| args.form.has(it));
    let able = suitable(&backends, &args.need);
    if able.is_empty() {
        return Err(none_able(&backends, &args.need));
    }
    let question = Question::of(args)?;
    // Of one alone there is nothing to measure.
    let run = match named {
        _ if able.len() == 1 => None,
        Some(opened) => Some(evidence::fitting(opened, args, &question)?),
        None => Some(evidence::find(args, &question, &able)?),
    };
    let (question, needs, backends) = (&question, &args.need[..], &backends[..]);
    let case = Case { question, needs, backends, run: run.as_ref() };
    let Some(pick) = decide(&suitable(backends, needs), case.comparison()) else {
        return Err(none_able(backends, needs));
    };
    let (value, text) = answer(case, &pick, &case.cautions(&pick));
    terminal::answer(args.json, &value, text)
}

/// Which backend lacks what; those that lack nothing were not measured.
fn none_able(backends: &[BackendFacts], needs: &[String]) -> Error {
    let lacks = backends.iter().map(|it| match &lacks(it, needs)[..] {
        [] => format!("{} was not measured", it.name),
        needs => format!("{} lacks {}", it.name, list(needs)),
    });
    let lacks = lacks.collect::<Vec<_>>().join(", ");
    let lacks = if lacks.is_empty() { "there is none of this --form" } else { &lacks };
    Error::Failed(format!("no backend has all that is needed: {lacks}"))
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command, FromArgMatches};

    use super::*;

    /// As they are read from a command line.
    pub(super) fn args(line: &str) -> Args {
        let command = Args::augment_args(Command::new("pick").no_binary_name(true));
        Args::from_arg_matches(&command.get_matches_from(line.split(' '))).unwrap()
    }
}
