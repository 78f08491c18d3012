//! What has to be the same about two runs.
//!
//! Of the environment: whatever decides how fast it is, as far as somebody could have set it
//! (the processor, the cores and the part of them that may be used, how its frequency is
//! governed) and all of the build (compiler, target, profile, allocator, `Cargo.lock`, commit).
//! Not the kernel, the system and the load: they change from day to day, and every ratio is
//! taken within a process, so that both sides had the same.
//!
//! Of the configuration: all but the seed and what decides how many processes there are (the
//! preset's name is part of it, the budget and the precision are not), and where a file of the
//! user's lies, as its hash says what is in it. How long a microsecond
//! of work is, each run measures anew; it may differ by [`SPEED`].

use pool_measure::environment::Environment;
use serde::Serialize;
use serde_json::Value;

use super::RunFile;

const ENVIRONMENT: [&str; 11] = [
    "cpu",
    "cores",
    "cpu_quota",
    "governor",
    "turbo",
    "compiler",
    "target",
    "profile",
    "allocator",
    "cargo_lock",
    "commit",
];

/// Of the configuration or of a cell's plan.
const FREE: [&str; 7] =
    ["seed", "budget_s", "precision", "min_processes", "max_processes", "rounds_per_micro", "path"];

/// By which part of one the speed of the machine may differ: jobs whose lengths differ by less
/// than what matters are the same jobs.
const SPEED: f64 = 0.05;

/// A field that two runs differ in.
#[derive(Debug, PartialEq)]
pub(crate) struct Difference {
    /// Its place: `configuration.cells[0].blocks`.
    pub(crate) field: String,
    /// In the one and in the other, as JSON.
    pub(crate) values: [String; 2],
}

/// The first field that must be the same and is not.
pub(crate) fn difference(a: &RunFile, b: &RunFile) -> Option<Difference> {
    let of_configuration = || {
        let [one, other] = [a, b].map(|file| json(&file.configuration));
        first_in(&one, &other, "configuration".to_owned())
    };
    let of_environment = of_environment(&a.environment, &b.environment);
    of_environment.or_else(of_configuration).or_else(|| {
        let [one, other] = [a, b].map(|file| file.configuration.rounds_per_micro);
        let field = "configuration.rounds_per_micro".to_owned();
        let values = [one, other].map(|speed| speed.to_string());
        (!same_speed(one, other)).then_some(Difference { field, values })
    })
}

/// Whether work of two speeds, in rounds of mixing a microsecond, is the same work.
pub(crate) fn same_speed(one: f64, other: f64) -> bool {
    (one - other).abs() <= SPEED * one.min(other)
}

/// The first field of the environment that must be the same in a run and is not.
pub(crate) fn of_environment(a: &Environment, b: &Environment) -> Option<Difference> {
    let [one, other] = [a, b].map(json);
    ENVIRONMENT
        .iter()
        .find_map(|&name| first_in(&one[name], &other[name], format!("environment.{name}")))
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn first_in(one: &Value, other: &Value, field: String) -> Option<Difference> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .filter(|(name, _)| !FREE.contains(&name.as_str()))
            .find_map(|(name, value)| first_in(value, &b[name], format!("{field}.{name}"))),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(index, (one, other))| first_in(one, other, format!("{field}[{index}]"))),
        _ if one == other => None,
        _ => Some(Difference { field, values: [one, other].map(shown) }),
    }
}

/// A list or a table would not fit into a message.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::Object(_) => "a table".to_owned(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn changed(change: impl FnOnce(&mut RunFile)) -> Option<(String, String)> {
        let mut file = fixture::run_file();
        change(&mut file);
        let Difference { field, values: [one, other] } = difference(&fixture::run_file(), &file)?;
        Some((field, format!("{one} {other}")))
    }

    fn differs(field: &str, values: &str) -> (String, String) {
        (field.to_owned(), values.to_owned())
    }

    #[test]
    fn what_changes_from_day_to_day_may_differ() {
        let may_differ = |file: &mut RunFile| {
            file.environment.date = "2027-01-01T00:00:00Z".to_owned();
            file.environment.kernel = Some("6.2".to_owned());
            file.environment.load_before = 3.0;
            file.configuration.seed = 8;
            file.configuration.budget_s = None;
            file.configuration.precision = 0.01;
            file.configuration.rounds_per_micro *= 1.04;
            file.configuration.cells[1].max_processes = 30;
        };
        assert_eq!(changed(may_differ), None);
    }

    #[test]
    fn the_first_field_that_must_not_differ_is_named() {
        assert_eq!(
            changed(|file| file.environment.cpu = None).unwrap(),
            differs("environment.cpu", "\"Some CPU\" null")
        );
        assert_eq!(
            changed(|file| file.environment.commit.as_mut().unwrap().changed = true).unwrap(),
            differs("environment.commit.changed", "false true")
        );
        assert_eq!(
            changed(|file| file.configuration.cells[1].blocks = 5).unwrap(),
            differs("configuration.cells[1].blocks", "2 5")
        );
        assert_eq!(
            changed(|file| drop(file.configuration.backends.pop())).unwrap(),
            differs("configuration.backends", "a list of 2 a list of 1")
        );
        assert_eq!(
            changed(|file| file.configuration.rounds_per_micro = 900.0).unwrap(),
            differs("configuration.rounds_per_micro", "800.5 900")
        );
    }
}
