//! The arguments of `checksum`.

use std::{path::PathBuf, time::Duration};

use pool_any::Kind;
use pool_measure::machine::cores;

use crate::cli;

const DETAILS: &str = "\
Each regular file is one job. Everything is read once, untimed, so that nobody
pays for a cold page cache. Each round then visits the serial loop, which is one
plain thread, and every backend, in an order drawn anew. The output is sorted by
path; it is written whole or not at all.

Examples:
  cargo compare checksum --input /usr/share
      all five backends, five rounds, as many workers as there are cores
  cargo compare checksum --input photos --output photos.sha256
      also writes the checksums; check them with: sha256sum -c photos.sha256
  cargo compare checksum --input src --backend std,flume --workers 8 --rounds 20
      two backends, more carefully
  cargo compare checksum --input /data --timeout 2m --json > run.json
      gives up after two minutes; every sample, for a program to read

Exit codes: 0 all is well, 1 something failed or timed out, 2 the command line
makes no sense, 130 Ctrl-C.";

/// What `checksum` is asked to do.
#[derive(Debug, clap::Args)]
#[command(after_help = DETAILS)]
pub(crate) struct Args {
    /// The directory; links in it are not followed
    #[arg(long, value_name = "DIR")]
    pub(crate) input: PathBuf,

    /// Backends to compare
    #[arg(long, value_name = "all|NAME,...", default_value = "all")]
    #[arg(value_delimiter = ',', value_parser = parse_selection)]
    backend: Vec<Selection>,

    /// Workers in each pool [default: one a core]
    #[arg(long, value_name = "N", value_parser = cli::workers)]
    workers: Option<usize>,

    /// Rounds to measure, after a warm-up
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = parse_rounds)]
    pub(crate) rounds: usize,

    /// Write the checksums here, as sha256sum does
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Give up after this long: 2s, or "1m 30s"
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,

    /// Repeat the order of an earlier run
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// Print one JSON object in place of the table
    #[arg(long)]
    pub(crate) json: bool,
}

impl Args {
    /// The backends asked for, each once, in their usual order.
    pub(crate) fn backends(&self) -> Vec<Kind> {
        let asked_for = |kind: &Kind| {
            self.backend.iter().any(|selection| match selection {
                Selection::All => true,
                Selection::One(one) => one == kind,
            })
        };
        Kind::ALL.iter().copied().filter(asked_for).collect()
    }

    pub(crate) fn workers(&self) -> usize {
        self.workers.unwrap_or_else(cores)
    }
}

#[derive(Clone, Copy, Debug)]
enum Selection {
    All,
    One(Kind),
}

fn parse_selection(name: &str) -> Result<Selection, String> {
    match name.trim() {
        "all" => Ok(Selection::All),
        name => name.parse().map(Selection::One).map_err(|error| error.to_string()),
    }
}

fn parse_rounds(number: &str) -> Result<usize, String> {
    match number.parse() {
        Ok(0) => Err("there must be at least 1 round".to_owned()),
        Ok(rounds) => Ok(rounds),
        Err(error) => Err(error.to_string()),
    }
}
