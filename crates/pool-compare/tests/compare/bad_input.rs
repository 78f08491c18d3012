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

/// Arguments, the exit code, and what is said.
const CASES: [(&str, i32, &str); 58] = [
    ("frobnicate", 2, "frobnicate"),
    ("run --frobnicate", 2, "--frobnicate"),
    ("run --quick --full", 2, "--full"),
    ("run --backend corssbeam", 2, "unknown backend \"corssbeam\", expected one of: std,"),
    ("run --backend ,", 2, "unknown backend \"\""),
    ("run --runner absent", 2, "the argument '--runner <PATH>' cannot be used multiple times"),
    ("run --workload cpu-10parsecs", 2, "there is no workload \"cpu-10parsecs\""),
    ("run --workload cpu-2s", 2, "up to 1s"),
    ("run --cell throughput", 2, "there is no cell"),
    ("run --cell throughput/nonsense", 2, "there is no workload"),
    ("run --cell throughput/cpu-0ns", 2, "a job of no length is the workload empty"),
    ("run --cell latency/cpu-10us/0%", 2, "there is no cell"),
    ("run --cell latency/cpu-10us/-5-per-s", 2, "there is no cell"),
    ("run --cell latency/cpu-10us/1-per-s", 2, "so few jobs come"),
    ("run --cell latency/cpu-1us/1000000000-per-s", 2, "no pool can do that"),
    ("run --workers 0", 2, "expected a whole number from 1 to 1024"),
    ("run --workers -1", 2, "invalid value '-1'"),
    ("run --workers 1000000000000000000000", 2, "expected a whole number"),
    ("run --rounds 0", 2, "expected a whole number from 1 to 1000"),
    ("run --rounds many", 2, "expected a whole number"),
    ("run --budget 0s", 2, "expected a time from 1s"),
    ("run --budget -5m", 2, "expected a time from 1s to 7days, such as 5m"),
    ("run --budget abc", 2, "such as 5m"),
    ("run --budget 5m --rounds 3", 2, "--rounds"),
    ("run --seed -1", 2, "expected a whole number from 0"),
    ("run --seed 18446744073709551616", 2, "expected a whole number from 0"),
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
    ("run --assert broken.toml", 2, "--assert broken.toml: line 1: "),
    ("run --resume nowhere", 2, "nowhere"),
    ("run --resume --results none", 2, "no run in none was interrupted"),
    ("run --resume --workers 3", 2, "--workers"),
    ("run --rounds 1 --cell cost/idle --results file/below", 1, "file"),
    ("show runs/machine/foreign", 2, "run.json"),
    ("show runs/machine/broken", 2, "run.json"),
    ("show --results none", 1, "none: no run of this machine is kept there"),
    ("show runs --results absent", 2, "--results absent: no such directory"),
    ("show throughput/empty --results none", 1, "none: no run of this machine is kept there"),
    ("diff nowhere nowhere", 2, "nowhere: there is no such run"),
    ("report nowhere", 2, "nowhere: there is no such run"),
    ("report a b --svg", 2, "--svg: is of one run"),
    ("pick --job soon", 2, "such as 250ns, 50us or 1.5ms"),
    ("pick --job 0us", 2, "0us"),
    ("pick --job 10us --rate fast", 2, "a number such as 2k/s"),
    ("pick --job 10us --rate 1/s --results none", 2, "so few jobs come"),
    ("pick --job 1ms --rate 1M/s --workers 2", 2, "no pool can"),
    ("pick --job 10us --need telepathy", 2, "some backends have async-submit"),
    ("pick --job 10us --goal fame", 2, "possible values: throughput, p99"),
];

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path());
    let before = fs::read_dir(dir.path()).unwrap().count();
    for (arguments, code, says) in CASES {
        let said = run(dir.path(), arguments);
        assert_eq!(said.code, Some(code), "{arguments}\n{}", said.stderr);
        let errors = said.stderr.matches("error: ").count();
        assert_eq!(errors, 1, "{arguments}\n{}", said.stderr);
        assert!(said.stderr.contains(says), "{arguments}\n{}", said.stderr);
        assert_eq!(said.stdout, "", "{arguments}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), before, "something was written");
}
