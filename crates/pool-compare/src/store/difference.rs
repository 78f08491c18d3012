//! What has to be the same about two runs.
//!
//! To be one run, all that decides how fast a machine is, as far as it can be set, and all of the
//! build. Not the kernel, the system and the load: they change from day to day, and every ratio is
//! taken within a process, so that both sides had the same. To be compared, the jobs alone: another
//! build or machine is what one compares for.

use pool_measure::environment::Environment;
use serde_json::Value;

use super::RunFile;
use crate::figures::time;

/// Of an environment: the machine.
const MACHINE: [&str; 7] =
    ["cpu", "cores", "cpu_quota", "virtual_machine", "governor", "turbo", "target"];

/// Of an environment: the build.
const BUILD: [&str; 5] = ["compiler", "profile", "allocator", "cargo_lock", "commit"];

/// Of a configuration: what its figures mean, and what people call that.
const JOBS: [(&str, &str); 8] = [
    ("workers", "--workers"),
    ("latency_workers", "the workers for latency"),
    ("producers", "--producers"),
    ("queue", "--queue"),
    ("results_bound", "--results-bound"),
    ("linger_us", "how results are taken"),
    ("pinned", "--pin"),
    ("workers_pinned", "whether workers have a core each"),
];

/// Something that two runs differ in.
#[derive(Debug, PartialEq)]
pub(crate) struct Difference {
    /// What it is: `"governor"`.
    pub(crate) field: String,
    /// In the one and in the other.
    pub(crate) values: [String; 2],
}

/// The first thing about machine and build that must be the same in a run and is not.
pub(crate) fn of_environment(a: &Environment, b: &Environment) -> Option<Difference> {
    let [one, other] = [a, b].map(|it| serde_json::to_value(it).unwrap_or_default());
    let fields = MACHINE.iter().chain(&BUILD).map(|it| (*it, *it));
    first(&one, &other, fields)
}

/// The first thing that has to be the same about jobs and is not, wherever they were measured.
pub(crate) fn of_jobs(a: &RunFile, b: &RunFile) -> Option<Difference> {
    let [one, other] = [a, b].map(|it| serde_json::to_value(&it.configuration).unwrap_or_default());
    first(&one, &other, JOBS)
}

fn first<'a>(
    one: &Value,
    other: &Value,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<Difference> {
    fields.into_iter().find_map(|(key, title)| {
        let field = title.replace('_', " ");
        let values = || [one, other].map(|it| shown(key, &it[key]));
        (one[key] != other[key]).then(|| Difference { field, values: values() })
    })
}

fn shown(key: &str, value: &Value) -> String {
    match (key, value) {
        ("linger_us", Value::Null) => "one by one (--receive each)".to_owned(),
        ("linger_us", micros) => {
            format!("in batches of {}", time(micros.as_f64().unwrap_or_default() * 1e3))
        }
        ("commit", Value::Object(commit)) => {
            let changed = if commit["changed"] == true { ", with changes" } else { "" };
            format!("{}{changed}", commit["id"].as_str().unwrap_or_default())
        }
        (_, Value::Null) => "not known".to_owned(),
        (_, Value::Bool(true)) => "yes".to_owned(),
        (_, Value::Bool(false)) => "no".to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn found(
        difference: impl Fn(&RunFile, &RunFile) -> Option<Difference>,
        change: impl FnOnce(&mut RunFile),
    ) -> Option<String> {
        let mut file = fixture::run_file();
        change(&mut file);
        let Difference { field, values: [one, other] } = difference(&fixture::run_file(), &file)?;
        Some(format!("{field}: {one}, {other}"))
    }

    fn in_run(change: impl FnOnce(&mut RunFile)) -> Option<String> {
        found(|a, b| of_environment(&a.environment, &b.environment), change)
    }

    #[test]
    fn machine_and_build_are_the_same_in_a_run_and_the_day_may_differ() {
        assert_eq!(
            in_run(|file| {
                file.environment.date = "2027-01-01T00:00:00Z".to_owned();
                file.environment.kernel = Some("6.2".to_owned());
                file.environment.load_before = 3.0;
            }),
            None
        );
        assert_eq!(in_run(|file| file.environment.cpu = None).unwrap(), "cpu: Some CPU, not known");
        assert_eq!(
            in_run(|file| file.environment.commit.as_mut().unwrap().changed = true).unwrap(),
            "commit: 1a2b3c4d, 1a2b3c4d, with changes"
        );
    }

    #[test]
    fn jobs_of_another_build_are_compared_and_other_jobs_are_not() {
        let of = |change: fn(&mut RunFile)| found(of_jobs, change);
        assert_eq!(
            of(|file| {
                file.environment.compiler = "rustc 2.0.0".to_owned();
                file.configuration.preset = "quick".to_owned();
                file.configuration.cells[1].max_processes = 30;
            }),
            None
        );
        assert_eq!(of(|file| file.configuration.workers = 1).unwrap(), "--workers: 2, 1");
        assert_eq!(
            of(|file| file.configuration.linger_us = None).unwrap(),
            "how results are taken: in batches of 1.00 ms, one by one (--receive each)"
        );
    }
}
