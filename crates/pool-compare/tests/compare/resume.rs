//! Runs that are killed or interrupted, and go on.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{compare, kept, run, run_and_signal, run_file, samples};

/// Small, and of every kind: memory has a process to each visit.
const RUN: &str = "run --rounds 3 --seed 1 --backend std,flume \
                   --cell throughput/empty,shutdown/idle,cost/memory";

/// What each sample is of, and what it says.
fn visits(dir: &Path) -> Vec<String> {
    let part = |sample: &Value| {
        ["cell", "process", "block", "place", "contender", "values"]
            .map(|key| sample[key].to_string())
            .join(" ")
    };
    samples(&kept(dir)).iter().map(part).collect()
}

#[test]
#[cfg(unix)]
fn a_run_that_was_killed_and_resumed_loses_and_doubles_nothing() {
    let undisturbed = tempfile::tempdir().unwrap();
    run(undisturbed.path(), RUN).exits(0);
    let expected = visits(undisturbed.path());
    for (hangs_at, cue) in
        [("0/0", "process 1 of"), ("1/7", "process 2 of"), ("2/9", "process 3 of")]
    {
        let dir = tempfile::tempdir().unwrap();
        let mut command = compare(dir.path(), RUN);
        command.env("FAKE_RUNNER_HANGS_AT", hangs_at);
        run_and_signal(command, cue, "KILL");
        // The line of the visit under way is torn.
        let log = kept(dir.path()).join("samples.jsonl");
        let whole = fs::read(&log).unwrap();
        fs::write(&log, [&whole[..], b"{\"process\": "].concat()).unwrap();
        run(dir.path(), "run --resume").exits(0);
        assert_eq!(visits(dir.path()), expected, "{hangs_at}");
        for file in ["run.json", "samples.jsonl", "summary.csv"] {
            assert!(kept(dir.path()).join(file).is_file(), "{file}");
        }
        let said = run(dir.path(), "run --resume").exits(2).stderr;
        assert_eq!(said, "error: --resume: no run in kept was interrupted\n");
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_is_kept_and_says_how_to_go_on() {
    for name in ["INT", "TERM"] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = compare(dir.path(), RUN);
        command.env("FAKE_RUNNER_HANGS_AT", "1/2");
        let said = run_and_signal(command, "process 2 of", name).exits(130).stderr;
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("error: interrupted, "), "{said}");
        let (_, command) = last.split_once("go on with: cargo compare ").unwrap();
        assert!(command.starts_with("run --resume "), "{said}");
        assert_eq!(run_file(&kept(dir.path()))["ended"], "interrupted");
        assert!(!samples(&kept(dir.path())).is_empty());
        run(dir.path(), command).exits(0);
        assert_eq!(run_file(&kept(dir.path()))["ended"], "complete");
    }
}

#[test]
fn a_run_whose_trace_has_changed_is_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let trace = dir.path().join("t.csv");
    fs::write(&trace, "arrival_us,work_us\n0,1\n50,2\n90,1\n").unwrap();
    run(dir.path(), "run --rounds 1 --backend std --trace t.csv").exits(0);
    let file = kept(dir.path()).join("run.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("\"complete\"", "\"interrupted\"")).unwrap();
    fs::write(&trace, "arrival_us,work_us\n0,1\n").unwrap();
    let said = run(dir.path(), "run --resume").exits(2).stderr;
    assert!(said.contains("t.csv: it has changed since the run began"), "{said}");
}

#[test]
#[cfg(unix)]
fn two_runs_at_once_are_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    let warned = || {
        let mut command = compare(dir.path(), "run --rounds 1 --backend std --cell cost/idle");
        let output = command.env("TMPDIR", dir.path()).output().unwrap();
        String::from_utf8(output.stderr).unwrap().contains("another run measures on this machine")
    };
    assert!(!warned());
    let lock = fs::File::open(dir.path().join("cargo-compare.lock")).unwrap();
    lock.lock().unwrap();
    assert!(warned());
}

#[test]
fn a_truncated_run_is_damaged_and_another_can_be_shown() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "run --rounds 2 --backend std --cell cost/idle").exits(0);
    let log = kept(dir.path()).join("samples.jsonl");
    let whole = fs::read_to_string(&log).unwrap();
    fs::write(&log, whole.split_inclusive('\n').next().unwrap()).unwrap();
    let name = kept(dir.path()).file_name().unwrap().to_str().unwrap().to_owned();
    let said = run(dir.path(), &format!("show {name}")).exits(2).stderr;
    assert!(said.contains("samples.jsonl: it has 1 lines of cost/idle, and run.json"), "{said}");
    let said = run(dir.path(), "run --rounds 2 --backend std --cell cost/sparse").exits(0);
    assert!(!said.stderr.contains("left out"), "{}", said.stderr);
    let shown = run(dir.path(), "show").exits(0);
    assert!(shown.stdout.contains("sparse"), "{}", shown.stdout);
}
