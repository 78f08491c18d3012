//! A run that is made up: five backends, all kinds of cells, one too noisy, one a preview.

use crate::{
    analysis::{Analysis, Comparison, Curve, Granularity, Length, Row, Scaling, Trust},
    protocol::{Axis, Cell, CellPlan, Contender},
    statistics::{Interval, Scalability},
    store::{CellState, Ended, RunFile, Stopped, fixture},
    tables::fixtures::{about, comparison},
};

pub(crate) const BACKENDS: [&str; 5] = ["std", "crossbeam", "flume", "rayon", "tokio"];

/// Each cell, what a job takes at best in nanoseconds, and how much a pool adds.
const CELLS: [(&str, f64, f64); 13] = [
    ("throughput/empty", 20.0, 110.0),
    ("throughput/cpu-1us", 520.0, 130.0),
    ("throughput/cpu-10us", 5_050.0, 160.0),
    ("throughput/cpu-100us", 50_100.0, 300.0),
    ("throughput/cpu-1ms", 501_000.0, 900.0),
    ("throughput/blocking-1ms", 530_000.0, 90_000.0),
    ("latency/cpu-10us/hand-over", 18_000.0, 12_000.0),
    ("shutdown/idle", 21_000.0, 30_000.0),
    ("shutdown/stop-backlog", 9_000.0, 700_000.0),
    ("shutdown/last-completion", 4_000.0, 1_000.0),
    ("cost/sparse", 14_000.0, 9_000.0),
    ("cost/idle", 10_000.0, 700.0),
    ("cost/memory", 262_144.0, 81_920.0),
];

/// A complete run.
pub(crate) fn run() -> (RunFile, Analysis) {
    without("none")
}

/// The same but for the cells whose names begin so.
pub(crate) fn without(kind: &str) -> (RunFile, Analysis) {
    let cells: Vec<_> = CELLS.into_iter().filter(|(name, ..)| !name.starts_with(kind)).collect();
    let comparisons = cells.iter().flat_map(|&(name, base, overhead)| {
        let weights = [1.0, 1.2, 1.4, 2.0, 3.5];
        let values = weights.map(|weight| base + overhead * weight);
        let values: Vec<_> = BACKENDS.into_iter().zip(values).collect();
        let trust = match name {
            "throughput/blocking-1ms" => Trust::TooNoisy,
            "cost/memory" => Trust::Preview,
            _ => Trust::Sound,
        };
        let mut comparison = comparison(name, trust, &values);
        if name.starts_with("throughput/cpu-") {
            for (row, (_, value)) in comparison.rows.iter_mut().zip(&values) {
                row.efficiency = Some(base * 0.97 / value);
                row.core_time = Some(about((value - base) * 2.0));
            }
        }
        for (contender, value) in [("serial loop", base * 1.94), ("std (twin)", values[0].1)] {
            let contender = Contender::from(contender.to_owned());
            let (value, rank) = (about(value), None);
            let row =
                Row { contender, value, rank, tied: false, efficiency: None, core_time: None };
            comparison.rows.push(row);
        }
        let joined = (name == "shutdown/stop-backlog")
            .then(|| Comparison { quantity: "elapsed_ns", ..comparison.clone() });
        std::iter::once(comparison).chain(joined)
    });
    let analysis = Analysis {
        granularity: if cells.is_empty() { Vec::new() } else { lengths() },
        scaling: if cells.is_empty() { Vec::new() } else { vec![swept()] },
        one_core: Vec::new(),
        noise_floor: Some(0.0123),
        comparisons: comparisons.collect(),
    };
    let plan = |cell: &str| CellPlan {
        cell: cell.parse().unwrap(),
        contenders: BACKENDS.map(|it| Contender::Backend(it.to_owned())).to_vec(),
        blocks: 3,
        visit_ms: 40,
        min_processes: 5,
        max_processes: 20,
    };
    let mut file = fixture::run_file();
    file.environment.cpu = Some("AMD EPYC 7763 64-Core Processor".to_owned());
    file.configuration.backends = BACKENDS.map(str::to_owned).to_vec();
    file.configuration.cells = cells.iter().map(|(name, ..)| plan(name)).collect();
    let states = file.configuration.cells.iter().map(|plan| CellState {
        cell: plan.cell.clone(),
        processes: 6,
        stopped: Stopped::Precise,
    });
    file.cells = states.collect();
    file.ended = Some(Ended::Complete);
    (file, analysis)
}

fn lengths() -> Vec<Granularity> {
    let around = |it: f64| Interval { low: it * 0.9, estimate: it, high: it * 1.1 };
    let each = (0..).zip(BACKENDS).map(|(place, name)| Granularity {
        contender: Contender::Backend(name.to_owned()),
        receive: fixture::run_file().configuration.receive(),
        processes: 6,
        length: match place {
            2 => Length::Beyond(1e6),
            3.. => Length::At(around(1_300.0)),
            _ => Length::AtMost(1_000.0),
        },
    });
    each.collect()
}

/// Six counts of workers, of which the last brings little.
fn swept() -> Scaling {
    let rates = [1e5, 1.9e5, 3e5, 3.9e5, 4.4e5, 4.5e5].map(about);
    let law = Scalability {
        serial: about(0.05),
        coherence: about(0.01),
        gains_up_to: Interval { low: 9.0, estimate: 10.0, high: 24.0 },
        misses: 0.02,
    };
    let curve = |name: &str| Curve {
        contender: Contender::Backend(name.to_owned()),
        rates: rates.into(),
        law: Some(law),
    };
    Scaling {
        axis: Axis::Workers,
        cell: Cell::throughput("cpu-10us"),
        receive: "recv".to_owned(),
        values: vec![1, 2, 4, 6, 8, 12],
        curves: BACKENDS.map(curve).into(),
    }
}
