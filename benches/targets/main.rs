//! Every quantity that there is a target for, and whether the target is met:
//! `cargo run --release --package pool-benches --bin targets`. Whatever is compared is measured
//! side by side in paired rounds; upkeep once each.
//!
//! With `--features baselines` what a user might pick instead is measured too. With
//! `-- --results results`, rows and environment are kept in
//! `results/<machine>/<date>-<commit>/`, as `scripts/record-results` does.

mod efficiency;
mod figure;
mod granularity;
mod one_core;
mod overhead;
mod plan;
mod report;
mod row;
mod shutdown;
mod upkeep;
mod variants;
mod wake_ups;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, builder::PossibleValuesParser};
use pool_measure::{entry::baselines, environment::Environment, throughput::WrongAnswer};

use crate::{plan::Plan, report::Report, row::Row};

/// Measures every quantity that there is a target for.
#[derive(Debug, Parser)]
#[command(name = "targets", version)]
struct Arguments {
    /// Measure these sections only; all by default.
    #[arg(value_name = "SECTION", value_parser = PossibleValuesParser::new(SECTIONS.map(|it| it.0)))]
    sections: Vec<String>,
    /// Rounds of each paired comparison.
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// The seed that orders are drawn from; `POOL_SEED` by default, or a fresh one.
    #[arg(long)]
    seed: Option<u64>,
    /// Keep the results in a directory of this one, named for the machine and the run.
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// One small round of everything, to see that it works; no figures to keep.
    #[arg(long, conflicts_with = "results")]
    test: bool,
}

type Section = fn(&Plan) -> Result<Vec<Row>, WrongAnswer>;

const SECTIONS: [(&str, Section); 8] = [
    // First: whether memory grows is best seen before others have made it grow.
    ("upkeep", upkeep::measure),
    ("overhead", overhead::measure),
    ("efficiency", efficiency::measure),
    ("granularity", granularity::measure),
    ("variants", variants::measure),
    ("wake-ups", wake_ups::measure),
    ("shutdown", shutdown::measure),
    ("one-core", one_core::measure),
];

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut environment = Environment::look(env!("CARGO_MANIFEST_DIR").as_ref());
    let plan = Plan {
        seed: arguments.seed.unwrap_or_else(pool_benches::seed),
        rounds: if arguments.test { 1 } else { arguments.rounds.into() },
        brief: arguments.test,
        speed: pool_benches::speed(),
    };
    println!("{} rounds, --seed {}", plan.rounds, plan.seed);
    // Before anything is measured, so that nothing is measured in vain.
    let directory = arguments.results.as_deref().map(|it| environment.make_directory(it));
    let directory = directory
        .transpose()
        .map_err(|(path, error)| format!("--results {}: {error}", path.display()))?;

    let wanted = &arguments.sections;
    let mut rows = Vec::new();
    for (name, section) in SECTIONS {
        if wanted.is_empty() || wanted.iter().any(|it| it == name) {
            let measured = section(&plan)?;
            print!("\n{}", report::tables(&measured));
            rows.extend(measured);
        }
    }
    environment.look_again();
    let report = Report {
        environment,
        seed: plan.seed,
        rounds: plan.rounds,
        baselines_lack: baselines().iter().map(|it| (it.name, it.lacks)).collect(),
        rows,
    };
    println!("{}\n{}", report.lacks(), report.verdict());
    if let Some(directory) = directory {
        report.keep(&directory)?;
        println!("kept in {}", directory.display());
    }
    Ok(())
}
