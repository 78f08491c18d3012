//! Runs that are made up: five backends, all kinds of cells, one too noisy, one a preview, and
//! some without what others have.

use pool_measure::environment::Environment;
use std::path::Path;

use crate::{
    analysis::{Analysis, Comparison, Granularity, Length, Pair, Row, Trust},
    cell::Cell,
    protocol::Contender,
    protocol::Sample,
    protocol::{CellPlan, Configuration},
    statistics::{Interval, Verdict},
    store::{CellState, Ended, RunFile, Stopped},
};

/// A run, as the report takes it.
pub(crate) type Run = (RunFile, Analysis, Vec<Sample>);

pub(crate) const BACKENDS: [&str; 5] = ["std", "crossbeam", "flume", "rayon", "tokio"];

const PROCESSES: u32 = 6;
const BLOCKS: u32 = 3;

/// Each cell, what a job takes at best in nanoseconds, and how much is added by the pool.
const CELLS: [(&str, f64, f64); 17] = [
    ("throughput/empty", 20.0, 110.0),
    ("throughput/cpu-1us", 520.0, 130.0),
    ("throughput/cpu-10us", 5_050.0, 160.0),
    ("throughput/cpu-100us", 50_100.0, 300.0),
    ("throughput/cpu-1ms", 501_000.0, 900.0),
    ("throughput/payload-64k", 6_200.0, 1_300.0),
    ("throughput/blocking-1ms", 530_000.0, 90_000.0),
    ("latency/cpu-10us/50%", 18_000.0, 12_000.0),
    ("latency/cpu-10us/80%", 31_000.0, 29_000.0),
    ("shutdown/idle", 21_000.0, 30_000.0),
    ("shutdown/drain", 64_000.0, 40_000.0),
    ("shutdown/stop-backlog", 9_000.0, 700_000.0),
    ("shutdown/stop-waiting", 30_000.0, 20_000.0),
    ("shutdown/last-completion", 4_000.0, 1_000.0),
    ("cost/sparse", 14_000.0, 9_000.0),
    ("cost/idle", 10_000.0, 700.0),
    ("cost/memory", 262_144.0, 81_920.0),
];

/// A complete run of everything.
pub(crate) fn run() -> Run {
    run_of(&BACKENDS)
}

/// The same of other backends.
pub(crate) fn run_of(backends: &[&str]) -> Run {
    let cells: Vec<_> = CELLS.iter().map(|(name, ..)| name.parse::<Cell>().unwrap()).collect();
    let mut comparisons = Vec::new();
    for (cell, (_, base, overhead)) in cells.iter().zip(CELLS) {
        for quantity in cell.quantities() {
            comparisons.push(comparison(cell, quantity.key, backends, base, overhead));
        }
    }
    let analysis = Analysis {
        comparisons,
        granularity: backends
            .iter()
            .zip(0..)
            .flat_map(|(name, place)| granularity(name, place))
            .collect(),
        noise_floor: Some(0.0123),
    };
    let file = RunFile {
        format: RunFile::FORMAT.to_owned(),
        environment: environment(),
        configuration: configuration(&cells, backends),
        cells: cells
            .iter()
            .map(|cell| CellState {
                cell: cell.clone(),
                processes: PROCESSES,
                stopped: Stopped::Precise,
            })
            .collect(),
        noise_floor: Some(0.0123),
        ended: Some(Ended::Complete),
        backends: Vec::new(),
    };
    let samples = samples(&file.configuration);
    (file, analysis, samples)
}

/// Of every cell but those whose name begins so.
pub(crate) fn without(kinds: &[&str]) -> Run {
    let (mut file, mut analysis, mut samples) = run();
    let stays = |cell: &Cell| !kinds.iter().any(|kind| cell.to_string().starts_with(kind));
    file.configuration.cells.retain(|it| stays(&it.cell));
    file.cells.retain(|it| stays(&it.cell));
    analysis.comparisons.retain(|it| stays(&it.cell));
    samples.retain(|it| stays(&it.cell));
    (file, analysis, samples)
}

fn environment() -> Environment {
    let mut environment = Environment::look(Path::new("."));
    environment.date = "2026-03-14T15:09:26Z".to_owned();
    environment.cpu = Some("AMD EPYC 7763 64-Core Processor".to_owned());
    environment.cores = 2;
    environment.governor = None;
    environment.look_again();
    environment
}

fn configuration(cells: &[Cell], backends: &[&str]) -> Configuration {
    Configuration {
        preset: "full".to_owned(),
        seed: 42,
        workers: 2,
        latency_workers: 1,
        queue: 1024,
        linger_us: None,
        pinned: false,
        rounds_per_micro: 812.0,
        backends: backends.iter().map(|&name| name.to_owned()).collect(),
        input: None,
        cells: cells.iter().map(|cell| plan(cell, backends)).collect(),
        budget_s: None,
        precision: 0.02,
    }
}

fn plan(cell: &Cell, backends: &[&str]) -> CellPlan {
    CellPlan {
        cell: cell.clone(),
        contenders: contenders(cell, backends),
        blocks: BLOCKS,
        visit_ms: 40,
        min_processes: 5,
        max_processes: 20,
    }
}

fn contenders(cell: &Cell, backends: &[&str]) -> Vec<Contender> {
    let mut all: Vec<_> =
        backends.iter().map(|&name| Contender::Backend(name.to_owned())).collect();
    all.push(Contender::Twin(backends[0].to_owned()));
    match cell {
        Cell::Throughput { .. } => all.push(Contender::Serial),
        Cell::Latency { .. } => all.push(Contender::AsyncLane),
        Cell::Shutdown(_) | Cell::Cost(_) => {}
    }
    all
}

/// How much the pool of the backend at a place adds, in times the overhead.
fn weight(place: u32, cell: &str) -> f64 {
    // As if drawn, but the same every time.
    let drawn = f64::from((place * 7 + u32::try_from(cell.len()).unwrap() * 3) % 11) / 11.0;
    0.6 + 0.45 * f64::from(place % 5) + 0.3 * drawn
}

fn around(estimate: f64, half: f64) -> Interval {
    Interval { low: estimate / (1.0 + half), estimate, high: estimate * (1.0 + half) }
}

fn comparison(
    cell: &Cell,
    quantity: &'static str,
    backends: &[&str],
    base: f64,
    overhead: f64,
) -> Comparison {
    let name = cell.to_string();
    let noisy = name == "throughput/blocking-1ms";
    let preview = name == "cost/memory";
    let half = if noisy { 0.31 } else { 0.012 };
    let difference = cell.quantities()[0].difference;
    let estimates: Vec<f64> =
        (0..).zip(backends).map(|(place, _)| base + overhead * weight(place, &name)).collect();
    let efficient = name.starts_with("throughput/cpu-");
    let rank_of =
        |own: f64| 1 + estimates.iter().filter(|other| own / *other > 1.0 + difference).count();
    let mut rows: Vec<_> = backends
        .iter()
        .zip(&estimates)
        .map(|(name, &estimate)| Row {
            contender: Contender::Backend((*name).to_owned()),
            value: around(estimate, half),
            rank: (!noisy).then(|| rank_of(estimate)),
            tied: !noisy
                && estimates.iter().filter(|it| rank_of(**it) == rank_of(estimate)).count() > 1,
            efficiency: efficient.then(|| base * 0.97 / estimate),
        })
        .collect();
    for beside in contenders(cell, backends).into_iter().skip(backends.len()) {
        let value = around(
            if beside == Contender::Serial { base * 1.94 } else { estimates[0] * 1.004 },
            half,
        );
        rows.push(Row { contender: beside, value, rank: None, tied: false, efficiency: None });
    }
    let mut pairs = Vec::new();
    for (place, a) in rows[..backends.len()].iter().enumerate() {
        for b in &rows[place + 1..backends.len()] {
            let ratio = around(a.value.estimate / b.value.estimate, half * 1.7);
            pairs.push(Pair {
                a: a.contender.clone(),
                b: b.contender.clone(),
                ratio,
                verdict: Verdict::Undecided,
            });
        }
    }
    Comparison {
        cell: cell.clone(),
        quantity,
        processes: if preview { 3 } else { 6 },
        twin: Some(around(1.004, half)),
        trust: if noisy {
            Trust::TooNoisy
        } else if preview {
            Trust::Preview
        } else {
            Trust::Sound
        },
        fell_behind: Vec::new(),
        rows,
        pairs,
    }
}

fn granularity(name: &str, place: u32) -> [Granularity; 2] {
    let contender = Contender::Backend(name.to_owned());
    let (half, most) =
        (Length::AtMost(1_000.0), Length::At(around(1_800.0 * weight(place, ""), 0.09)));
    let half = if place > 3 { Length::At(around(1_300.0, 0.05)) } else { half };
    let most = if place == 2 { Length::Beyond(1e6) } else { most };
    [
        Granularity { contender: contender.clone(), level: 0.5, processes: 6, length: half },
        Granularity { contender, level: 0.9, processes: 6, length: most },
    ]
}

/// Of the latency cells, whose percentiles come from samples; and of a process that is not
/// complete, which nobody is to see.
fn samples(configuration: &Configuration) -> Vec<Sample> {
    let mut samples = Vec::new();
    for plan in configuration.cells.iter().filter(|it| it.cell.to_string().starts_with("latency/"))
    {
        for process in 0..PROCESSES {
            for block in 0..plan.blocks {
                for (place, contender) in (0..).zip(&plan.contenders) {
                    samples.push(sample(plan, contender, [process, block, place], 1.0));
                }
            }
        }
        samples.push(sample(plan, &plan.contenders[0], [PROCESSES, 0, 0], 1e6));
    }
    samples
}

fn sample(
    plan: &CellPlan,
    contender: &Contender,
    [process, block, place]: [u32; 3],
    times: f64,
) -> Sample {
    let base = 14_000.0 * weight(place, &plan.cell.to_string()) * times;
    let percentiles = [("p50", 1.0), ("p90", 1.7), ("p99", 5.5), ("p999", 31.0)];
    let mut values: std::collections::BTreeMap<_, _> =
        percentiles.iter().map(|(name, at)| (format!("sojourn_{name}_ns"), base * at)).collect();
    // Somebody without the highest, so that nobody's is shown.
    if contender.backend() == Some("flume") {
        values.remove("sojourn_p999_ns");
    }
    Sample {
        process,
        block,
        place,
        cell: plan.cell.clone(),
        contender: contender.clone(),
        at_ms: 1_773_500_966_000,
        took_ms: 41.5,
        values,
    }
}
