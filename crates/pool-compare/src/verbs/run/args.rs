//! The arguments of `run`.

use std::{path::PathBuf, time::Duration};

use crate::{cell::Cell, cli, store::ResultsArgs};

const DETAILS: &str = "\
Checks every backend against the contract, measures, ranks and keeps the run in
results/<machine>/<date>-<commit>/. A fresh process for each cell, again and
again; in it blocks that visit every backend, and the first of them twice, in an
order drawn anew. Differences below what the machine does to the same backend
twice are ties.

Ctrl-C keeps what was measured, and --resume goes on with it.

Examples:
  cargo compare run --full
      every cell, at most a quarter of an hour
  cargo compare run --workload cpu-50us,skewed --backend crossbeam,flume --workers 4
      two backends on two workloads
  cargo compare run --trace requests.csv --budget 3m
      jobs as they came and took, from a file with the header arrival_us,work_us
  cargo compare run --resume
      the latest run that was interrupted

Exit codes: 0 all is well, 1 something failed, 2 the command line makes no sense,
130 Ctrl-C.";

/// What `run` is asked to do.
#[expect(clippy::struct_excessive_bools, reason = "as many as there are flags")]
#[expect(clippy::option_option, reason = "a flag that may have a value")]
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// The cells that matter most, in a minute [default]
    #[arg(long, conflicts_with = "full")]
    quick: bool,

    /// Every cell, with narrower intervals, in a quarter of an hour
    #[arg(long)]
    pub(crate) full: bool,

    /// Measure these workloads only: throughput, and latency at half of the capacity
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(crate) workload: Vec<String>,

    /// Measure these cells only; `cargo compare list cells` has them
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', conflicts_with = "workload")]
    pub(crate) cell: Vec<Cell>,

    /// Backends to compare [default: all]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(crate) backend: Vec<String>,

    /// Workers in each pool [default: one a core; one less for latency]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = cli::workers)]
    pub(crate) workers: Option<usize>,

    /// Measure so many processes of each cell, however long it takes
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) rounds: Option<u32>,

    /// Measure for so long: 5m, or "1m 30s"
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = parse_budget, conflicts_with = "rounds")]
    pub(crate) budget: Option<Duration>,

    /// Draw orders and jobs as an earlier run did
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) seed: Option<u64>,

    /// Measure your own jobs, as a TOML file describes them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["trace", "workload", "cell"])]
    pub(crate) profile: Option<PathBuf>,

    /// Measure your own jobs, as a CSV file recorded them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["workload", "cell"])]
    pub(crate) trace: Option<PathBuf>,

    /// Take each result as it comes, not in batches of 100 µs
    #[arg(long)]
    pub(crate) each: bool,

    /// Keep everything to one core
    #[arg(long)]
    pub(crate) pin: bool,

    /// Go on with a run that was interrupted [default: the latest]
    #[arg(long, value_name = "RUN", num_args = 0..=1)]
    #[arg(conflicts_with_all = [
        "quick", "full", "workload", "cell", "backend", "workers", "rounds", "budget", "seed",
        "profile", "trace", "each", "pin",
    ])]
    pub(crate) resume: Option<Option<PathBuf>>,

    #[command(flatten)]
    pub(crate) results: ResultsArgs,

    /// Print one JSON object in place of tables
    #[arg(long)]
    pub(crate) json: bool,
}

fn parse_budget(text: &str) -> Result<Duration, String> {
    const LEAST: Duration = Duration::from_secs(1);
    const MOST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    let budget = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let fits = (LEAST..=MOST).contains(&budget);
    if fits { Ok(budget) } else { Err("expected a time from 1s to 7days, such as 5m".to_owned()) }
}
