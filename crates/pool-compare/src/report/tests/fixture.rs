//! A run that is made up: five backends, all kinds of cells, one too noisy, one a preview.

use std::sync::LazyLock;

use crate::{
    analysis::{analyse, fixture::measured},
    opened::{Opened, Runs},
    preset,
    protocol::{CellPlan, Contender},
    store::{Ended, KeptRun, RunFile, fixture},
    tables::fixtures::backend,
};

const BACKENDS: [&str; 5] = ["std", "crossbeam", "flume", "rayon", "tokio"];

/// Each cell, what a job takes at best in nanoseconds, and how much a pool adds.
const CELLS: [(&str, f64, f64); 18] = [
    ("throughput/empty", 20.0, 110.0),
    ("throughput/cpu-1us", 520.0, 130.0),
    ("throughput/cpu-10us", 5_050.0, 160.0),
    ("throughput/cpu-1ms", 501_000.0, 900.0),
    ("throughput/blocking-1ms", 530_000.0, 90_000.0),
    ("throughput/cpu-10us/workers=1", 10_050.0, 160.0),
    ("throughput/cpu-10us/workers=3", 3_500.0, 160.0),
    ("throughput/cpu-10us/workers=4", 2_700.0, 160.0),
    ("throughput/cpu-10us/workers=6", 2_000.0, 160.0),
    ("throughput/cpu-10us/workers=8", 1_900.0, 160.0),
    ("placement/cpu-10us", 5_050.0, 160.0),
    ("latency/cpu-10us/hand-over", 18_000.0, 12_000.0),
    ("shutdown/idle", 21_000.0, 30_000.0),
    ("shutdown/stop-backlog", 9_000.0, 700_000.0),
    ("shutdown/last-completion", 4_000.0, 1_000.0),
    ("cost/sparse", 14_000.0, 9_000.0),
    ("cost/idle", 10_000.0, 700.0),
    ("cost/memory", 262_144.0, 81_920.0),
];

/// A complete run.
pub(crate) fn run() -> Opened {
    static RUN: LazyLock<Opened> = LazyLock::new(made_up);
    RUN.clone()
}

/// One run, or several as if they said the same as the first.
pub(crate) fn runs(runs: &[Opened]) -> Runs {
    Runs { analysis: runs[0].analysis.clone(), all: runs.to_vec(), outside: None }
}

fn made_up() -> Opened {
    let backends = BACKENDS.map(|name| backend(name, 0, &[]));
    let cells = CELLS.map(|(name, ..)| preset::brief(name.parse().unwrap()));
    let mut file = RunFile { ended: Some(Ended::Complete), ..fixture::run_file() };
    file.environment.cpu = Some("AMD EPYC 7763 64-Core Processor".to_owned());
    file.configuration = preset::configuration(&preset::quick(), cells, &backends, 800.0, (2, 1));
    (file.configuration.workers, file.backends) = (2, backends.into());
    let of_cell = |(plan, (name, base, overhead)): (&CellPlan, (&str, f64, f64))| {
        let processes = if name == "cost/memory" { 2 } else { 6 };
        let noise = if name == "throughput/blocking-1ms" { 0.05 } else { 0.0005 };
        measured(plan, processes, |place, process, block| {
            let contender = &plan.contenders[place];
            let is_of = |it: &&str| match contender {
                Contender::Backend(name) | Contender::Twin(name) => name == it,
                _ => false,
            };
            let known = BACKENDS.iter().position(is_of);
            let times = known.map_or(1.0, |it| [1.0, 1.2, 1.4, 2.0, 3.5][it]);
            let alone = if *contender == Contender::Serial { base } else { overhead * times };
            let place = u32::try_from(place).unwrap();
            let scatter = 1.0 + noise * f64::from((7 * process + 3 * block + 5 * place) % 11);
            (base + alone) * scatter
        })
    };
    let mut samples: Vec<_> =
        file.configuration.cells.iter().zip(CELLS).flat_map(of_cell).collect();
    for sample in &mut samples {
        let value = sample.values.values().sum::<f64>();
        let keys = sample.cell.quantities().iter().map(|it| it.key.to_owned());
        sample.values.extend(keys.map(|key| (key, value)));
    }
    let analysis = analyse(&file.configuration, 12, &samples);
    let directory = "results/machine/run".into();
    Opened { run: KeptRun { directory, file, samples, figures: None }, analysis }
}
