//! What a visit measured, by name.

use std::{collections::BTreeMap, time::Duration};

use pool_measure::{
    latency::{ClosedLoop, Latencies, OpenLoop},
    throughput::Sample,
};

/// What a visit measured, by the names of [`Sample`](pool_measure::protocol::Sample).
pub(crate) type Values = BTreeMap<String, f64>;

/// Some values by their names.
pub(crate) fn values<'a>(named: impl IntoIterator<Item = (&'a str, f64)>) -> Values {
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Of a number of jobs.
pub(super) fn per_job(sample: &Sample) -> Values {
    let jobs = u32::try_from(sample.jobs).unwrap_or(u32::MAX);
    let mut all = values([("jobs", f64::from(jobs)), ("time_per_job_ns", sample.nanos_per_job())]);
    all.extend(values(sample.cpu_nanos_per_job().map(|nanos| ("cpu_per_job_ns", nanos))));
    if let Some((voluntary, involuntary)) = sample.switches_per_job() {
        let switches = [("voluntary_per_job", voluntary), ("involuntary_per_job", involuntary)];
        all.extend(values(switches));
    }
    all
}

/// The percentiles that are given, and what they are called.
const PERCENTILES: [(f64, &str); 4] = [(50.0, "p50"), (90.0, "p90"), (99.0, "p99"), (99.9, "p999")];

/// Of a closed loop.
pub(super) fn closed_loop(measured: &ClosedLoop) -> Values {
    let ClosedLoop { wait, sojourn, rate, littles_ratio } = measured;
    let mut all = latencies(wait, sojourn, *rate, &PERCENTILES);
    all.extend(values(littles_ratio.map(|ratio| ("little_ratio", ratio))));
    all
}

/// Of an open loop.
pub(super) fn open_loop(measured: &OpenLoop) -> Values {
    let OpenLoop { wait, sojourn, lateness, rate, littles_ratio, .. } = measured;
    // What the generator was too late for says nothing of the pool.
    let on_time: Vec<_> =
        PERCENTILES.iter().copied().filter(|(percent, _)| measured.on_time(*percent)).collect();
    let mut all = latencies(wait, sojourn, *rate, &on_time);
    all.extend(percentiles("lateness", lateness, &PERCENTILES));
    all.extend(values(littles_ratio.map(|ratio| ("little_ratio", ratio))));
    all
}

fn latencies(wait: &Latencies, sojourn: &Latencies, rate: f64, which: &[(f64, &str)]) -> Values {
    let jobs = u32::try_from(sojourn.len()).unwrap_or(u32::MAX);
    let mut all = values([
        ("jobs", f64::from(jobs)),
        ("rate_per_s", rate),
        ("sojourn_max_ns", nanos(sojourn.max())),
    ]);
    all.extend(percentiles("wait", wait, which));
    all.extend(percentiles("sojourn", sojourn, which));
    all
}

fn percentiles(of: &str, latencies: &Latencies, which: &[(f64, &str)]) -> Values {
    let named = |(percent, name): &(f64, &str)| {
        Some((format!("{of}_{name}_ns"), nanos(latencies.percentile(*percent)?)))
    };
    which.iter().filter_map(named).collect()
}

/// As a value.
pub(super) fn nanos(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many, each so long but for the slowest 200, which take `tail`.
    fn latencies_of(jobs: usize, micros: u64, tail: u64) -> Latencies {
        let each = |job| Duration::from_micros(if job < 200 { tail } else { micros });
        (0..jobs).map(each).collect()
    }

    fn given(jobs: usize, late: u64, late_tail: u64) -> Vec<String> {
        let measured = OpenLoop {
            wait: latencies_of(jobs, 100, 100),
            sojourn: latencies_of(jobs, 200, 200),
            lateness: latencies_of(jobs, late, late_tail),
            rate: 1.0,
            littles_ratio: None,
        };
        let values = open_loop(&measured);
        values.into_keys().filter(|key| key.starts_with("sojourn_p")).collect()
    }

    #[test]
    fn a_percentile_has_fifty_jobs_above_it() {
        assert_eq!(given(10_000, 0, 0), ["sojourn_p50_ns", "sojourn_p90_ns", "sojourn_p99_ns"]);
        assert_eq!(given(600, 0, 0), ["sojourn_p50_ns", "sojourn_p90_ns"]);
    }

    #[test]
    fn a_percentile_that_the_generator_was_too_late_for_is_not_told() {
        assert_eq!(given(10_000, 1, 50), ["sojourn_p50_ns", "sojourn_p90_ns"]);
        assert!(given(10_000, 50, 50).is_empty());
    }
}
