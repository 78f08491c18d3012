//! Analyses made by hand, for tests.

use pool_measure::capability::Capability;
use pool_statistics::{Interval, Verdict};

use crate::{
    analysis::{Analysis, Comparison, Pair, Row, Trust, place},
    opened::Opened,
    protocol::{BackendFacts, Cell, Contender, Setting},
    store::{KeptRun, fixture},
};

/// Everything within 1 % of its estimate.
fn about(estimate: f64) -> Interval {
    Interval { low: estimate * 0.99, estimate, high: estimate * 1.01 }
}

/// The main quantity of a cell: these backends with these values, compared by them.
pub(crate) fn comparison(cell: &str, trust: Trust, values: &[(&str, f64)]) -> Comparison {
    let cell: Cell = cell.parse().unwrap();
    let quantity = cell.quantities()[0];
    let backend = |name: &str| Contender::Backend(name.to_owned());
    let pair = |((a, of_a), (b, of_b)): ((&str, f64), (&str, f64))| {
        let ratio = about(of_a / of_b);
        let verdict = Verdict::of(ratio, quantity.difference_from(of_a.min(of_b)));
        Pair { a: backend(a), b: backend(b), ratio, verdict }
    };
    let all = values.iter().enumerate();
    let both = all.flat_map(|(place, a)| values[place + 1..].iter().map(move |b| (*a, *b)));
    let pairs: Vec<Pair> = both.map(pair).collect();
    let row = |(name, value): &(&str, f64)| Row {
        contender: backend(name),
        value: about(*value),
        rank: None,
        tied: false,
        efficiency: None,
        core_time: None,
    };
    let mut rows: Vec<Row> = values.iter().map(row).collect();
    if trust != Trust::TooNoisy {
        place(&mut rows, &pairs);
    }
    let processes = if trust == Trust::Preview { 2 } else { 6 };
    Comparison {
        setting: Setting::default(),
        quantity: quantity.key,
        processes,
        of: processes,
        twin: Some(about(if trust == Trust::TooNoisy { 1.2 } else { 1.0 })),
        trust,
        fell_behind: Vec::new(),
        rows,
        pairs,
        beside: Vec::new(),
        cell,
    }
}

/// An analysis of these alone.
pub(crate) fn analysis(comparisons: Vec<Comparison>) -> Analysis {
    Analysis { comparisons, noise_floor: Some(0.012), ..Analysis::default() }
}

/// A run that says this, kept nowhere.
pub(crate) fn opened(comparisons: Vec<Comparison>) -> Opened {
    let (file, samples) = (fixture::run_file(), fixture::samples());
    let run = KeptRun { directory: "results/m/r".into(), file, samples, figures: None };
    Opened { run, analysis: analysis(comparisons) }
}

/// A backend that pulls in so many packages.
pub(crate) fn backend(name: &str, packages: usize, capabilities: &[Capability]) -> BackendFacts {
    BackendFacts {
        name: name.to_owned(),
        packages_pulled_in: Some(packages),
        capabilities: capabilities.to_vec(),
        ..BackendFacts::default()
    }
}
