//! What is wrong is said, with the right exit code, and nothing is written.

use std::{fs, path::Path};

use crate::support::run;

/// Files that the cases name.
fn prepare(dir: &Path) {
    let write = |name: &str, text: &str| fs::write(dir.join(name), text).unwrap();
    write("empty.csv", "");
    write("header.csv", "arrival_us,work_us\n");
    write("words.csv", "arrival_us,work_us\n0,10\nsoon,10\n");
    write("backwards.csv", "arrival_us,work_us\n5,10\n4,10\n");
    write("binary.csv", "arrival_us,work_us\n\0\u{1}\n");
    write("broken.toml", "name = \n");
    write("unknown.toml", "colour = \"blue\"\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n");
    write("negative.toml", "rate = -5\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n");
    write("taken.toml", "name = \"cpu-10us\"\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n");
    write("file", "not a directory");
    fs::create_dir_all(dir.join("none")).unwrap();
    for (run, text) in [("foreign", "{\"rows\": []}"), ("broken", "{\"format\": ")] {
        let run = dir.join("runs/machine").join(run);
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join("run.json"), text).unwrap();
        fs::write(run.join("samples.jsonl"), "").unwrap();
    }
}

/// A line each: arguments, the exit code, and what is said.
const CASES: &str = include_str!("bad_input.txt");

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path());
    let before = fs::read_dir(dir.path()).unwrap().count();
    for case in CASES.lines() {
        let (arguments, expected) = case.split_once(" => ").unwrap();
        let (code, says) = expected.split_once(' ').unwrap();
        let code = code.parse().unwrap();
        let said = run(dir.path(), arguments);
        assert_eq!(said.code, Some(code), "{arguments}\n{}", said.stderr);
        let errors = said.stderr.matches("error: ").count();
        assert_eq!(errors, 1, "{arguments}\n{}", said.stderr);
        assert!(said.stderr.contains(says), "{arguments}\n{}", said.stderr);
        assert_eq!(said.stdout, "", "{arguments}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), before, "something was written");
}
