//! What is wrong is told in one line, with the right exit code, and nothing is written.

use std::{fs, path::Path};

use crate::support::{run, stderr, stdout};

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

/// Arguments, the exit code, and what the line says.
const CASES: [(&str, i32, &str); 47] = [
    ("frobnicate", 2, "frobnicate"),
    ("run --frobnicate", 2, "--frobnicate"),
    ("run --quick --full", 2, "--full"),
    ("run --backend corssbeam", 2, "unknown backend \"corssbeam\", expected one of: std,"),
    ("run --backend ,", 2, "unknown backend \"\""),
    ("run --workload cpu-10parsecs", 2, "there is no workload \"cpu-10parsecs\""),
    ("run --workload cpu-2s", 2, "up to 1s"),
    ("run --cell throughput", 2, "there is no cell"),
    ("run --cell throughput/nonsense", 2, "there is no workload"),
    ("run --cell latency/cpu-10us/0%", 2, "there is no cell"),
    ("run --cell latency/cpu-10us/-5-per-s", 2, "there is no cell"),
    ("run --cell latency/cpu-10us/1-per-s", 2, "so few jobs come"),
    ("run --workers 0", 2, "expected a whole number from 1 to 1024"),
    ("run --workers -1", 2, "invalid value '-1'"),
    ("run --workers 1.5", 2, "expected a whole number"),
    ("run --workers 1000000000000000000000", 2, "expected a whole number"),
    ("run --rounds 0", 2, "0 is not in 1..=1000"),
    ("run --rounds many", 2, "invalid digit"),
    ("run --budget 0s", 2, "expected a time from 1s"),
    ("run --budget -5m", 2, "-5m"),
    ("run --budget 5", 2, "time unit needed"),
    ("run --budget 5m --rounds 3", 2, "--rounds"),
    ("run --seed -1", 2, "invalid value '-1'"),
    ("run --seed 18446744073709551616", 2, "18446744073709551616"),
    ("run --trace missing.csv", 2, "missing.csv"),
    ("run --trace none", 2, "none"),
    ("run --trace empty.csv", 2, "empty.csv:1:1: expected the header"),
    ("run --trace header.csv", 2, "header.csv:2:1: expected at least one job"),
    ("run --trace words.csv", 2, "words.csv:3:1: expected a number of microseconds"),
    ("run --trace backwards.csv", 2, "backwards.csv:3:1"),
    ("run --trace binary.csv", 2, "binary.csv:2:3: expected two fields"),
    ("run --profile broken.toml", 2, "broken.toml:1:"),
    ("run --profile unknown.toml", 2, "unknown.toml:1:1"),
    ("run --profile negative.toml", 2, "negative.toml:1:8"),
    ("run --profile taken.toml", 2, "taken.toml: \"cpu-10us\" is a standard workload"),
    ("run --trace words.csv --profile broken.toml", 2, "--profile"),
    ("run --resume nowhere", 2, "nowhere"),
    ("run --resume --results none", 2, "no run in none was interrupted"),
    ("run --resume --workers 3", 2, "--workers"),
    ("run --rounds 1 --cell cost/idle --results file/below", 1, "file"),
    ("show runs/machine/foreign", 2, "run.json"),
    ("show runs/machine/broken", 2, "run.json"),
    ("show --results none", 1, "none: no run of this machine is kept there"),
    ("rank --results none", 1, "none: no run of this machine is kept there"),
    ("cmp std --results none", 2, "required"),
    ("diff nowhere nowhere", 2, "nowhere: there is no such run"),
    ("report nowhere", 2, "nowhere: there is no such run"),
];

/// The same, of choosing.
const PICKS: [(&str, i32, &str); 10] = [
    ("pick --job soon", 2, "such as 250ns, 50us or 1.5ms"),
    ("pick --job 0us", 2, "0us"),
    ("pick --job -5us", 2, "-5us"),
    ("pick --job 10us --rate 0", 2, "rate"),
    ("pick --job 10us --rate -2k/s", 2, "-2k/s"),
    ("pick --job 10us --rate fast", 2, "fast"),
    ("pick --job 10us --rate 1/s --results none", 2, "so few jobs come"),
    ("pick --job 10us --workers 0", 2, "expected a whole number from 1 to 1024"),
    ("pick --job 10us --need telepathy", 2, "some backends have async-submit"),
    ("pick --job 10us --goal fame", 2, "possible values: throughput, p99"),
];

#[test]
fn what_is_wrong_is_told_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path());
    let before = fs::read_dir(dir.path()).unwrap().count();
    for (arguments, code, told) in CASES.into_iter().chain(PICKS) {
        let split: Vec<&str> = arguments.split(' ').collect();
        let assert = run(dir.path(), &split);
        let said = stderr(&assert);
        let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(assert.get_output().status.code(), Some(code), "{arguments}\n{said}");
        assert_eq!(errors.len(), 1, "{arguments}\n{said}");
        assert!(errors[0].contains(told), "{arguments}\n{said}");
        assert_eq!(said.lines().last(), Some(errors[0]), "nothing follows: {arguments}\n{said}");
        assert_eq!(stdout(&assert), "", "{arguments}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), before, "something was written");
}
