//! What has to be the same about two runs.
//!
//! To be one run, all that decides how fast a machine is, as far as it can be set, and all of the
//! build. Not the kernel, the system and the load: they change from day to day, and every ratio is
//! taken within a process, so that both sides had the same. To be compared, the jobs alone: another
//! build or machine is what one compares for.

use pool_measure::environment::Environment;
use serde::Serialize;
use serde_json::Value;

use super::RunFile;

/// Of an environment: the machine, and the build.
const MACHINE: [&str; 7] =
    ["cpu", "cores", "cpu_quota", "virtual_machine", "governor", "turbo", "target"];
const BUILD: [&str; 5] = ["compiler", "profile", "allocator", "cargo_lock", "commit"];

/// Of a configuration: what its figures mean, and what people call that.
const JOBS: [(&str, &str); 8] = [
    ("workers", "--workers"),
    ("latency_workers", "the workers for latency"),
    ("producers", "--producers"),
    ("queue", "--queue"),
    ("results_bound", "--results-bound"),
    ("linger_us", "for how many µs results are collected (--receive)"),
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
    first([a, b], MACHINE.iter().chain(&BUILD).map(|it| (*it, *it)))
}

/// The first thing that has to be the same about jobs and is not, wherever they were measured.
pub(crate) fn of_jobs(a: &RunFile, b: &RunFile) -> Option<Difference> {
    first([&a.configuration, &b.configuration], JOBS)
}

/// The first of these fields that differs, with what people call it.
fn first<'a>(
    both: [&impl Serialize; 2],
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<Difference> {
    let both = both.map(|it| serde_json::to_value(it).unwrap_or_default());
    let (key, title) = fields.into_iter().find(|(key, _)| both[0][key] != both[1][key])?;
    let values = both.map(|it| shown(&it[key]));
    Some(Difference { field: title.replace('_', " "), values })
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
