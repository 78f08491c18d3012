//! Runs that are killed, interrupted or disturbed.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;

use crate::support::{Said, all_kept, compare, run, wait};

/// Small, and of every kind: memory has a process to each visit.
const RUN: &str = "run --rounds 3 --seed 1 --backend std,flume \
                   --cell throughput/empty,shutdown/idle,cost/memory";

/// A file of the one run that is kept.
fn kept(dir: &Path, file: &str) -> PathBuf {
    let all = all_kept(dir);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].join(file)
}

/// What each sample is of, and what it says.
fn visits(dir: &Path) -> Vec<String> {
    let visit = |line: &str| {
        let sample: Value = serde_json::from_str(line).unwrap();
        ["cell", "process", "block", "place", "contender", "values"]
            .map(|key| sample[key].to_string())
            .join(" ")
    };
    fs::read_to_string(kept(dir, "samples.jsonl")).unwrap().lines().map(visit).collect()
}

#[test]
fn a_run_that_was_killed_and_resumed_loses_and_doubles_nothing() {
    let undisturbed = tempfile::tempdir().unwrap();
    run(undisturbed.path(), RUN).exits(0);
    let expected = visits(undisturbed.path());
    for at in ["0/0", "1/7", "2/9"] {
        let dir = tempfile::tempdir().unwrap();
        end_by(dir.path(), "KILL", at);
        // The line of the visit under way is torn.
        let log = kept(dir.path(), "samples.jsonl");
        let whole = fs::read(&log).unwrap();
        fs::write(&log, [&whole[..], b"{\"process\": "].concat()).unwrap();
        run(dir.path(), "run --resume").exits(0);
        assert_eq!(visits(dir.path()), expected, "{at}");
        let said = run(dir.path(), "run --resume").exits(2).stderr;
        assert_eq!(said, "error: --resume: no run in kept was interrupted\n");
    }
}

#[test]
fn an_interrupted_run_is_kept_and_says_how_to_go_on() {
    for name in ["INT", "TERM"] {
        let dir = tempfile::tempdir().unwrap();
        let said = end_by(dir.path(), name, "1/2").exits(130).stderr;
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("error: interrupted, "), "{said}");
        let (_, command) = last.split_once("go on with: cargo compare ").unwrap();
        assert!(command.starts_with("run --resume "), "{said}");
        let ended = |how: &str| {
            let file = fs::read_to_string(kept(dir.path(), "run.json")).unwrap();
            file.contains(&format!("\"ended\": \"{how}\""))
        };
        assert!(ended("interrupted") && !visits(dir.path()).is_empty());
        run(dir.path(), command).exits(0);
        assert!(ended("complete"));
    }
}

#[test]
fn two_runs_at_once_are_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    let warned = || {
        let said = run(dir.path(), "TMPDIR=. run --rounds 1 --backend std --cell cost/idle");
        said.stderr.contains("another run measures on this machine")
    };
    assert!(!warned());
    let lock = fs::File::open(dir.path().join("cargo-compare.lock")).unwrap();
    lock.lock().unwrap();
    assert!(warned());
}

/// Runs it in a process group of its own, to all of which the runner sends a signal when it comes to a
/// process and a block.
fn end_by(dir: &Path, signal: &str, at: &str) -> Said {
    let mut command = compare(dir, RUN);
    command.env("FAKE_ENDS", format!("-{signal} {at}")).process_group(0);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    Said::of(&wait(child))
}
