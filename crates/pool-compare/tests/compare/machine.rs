//! `cargo compare doctor` and `cargo compare check` as their users meet them.

use std::path::Path;

use assert_cmd::assert::Assert;
use serde_json::Value;

use crate::support::run;

fn compare(args: &[&str]) -> Assert {
    run(Path::new("."), args)
}

fn json(assert: &Assert) -> Value {
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

#[test]
fn doctor_tells_the_facts_for_people_and_for_programs() {
    let table = compare(&["doctor"]).success();
    let table = String::from_utf8_lossy(&table.get_output().stdout).into_owned();
    for name in ["cores", "timer", "noise", "build", "source"] {
        assert!(table.contains(name), "{table}");
    }
    let facts = json(&compare(&["doctor", "--json"]).success());
    let facts = facts["facts"].as_array().unwrap();
    assert!(facts.iter().all(|fact| fact["name"].is_string() && fact["value"].is_string()));
}

#[test]
fn check_has_a_line_for_each_backend_and_prints_no_panic() {
    let assert = compare(&["check"]).success();
    let lines = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    for backend in ["std", "crossbeam", "flume", "rayon", "tokio"] {
        let of_it = lines.lines().find(|line| line.starts_with(backend));
        assert!(of_it.is_some_and(|line| line.contains(" cases  ok ")), "{lines}");
    }
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert_eq!(stderr, "", "cases panic on purpose, and quietly");
}

#[test]
fn check_takes_names_and_says_which_there_are() {
    let checked = json(&compare(&["check", "--backend", "tokio,std", "--json"]).success());
    let names: Vec<_> =
        checked["backends"].as_array().unwrap().iter().map(|it| &it["backend"]).collect();
    assert_eq!(names, ["std", "tokio"]);

    let refused = compare(&["check", "--backend", "nobody"]).code(2);
    let message = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    let expected = "error: unknown backend \"nobody\", expected one of: std, crossbeam, flume, \
                    rayon, tokio\n";
    assert_eq!(message, expected);
}
