//! The percentiles of a latency cell, from the samples: there are more of them than are compared.

use std::collections::BTreeMap;

use pool_measure::rounds::median;

use crate::{
    cell::Cell, configuration::Configuration, contender::Contender, quantity::LATENCY,
    sample::Sample, statistics::mean,
};

/// Of one contender: percentiles from the least on, and the latency at each, in nanoseconds.
#[derive(Debug, PartialEq)]
pub(crate) struct Percentiles {
    pub(crate) contender: Contender,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Of everyone in a cell but the twin; in the order of the configuration.
pub(crate) fn percentiles(
    configuration: &Configuration,
    samples: &[Sample],
    cell: &Cell,
) -> Vec<Percentiles> {
    let Some(plan) = configuration.cells.iter().find(|it| it.cell == *cell) else {
        return Vec::new();
    };
    let mut processes: BTreeMap<u32, Vec<&Sample>> = BTreeMap::new();
    for sample in samples.iter().filter(|it| it.cell == *cell) {
        processes.entry(sample.process).or_default().push(sample);
    }
    // As everywhere, processes that are not complete do not count.
    processes.retain(|_, of_it| {
        let visits =
            |contender: &Contender| of_it.iter().filter(|it| it.contender == *contender).count();
        plan.contenders.iter().all(|contender| u32::try_from(visits(contender)) == Ok(plan.blocks))
    });
    let of = |contender: &Contender| {
        let own: Vec<Vec<&Sample>> = processes
            .values()
            .map(|of_it| of_it.iter().copied().filter(|it| it.contender == *contender).collect())
            .collect();
        let points = keys(own.iter().flatten().copied())
            .into_iter()
            .filter_map(|(percentile, key)| Some((percentile, estimate(&own, &key)?)));
        Percentiles { contender: contender.clone(), points: points.collect() }
    };
    let all = plan.contenders.iter().filter(|it| !matches!(it, Contender::Twin(_))).map(of);
    all.filter(|it| it.points.len() > 1).collect()
}

/// The percentiles among the values, from the least on, each with its key.
fn keys<'a>(samples: impl Iterator<Item = &'a Sample>) -> Vec<(f64, String)> {
    let keys = samples.flat_map(|sample| sample.values.keys());
    let mut found: Vec<_> = keys.filter_map(|key| Some((percentile(key)?, key.clone()))).collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.dedup();
    found
}

/// 99.9 of `sojourn_p99.9_ns` or `sojourn_p999_ns`.
fn percentile(key: &str) -> Option<f64> {
    let digits = key.strip_prefix("sojourn_p")?.strip_suffix("_ns")?;
    let number = match digits.split_at_checked(2) {
        Some((whole, rest)) if !rest.is_empty() && !digits.contains('.') => {
            format!("{whole}.{rest}")
        }
        _ => digits.to_owned(),
    };
    number.parse().ok().filter(|it| (0.0..100.0).contains(it))
}

/// As values are estimated everywhere: of the logarithms, the median over blocks and of those the
/// mean over processes.
fn estimate(processes: &[Vec<&Sample>], key: &str) -> Option<f64> {
    let least = LATENCY[0].least;
    let log = |it: &&Sample| it.values.get(key).map(|value| value.max(least).ln());
    let level = |of_it: &Vec<&Sample>| -> Option<f64> {
        let logs: Option<Vec<f64>> = of_it.iter().map(log).collect();
        median(logs?)
    };
    let levels: Option<Vec<f64>> = processes.iter().map(level).collect();
    let levels = levels.filter(|it| !it.is_empty())?;
    Some(mean(&levels).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::analyse, report::tests::fixture};

    #[test]
    fn a_percentile_that_is_compared_is_as_the_comparison_has_it() {
        let (mut file, _, samples) = fixture::run();
        file.configuration.cells.retain(|it| matches!(it.cell, Cell::Latency { .. }));
        let analysis = analyse(&file.configuration, 2, &samples);
        for comparison in analysis.comparisons.iter().filter(|it| it.quantity == "sojourn_p99_ns") {
            for of_it in percentiles(&file.configuration, &samples, &comparison.cell) {
                let row = comparison.rows.iter().find(|row| row.contender == of_it.contender);
                let (_, p99) =
                    of_it.points.iter().find(|(at, _)| (at - 99.0).abs() < 0.01).unwrap();
                let ratio = p99 / row.unwrap().value.estimate;
                assert!((ratio - 1.0).abs() < 1e-12, "{ratio}");
            }
        }
        assert!(analysis.comparisons.len() > 1);
    }

    #[test]
    fn a_percentile_is_read_from_the_name_of_a_value() {
        for (key, found) in [
            ("sojourn_p50_ns", Some(50.0)),
            ("sojourn_p999_ns", Some(99.9)),
            ("sojourn_p99.9_ns", Some(99.9)),
            ("sojourn_p9_ns", Some(9.0)),
            ("sojourn_pmax_ns", None),
            ("wait_p50_ns", None),
        ] {
            assert_eq!(percentile(key), found, "{key}");
        }
    }
}
