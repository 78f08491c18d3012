//! Runs that are killed, and go on.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use pool_workloads::generator;
use rand::RngExt;
use serde_json::Value;

use crate::{
    kept::{directory, run_file, samples},
    support::{self, compare, run_and_at, signal},
};

/// Small, and of every kind: memory has a process to each visit.
const CELLS: &str = "throughput/empty,shutdown/idle,cost/memory";
const ARGUMENTS: [&str; 9] =
    ["run", "--rounds", "2", "--seed", "1", "--backend", "std,flume", "--results", "kept"];

fn begin(dir: &Path) -> Command {
    compare(dir, &[&ARGUMENTS[..], &["--cell", CELLS]].concat())
}

/// What a sample is of: the same for all that can differ in a run that is repeated.
fn visit(sample: &Value) -> String {
    let part = |key: &str| sample[key].to_string();
    ["cell", "process", "block", "place", "contender"].map(part).join(" ")
}

/// Those of the run that was kept in `dir`.
fn visits(dir: &Path) -> Vec<String> {
    samples(&directory(&dir.join("kept")).unwrap()).iter().map(visit).collect()
}

/// Runs it to its end, whatever that is.
fn end(command: &mut Command) -> Output {
    support::wait(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

#[test]
fn a_run_killed_at_random_moments_and_resumed_loses_and_doubles_nothing() {
    const KILLS: usize = 20;
    let undisturbed = tempfile::tempdir().unwrap();
    assert!(end(&mut begin(undisturbed.path())).status.success());
    let expected = visits(undisturbed.path());
    assert_eq!(expected.iter().collect::<BTreeSet<_>>().len(), expected.len());

    let dir = tempfile::tempdir().unwrap();
    let results = dir.path().join("kept");
    let mut random = generator(4);
    let mut kept = 0;
    let mut command = begin(dir.path());
    for _ in 0..KILLS {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pid = child.id();
        // Not before there is anything to resume.
        let begun = Instant::now();
        while directory(&results).is_none() {
            assert!(begun.elapsed() < support::HANG, "no run is begun");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(random.random_range(0..100_000)));
        signal(pid, "KILL");
        support::wait(child);
        let log = directory(&results).unwrap().join("samples.jsonl");
        let lines = fs::read_to_string(log).unwrap().matches('\n').count();
        assert!(lines >= kept, "lines that were written are gone");
        kept = lines;
        command = compare(dir.path(), &["run", "--resume", "--results", "kept"]);
    }
    let resumed = end(&mut command);
    let said = String::from_utf8_lossy(&resumed.stderr);
    // So many kills may leave nothing to do.
    let nothing_left = said == "error: --resume: no run in kept was interrupted\n";
    assert!(resumed.status.success() || nothing_left, "{said}");
    assert_eq!(visits(dir.path()), expected);
    for file in ["run.json", "samples.jsonl", "summary.csv"] {
        assert!(directory(&results).unwrap().join(file).is_file(), "{file}");
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_is_kept_and_says_how_to_go_on() {
    for name in ["INT", "TERM"] {
        let dir = tempfile::tempdir().unwrap();
        let arguments = ["run", "--rounds", "50", "--cell", "cost/idle", "--results", "kept"];
        let command = compare(dir.path(), &[&arguments[..], &["--backend", "std"]].concat());
        let output = run_and_at(command, "process 2 of", |pid| signal(pid, name));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(130), "{said}");
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("error: interrupted, "), "{said}");
        let (_, command) = last.split_once("go on with: cargo compare ").unwrap();
        let run = directory(&dir.path().join("kept")).unwrap();
        assert_eq!(run_file(&run)["ended"], "interrupted");
        assert!(samples(&run).len() > 1);

        let arguments: Vec<&str> = command.split(' ').collect();
        assert_eq!(arguments[..2], ["run", "--resume"]);
        assert!(end(&mut compare(dir.path(), &arguments)).status.success());
        assert_eq!(
            (run_file(&run)["ended"].as_str(), samples(&run).len()),
            (Some("complete"), 100)
        );
    }
}

#[test]
fn a_run_whose_trace_has_changed_is_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let trace = dir.path().join("t.csv");
    fs::write(&trace, "arrival_us,work_us\n0,1\n50,2\n90,1\n").unwrap();
    let arguments = ["run", "--rounds", "1", "--backend", "std", "--trace", "t.csv"];
    let command = &mut compare(dir.path(), &[&arguments[..], &["--results", "kept"]].concat());
    assert!(end(command).status.success());
    let run = directory(&dir.path().join("kept")).unwrap();
    let text = fs::read_to_string(run.join("run.json")).unwrap();
    fs::write(run.join("run.json"), text.replace("\"complete\"", "\"interrupted\"")).unwrap();
    fs::write(&trace, "arrival_us,work_us\n0,1\n").unwrap();
    let output = end(&mut compare(dir.path(), &["run", "--resume", "--results", "kept"]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("t.csv: it has changed since the run began"), "{said}");
}
