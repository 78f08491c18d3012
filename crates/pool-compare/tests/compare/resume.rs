//! Runs that go on, and runs that cannot.

use std::fs;

use crate::support::{kept, run};

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
fn a_truncated_run_is_damaged_and_another_can_be_shown() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "run --rounds 2 --backend std --cell cost/idle").exits(0);
    let log = kept(dir.path()).join("samples.jsonl");
    let whole = fs::read_to_string(&log).unwrap();
    fs::write(&log, whole.split_inclusive('\n').next().unwrap()).unwrap();
    let said = run(dir.path(), &format!("show {}", log.display())).exits(2).stderr;
    assert!(said.contains("samples.jsonl: it has 1 lines of cost/idle, and run.json"), "{said}");
    run(dir.path(), "run --rounds 2 --backend std --cell cost/sparse").exits(0);
    let shown = run(dir.path(), "show").exits(0).stdout;
    assert!(shown.contains("sparse"), "{shown}");
}
