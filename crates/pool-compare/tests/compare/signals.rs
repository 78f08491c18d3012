//! Runs that are killed, interrupted or disturbed.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use serde_json::Value;

use crate::support::{HANG, Said, compare, kept, run, run_file, samples, wait};

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
        let said = run(dir.path(), "run --resume").exits(2).stderr;
        assert_eq!(said, "error: --resume: no run in kept was interrupted\n");
    }
}

#[test]
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

/// Starts it in a process group of its own, waits until it has said `cue` on standard error, sends
/// a signal to the group, and waits for its end.
fn run_and_signal(mut command: Command, cue: &str, name: &str) -> Said {
    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let group = format!("-{}", child.id());
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let cue = cue.to_owned();
    let (cued, at_cue) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut said = String::new();
        while !said.contains(&cue) && stderr.read_line(&mut said).unwrap() > 0 {}
        cued.send(()).unwrap();
        stderr.read_to_string(&mut said).unwrap();
        said
    });
    let heard = at_cue.recv_timeout(HANG);
    let killed = Command::new("kill").args([&format!("-{name}"), "--", &group]).status();
    assert!(killed.unwrap().success());
    let mut output = wait(child);
    output.stderr = reader.join().unwrap().into_bytes();
    heard.expect("the cue comes in time");
    Said::of(&output)
}
