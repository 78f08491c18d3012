//! The arguments of `run`.

use std::{path::PathBuf, time::Duration};

use clap::value_parser;

use crate::{
    args::{self, RunnerArgs},
    cell::Cell,
    protocol::Axis,
    store::ResultsArgs,
};

/// What `run` is asked to do.
#[expect(clippy::struct_excessive_bools, reason = "as many as there are flags")]
#[expect(clippy::option_option, reason = "a flag that may have a value")]
#[derive(Debug, Default, clap::Args)]
#[command(after_help = include_str!("../../help/run.txt"))]
pub(crate) struct Args {
    /// Every cell, with narrower intervals, in a quarter of an hour [default: those that matter most, in a
    /// minute]
    #[arg(long)]
    pub(super) full: bool,

    /// Measure these cells only; `cargo compare show cells` lists them
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(super) cell: Vec<Cell>,

    /// Backends to compare [default: all]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(super) backend: Vec<String>,

    /// Which pools to compare: under the layer that keeps all laws, native, or both [default: managed;
    /// with --full native ones, too, where jobs are empty, of 1 µs and of 10 µs]
    #[arg(long, value_enum, conflicts_with = "backend")]
    pub(super) form: Option<args::Form>,

    /// Workers in each pool [default: one a core; one less for latency]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    #[arg(value_parser = |it: &str| Axis::Workers.value(it))]
    pub(super) workers: Option<usize>,

    /// Threads that submit, where throughput is measured [default: 1, or as the profile says]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    #[arg(value_parser = |it: &str| Axis::Producers.value(it))]
    pub(super) producers: Option<usize>,

    /// Jobs that may wait [default: 1024]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    #[arg(value_parser = |it: &str| Axis::Queue.value(it))]
    pub(super) queue: Option<usize>,

    /// Results that may wait [default: any number]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    #[arg(value_parser = |it: &str| Axis::ResultsBound.value(it))]
    pub(super) results_bound: Option<usize>,

    /// Receive results one at a time, in batches, or measure throughput both ways [default: batch]
    #[arg(long, value_enum)]
    pub(super) receive: Option<args::Receive>,

    /// Measure throughput at each of these: workers=1,2,4 or another axis; at most two axes
    #[arg(long, value_name = "AXIS=N,...", value_parser = args::sweep)]
    pub(super) sweep: Vec<(Axis, Vec<usize>)>,

    /// Measure so many processes of each cell, however long it takes
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    #[arg(value_parser = value_parser!(u32).range(1..=1000))]
    pub(super) rounds: Option<u32>,

    /// Measure for so long: 5m, or "1m 30s"
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = args::budget)]
    #[arg(conflicts_with = "rounds")]
    pub(super) budget: Option<Duration>,

    /// Draw orders and jobs as an earlier run did
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) seed: Option<u64>,

    /// Measure your own jobs, as a TOML file describes them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["trace", "cell"])]
    pub(super) profile: Option<PathBuf>,

    /// Measure your own jobs, as a CSV file recorded them
    #[arg(long, value_name = "FILE", conflicts_with = "cell")]
    pub(super) trace: Option<PathBuf>,

    /// Measure real work: the SHA-256 of each file in this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["cell", "trace", "profile"])]
    pub(super) input: Option<PathBuf>,

    /// Say which targets of this file are met; measure their cells unless others are named
    #[arg(long, value_name = "FILE")]
    pub(super) assert: Option<PathBuf>,

    /// Keep everything to one core
    #[arg(long)]
    pub(super) pin: bool,

    /// Go on with a run that was interrupted [default: the newest]
    #[arg(long, value_name = "RUN", num_args = 0..=1)]
    #[arg(conflicts_with_all = [
        "full", "cell", "backend", "form", "workers", "producers", "queue",
        "results_bound", "receive", "sweep", "rounds", "budget", "seed", "profile", "trace", "input",
        "pin",
    ])]
    pub(super) resume: Option<Option<PathBuf>>,

    #[command(flatten)]
    pub(super) runner: RunnerArgs,

    #[command(flatten)]
    pub(super) results: ResultsArgs,

    /// Show all that was measured, not the main figures only
    #[arg(long)]
    pub(super) full_output: bool,

    /// Print one JSON object in place of tables
    #[arg(long)]
    pub(super) json: bool,
}
