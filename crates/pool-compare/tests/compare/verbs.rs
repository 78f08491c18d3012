//! The program from outside: what it says, where, and with which code it exits.

use serde_json::Value;

use crate::support::{self, stderr, stdout};

struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs the program with a place for results in which there is nothing.
fn compare(arguments: &[&str]) -> Said {
    let nothing = tempfile::tempdir().unwrap();
    let assert = support::run(nothing.path(), arguments);
    let code = assert.get_output().status.code();
    Said { code, stdout: stdout(&assert), stderr: stderr(&assert) }
}

#[track_caller]
fn assert_fails(arguments: &[&str], code: i32, reason: &str) {
    let said = compare(arguments);
    assert_eq!(said.code, Some(code), "{}", said.stderr);
    assert_eq!(said.stdout, "");
    assert!(said.stderr.starts_with("error: ") && said.stderr.contains(reason), "{}", said.stderr);
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
}

#[test]
fn the_only_backend_with_what_is_needed_is_picked_without_measuring() {
    let said = compare(&["pick", "--goal", "shutdown", "--need", "std-only,bounded"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.starts_with("pick std\n"), "{}", said.stdout);
    assert!(said.stdout.contains("lacks std-only"), "{}", said.stdout);
}

#[test]
fn the_pick_is_an_object_for_programs() {
    let said = compare(&["pick", "--job", "1ms", "--need", "async-handlers", "--json"]);
    let value: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(value["pick"]["answer"]["name"], "tokio");
    assert_eq!(value["cell"], "throughput/cpu-1ms");
}

#[test]
fn needs_that_nobody_meets_fail_with_who_lacks_what() {
    let needs = ["pick", "--job", "1ms", "--need", "std-only,fork"];
    assert_fails(&needs, 1, "std lacks fork, crossbeam lacks std-only and fork");
}

#[test]
fn questions_that_make_no_sense_are_misuse() {
    assert_fails(&["pick"], 2, "--job 50us");
    assert_fails(&["pick", "--job", "soon"], 2, "--job \"soon\"");
    assert_fails(&["pick", "--job", "1us", "--rate", "fast"], 2, "2k/s");
    assert_fails(&["pick", "--job", "1us", "--need", "magic"], 2, "async-submit");
    assert_fails(&["pick", "--job", "1us", "--workers", "0"], 2, "from 1 to 1024");
    assert_fails(&["pick", "--job", "1ms", "--rate", "1M/s", "--workers", "2"], 2, "no pool can");
}

#[test]
fn without_a_kept_run_there_is_nothing_to_show() {
    for verb in [&["show"][..], &["rank"], &["cmp", "std", "flume"]] {
        assert_fails(&[verb, &["--results", "nothing"]].concat(), 1, "no run of this machine");
    }
    assert_fails(&["show", "absent"], 2, "absent");
    assert_fails(&["diff", "absent", "absent"], 2, "absent");
}

#[test]
fn everything_can_be_listed_for_programs() {
    let said = compare(&["list", "--json"]);
    let value: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(value["backends"][0]["packages_pulled_in"], 0);
    assert_eq!(value["workloads"][0]["name"], "empty");
    assert_eq!(value["runs"], serde_json::json!([]));
    for line in compare(&["list"]).stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn completions_know_the_verbs() {
    for shell in ["bash", "fish", "zsh"] {
        let said = compare(&["completions", shell]);
        assert_eq!(said.code, Some(0));
        assert!(said.stdout.contains("checksum"), "{shell}");
    }
}
