//! Runs to their end, and what is read from them.

use std::fs;

use crate::support::{Said, compare, kept, run, run_file, samples};

#[test]
fn a_quick_run_fits_a_screen_and_the_picks_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let said = run(dir.path(), "run --rounds 5").exits(0);
    let lines: Vec<&str> = said.stdout.lines().collect();
    // On more than two cores, a sweep of the workers is in it.
    let cores = std::thread::available_parallelism().unwrap().get();
    let most = if cores > 2 { 75 } else { 45 };
    assert!(lines.len() <= most, "{} lines:\n{}", lines.len(), said.stdout);
    assert!(lines.iter().all(|line| line.chars().count() <= 100), "{}", said.stdout);
    assert_eq!(lines[0], "Picks");
    assert!(said.stdout.contains("noise"), "{}", said.stdout);
    assert!(said.stderr.contains("checked 5 backends"), "{}", said.stderr);
    assert!(said.stderr.contains(" cells of 5 backends"), "{}", said.stderr);
    let all = run(dir.path(), "run --rounds 5 --full-output").exits(0);
    assert!(all.stdout.contains("CPU time per job") && all.stdout.contains("serial loop"));
}

#[test]
fn a_run_is_kept_with_all_that_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = "run --rounds 5 --seed 7 --backend std,flume --cell throughput/empty --workers 2 \
                     --pin --producers 3 --queue 5 --results-bound 7";
    run(dir.path(), arguments).exits(0);
    let kept = kept(dir.path());
    let names = fs::read_dir(&kept).unwrap().map(|it| it.unwrap().file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["run.json", "samples.jsonl", "summary.csv"]);
    let file = run_file(&kept);
    let configuration = &file["configuration"];
    let asked = ["seed", "workers", "producers", "queue", "results_bound"];
    assert_eq!(asked.map(|key| configuration[key].clone()), [7, 2, 3, 5, 7]);
    assert_eq!((&configuration["pinned"], &file["ended"]), (&true.into(), &"complete".into()));
    assert_eq!(file["backends"][4]["name"], "tokio");
    let blocks = configuration["cells"][0]["blocks"].as_u64().unwrap();
    // Two backends and a twin, five processes.
    assert_eq!(samples(&kept).len() as u64, 3 * 5 * blocks);
    let report = run(dir.path(), "report").exits(0).stdout;
    let html = fs::read_to_string(dir.path().join(report.trim())).unwrap();
    assert!(html.contains("throughput/empty"));
}

#[test]
fn what_breaks_the_contract_is_named_and_not_measured() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = compare(dir.path(), "run --rounds 1 --cell throughput/empty");
    let said = Said::of(&command.env("FAKE_RUNNER_BREAKS", "std").output().unwrap()).exits(1);
    for part in [
        "std breaks the contract, law 5 or 6: a/b: room\n",
        "error: these break the contract: std; `run --backend` measures others\n",
    ] {
        assert!(said.stderr.contains(part), "{}", said.stderr);
    }
    assert!(!dir.path().join("kept").exists());
}
