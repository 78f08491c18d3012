//! What it costs to leave the process:
//! `cargo run --release -p pool-durable --example measure`, some ten minutes on a quiet machine.
//!
//! Measures SQLite and PostgreSQL by batch, durability and number of processes, and the pool
//! alone in the same run; keeps the figures in `results/durable/<date>-<commit>/`, with a chart; and
//! puts them into the guide on outgrowing one process. `--rounds 1` for a first look, with
//! `--keep-nothing`.

#![allow(clippy::doc_markdown, reason = "SQLite and PostgreSQL are names, no code")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times of a few digits"
)]

mod cell;
mod chart;
mod consumer;
mod guide;
mod machine;
mod place;
#[path = "../../tests/suite/server.rs"]
mod server;

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Parser;
use pool_measure::environment::Environment;

use self::{
    cell::{Cell, LENGTHS, POOL_LENGTHS},
    guide::Figures,
    place::{Engine, Places},
};

type AnyError = Box<dyn Error + Send + Sync>;

/// How many times as long it is measured who gets the jobs: chance is to even out.
const SHARES: u32 = 8;

/// What it costs to leave the process.
#[derive(Parser)]
struct Arguments {
    /// How often everything is measured; what is kept is the median
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// How long one measurement takes, about
    #[arg(long, default_value_t = 250, value_name = "MILLISECONDS")]
    length: u64,
    /// Where the files are: on the disk that is to be measured
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Only print
    #[arg(long)]
    keep_nothing: bool,
    /// Only the cells in whose names this is: sqlite-full/batch-16
    #[arg(long, value_name = "TEXT", default_value = "", requires = "keep_nothing")]
    cells: String,
    /// Measure nothing: put the figures of this run in results/durable into the guide
    #[arg(long, value_name = "RUN")]
    guide: Option<String>,
    /// Be a process that consumes
    #[arg(long, hide = true, num_args = 5)]
    consume: Option<Vec<String>>,
}

fn main() -> Result<(), AnyError> {
    let arguments = Arguments::parse();
    if let Some(settings) = &arguments.consume {
        return consumer::run(settings);
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    if let Some(run) = &arguments.guide {
        let file = root.join("results/durable").join(run).join("figures.csv");
        let figures = Figures::from_csv(&fs::read_to_string(&file)?);
        let wrong = || format!("{}: no file of this program", file.display());
        return put_into_guide(&root, run, &figures.ok_or_else(wrong)?);
    }
    let directory = match &arguments.directory {
        Some(directory) => tempfile::tempdir_in(directory)?,
        None => tempfile::tempdir()?,
    };
    let environment = Environment::look(&root);
    let places = Places::new(directory.path())?;
    let machine = machine::describe(&environment, &places, directory.path(), arguments.rounds)?;
    print!("{machine}");
    let budget = Duration::from_millis(arguments.length);

    let mut samples: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        for (cell, quantity, value) in measure(&places, budget, &arguments.cells)? {
            samples.entry((cell, quantity.to_owned())).or_default().push(value);
        }
    }
    let figures = Figures::of(&samples);
    print!("{}", figures.to_csv());
    if arguments.keep_nothing {
        return Ok(());
    }
    println!("\n{}\n\n{}", guide::sentence(&figures), guide::table(&figures));
    let run = environment.run();
    let kept = root.join("results/durable").join(&run);
    fs::create_dir_all(&kept)?;
    fs::write(kept.join("machine.txt"), machine)?;
    fs::write(kept.join("figures.csv"), figures.to_csv())?;
    chart::draw(&figures, &kept.join("cost.svg"))?;
    println!("kept in results/durable/{run}");
    put_into_guide(&root, &run, &figures)
}

fn put_into_guide(root: &Path, run: &str, figures: &Figures) -> Result<(), AnyError> {
    let page = root.join(guide::PAGE);
    Ok(fs::write(&page, guide::splice(&fs::read_to_string(&page)?, run, figures)?)?)
}

/// Each cell once, if `cells` is in its name.
fn measure(
    places: &Places,
    budget: Duration,
    cells: &str,
) -> Result<Vec<(String, &'static str, f64)>, AnyError> {
    let mut rows = Vec::new();
    let is_wanted = |name: &str| name.contains(cells);
    if is_wanted("pool") {
        let pool = "pool".to_owned();
        let empty = cell::pool_alone(Duration::ZERO, budget)?;
        rows.push((pool.clone(), "cost_us", empty.cost_us()));
        let mut curve = Vec::new();
        for length in POOL_LENGTHS {
            curve.push((length, cell::pool_alone(length, budget)?.efficiency()));
        }
        rows.push((pool, "metg50_us", cell::metg50(&curve)));
    }

    for engine in places.engines() {
        let name = engine.name();
        if is_wanted(name) {
            for (quantity, batch) in [("put_1_us", 1), ("put_64_us", 64)] {
                rows.push((name.to_owned(), quantity, places.put_us(engine, batch, budget)?));
            }
        }
        for processes in [1, 2, 4] {
            for batch in [1, 4, 16, 64] {
                let cell = Cell { engine, batch, processes, lease: 30 };
                if is_wanted(&cell.name()) {
                    rows.extend(one(&cell, places, budget)?);
                }
            }
        }
        if engine == Engine::SqliteFull && is_wanted(name) {
            let recovery = cell::recovery(places, engine)?;
            rows.push((name.to_owned(), "recovery_ms", recovery.as_secs_f64() * 1e3));
        }
    }
    Ok(rows)
}

fn one(
    cell: &Cell,
    places: &Places,
    budget: Duration,
) -> Result<Vec<(String, &'static str, f64)>, AnyError> {
    let name = cell.name();
    let empty = cell.run(places, Duration::ZERO, budget)?;
    eprintln!("{name}: {:.1} µs a job", empty.cost_us());
    let mut rows = vec![
        (name.clone(), "cost_us", empty.cost_us()),
        (name.clone(), "jobs_per_s", empty.jobs_per_s()),
    ];
    if cell.processes == 4 {
        let long = cell.run(places, Duration::ZERO, budget * SHARES)?;
        rows.push((name.clone(), "least_share", long.least_share()));
        rows.push((name.clone(), "most_share", long.most_share()));
    }
    // From the first length that could be half efficient, to the first that surely is.
    let mut curve = Vec::new();
    for length in LENGTHS {
        if length.as_secs_f64() * 1e6 < empty.cost_us() / 5.0 {
            continue;
        }
        let efficiency = cell.run(places, length, budget)?.efficiency();
        curve.push((length, efficiency));
        if efficiency > 0.6 {
            break;
        }
    }
    rows.push((name, "metg50_us", cell::metg50(&curve)));
    Ok(rows)
}
