//! What a visit measured, by name.

use std::{collections::BTreeMap, time::Duration};

use pool_measure::{latency::Loop, throughput::Sample};

/// What a visit measured, by the names of [`Sample`](pool_measure::protocol::Sample).
pub(crate) type Values = BTreeMap<String, f64>;

/// Some values by their names.
pub(crate) fn values<'a>(named: impl IntoIterator<Item = (&'a str, f64)>) -> Values {
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A count as a value.
pub(crate) fn number(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

/// A time as a value.
pub(super) fn nanos(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

/// Of a number of jobs.
pub(super) fn per_job(sample: &Sample) -> Values {
    let named = [("jobs", number(sample.jobs)), ("time_per_job_ns", sample.nanos_per_job())];
    let cpu = sample.cpu_nanos_per_job().map(|nanos| ("cpu_per_job_ns", nanos));
    let switches = sample.switches_per_job().map(|(voluntary, involuntary)| {
        [("voluntary_per_job", voluntary), ("involuntary_per_job", involuntary)]
    });
    values(named.into_iter().chain(cpu).chain(switches.into_iter().flatten()))
}

/// The percentiles that are given, and what they are called.
const PERCENTILES: [(f64, &str); 4] = [(50.0, "p50"), (90.0, "p90"), (99.0, "p99"), (99.9, "p999")];

/// Of jobs that were each timed.
pub(super) fn timed(measured: &Loop) -> Values {
    let Loop { wait, sojourn, lateness, rate, littles_ratio } = measured;
    let (jobs, longest) = (number(sojourn.count()), nanos(sojourn.max()));
    let named = [("jobs", jobs), ("rate_per_s", *rate), ("sojourn_max_ns", longest)];
    let mut all = values(named.into_iter().chain(littles_ratio.map(|it| ("little_ratio", it))));
    for (percent, name) in PERCENTILES {
        let mut add = |of, latency: Option<Duration>| {
            all.extend(latency.map(|it| (format!("{of}_{name}_ns"), nanos(it))));
        };
        add("lateness", lateness.percentile(percent));
        // What the generator was too late for says nothing of the pool.
        if measured.on_time(percent) {
            add("wait", wait.percentile(percent));
            add("sojourn", sojourn.percentile(percent));
        }
    }
    all
}
