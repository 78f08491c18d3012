//! Runs to their end, and what is read from them.

use std::fs;

use crate::support::{kept, run, run_file, samples};

#[test]
fn a_quick_run_fits_a_screen_and_the_picks_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let said = run(dir.path(), "run --rounds 5").exits(0);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert!(lines.len() <= 45, "{} lines:\n{}", lines.len(), said.stdout);
    assert!(lines.iter().all(|line| line.chars().count() <= 100), "{}", said.stdout);
    assert_eq!(lines[0], "Picks");
    assert!(said.stdout.contains("noise"), "{}", said.stdout);
    assert!(said.stderr.contains("checked 5 backends"), "{}", said.stderr);
    assert!(said.stderr.contains("measuring 13 cells of 5 backends"), "{}", said.stderr);
    let all = run(dir.path(), "run --rounds 5 --full-output").exits(0);
    assert!(all.stdout.contains("CPU time per job") && all.stdout.contains("serial loop"));
}

#[test]
fn a_run_is_measured_ranked_kept_and_can_be_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    let compare = |arguments: &str| run(dir.path(), arguments);
    compare(
        "run --rounds 5 --seed 7 --backend std,flume --cell throughput/empty,shutdown/idle \
         --workers 2",
    )
    .exits(0);
    let kept = kept(dir.path());
    let mut names: Vec<_> =
        fs::read_dir(&kept).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["run.json", "samples.jsonl", "summary.csv"]);
    let file = run_file(&kept);
    assert_eq!(file["configuration"]["seed"], 7);
    assert_eq!(file["ended"], "complete");
    assert_eq!(file["backends"][4]["name"], "tokio");
    let blocks = file["configuration"]["cells"][0]["blocks"].as_u64().unwrap();
    let of_throughput = samples(&kept).iter().filter(|it| it["cell"] == "throughput/empty").count();
    // Two backends and a twin, five processes.
    assert_eq!(of_throughput as u64, 3 * 5 * blocks);

    for (view, part) in [
        ("show", "Time per job"),
        ("show throughput/empty", "flume and std: std is better by"),
        ("show std flume", "std / flume"),
        ("show runs", "complete"),
        ("show cells", "throughput/cpu-10us"),
        ("show workloads", "skewed"),
        ("show backends", "async-submit"),
        ("show throughput/empty --quantity cpu_per_job_ns", "CPU time per job"),
    ] {
        let shown = compare(view).exits(0).stdout;
        assert!(shown.contains(part), "{view}: {shown}");
        let json = compare(&format!("{view} --json")).exits(0).json();
        assert!(json.is_object() || json.is_array(), "{view}");
    }
    let said = compare("show std nothing").exits(2).stderr;
    assert!(said.contains("has no nothing; it has flume, std, std (twin)"), "{said}");
    let said = compare("show cost/idle").exits(2).stderr;
    assert!(said.contains("no run of this machine has cost/idle"), "{said}");
    let report = compare("report").exits(0).stdout;
    let html = fs::read_to_string(dir.path().join(report.trim())).unwrap();
    assert!(html.contains("throughput/empty"));
    let table = compare("show --samples").exits(0).stdout;
    assert!(table.lines().count() > of_throughput, "a line a value");
    let name = kept.file_name().unwrap().to_str().unwrap();
    compare("run --rounds 5 --seed 8 --backend std,flume --cell throughput/empty --workers 2")
        .exits(0);
    let changes = compare(&format!("diff {name} {name}-2")).exits(0).stdout;
    assert!(changes.contains("4 of 4 without a change"), "{changes}");
}

#[test]
fn what_is_asked_of_a_run_is_kept_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = "run --rounds 1 --cell cost/memory --each --pin --json";
    let json = run(dir.path(), arguments).exits(0).json();
    let configuration = &json["run"]["configuration"];
    assert_eq!(configuration["backends"].as_array().unwrap().len(), 5);
    assert_eq!(configuration["linger_us"], serde_json::Value::Null);
    assert_eq!(configuration["pinned"], true);
}

#[test]
fn a_budget_ends_a_run_and_the_users_own_jobs_can_be_measured() {
    let dir = tempfile::tempdir().unwrap();
    let profile = "name = \"mine\"\nproducers = 2\nrate = 20000\n\
                   [work]\ndistribution = \"exponential\"\nmean = \"5us\"\n";
    fs::write(dir.path().join("mine.toml"), profile).unwrap();
    run(dir.path(), "run --profile mine.toml --budget 1s --backend std").exits(0);
    let file = run_file(&kept(dir.path()));
    let cells = file["cells"].as_array().unwrap();
    let named: Vec<&str> = cells.iter().map(|it| it["cell"].as_str().unwrap()).collect();
    assert_eq!(named, ["throughput/mine", "latency/mine/20000-per-s"]);
    assert!(cells.iter().any(|it| it["stopped"] == "budget"), "{file}");
}

#[test]
fn a_target_that_is_missed_is_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    let target = |limit: &str| {
        format!("[[target]]\nwhat = \"value\"\ncell = \"shutdown/idle\"\nat-most = {limit}\n")
    };
    fs::write(dir.path().join("met.toml"), target("4e6")).unwrap();
    fs::write(dir.path().join("missed.toml"), target("2.5e6")).unwrap();
    let said = run(dir.path(), "run --rounds 2 --assert met.toml").exits(0).stdout;
    assert!(said.contains("shutdown/idle, at most 4.00 ms"), "{said}");
    let said = run(dir.path(), "run --rounds 2 --assert missed.toml").exits(1);
    assert!(said.stdout.contains("MISSED 3.0"), "{}", said.stdout);
    assert!(said.stderr.ends_with("error: missed: 1 target\n"), "{}", said.stderr);
}
