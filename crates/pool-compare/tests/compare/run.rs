//! Runs to their end, and what is read from them.

use std::fs;

use serde_json::Value;

use crate::support::{Said, compare, kept, run, run_file, samples};

#[test]
fn a_quick_run_fits_a_screen_and_the_picks_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let said = run(dir.path(), "run --rounds 5").exits(0);
    let lines: Vec<&str> = said.stdout.lines().collect();
    let cells = run(dir.path(), "show cells --json").exits(0).json();
    let is_quick = |it: &&Value| it["presets"].as_array().unwrap().contains(&"quick".into());
    let cells = cells.as_array().unwrap().iter().filter(is_quick).count();
    // On more than two cores, a sweep of the workers is in it.
    let cores = std::thread::available_parallelism().unwrap().get();
    let most = if cores > 2 { 75 } else { 45 };
    assert!(lines.len() <= most, "{} lines:\n{}", lines.len(), said.stdout);
    assert!(lines.iter().all(|line| line.chars().count() <= 100), "{}", said.stdout);
    assert_eq!(lines[0], "Picks");
    assert!(said.stdout.contains("noise"), "{}", said.stdout);
    assert!(said.stderr.contains("checked 5 backends"), "{}", said.stderr);
    let measuring = format!("measuring {cells} cells of 5 backends");
    assert!(said.stderr.contains(&measuring), "{}", said.stderr);
    let all = run(dir.path(), "run --rounds 5 --full-output").exits(0);
    assert!(all.stdout.contains("CPU time per job") && all.stdout.contains("serial loop"));
}

#[test]
fn a_run_is_measured_ranked_kept_and_can_be_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    let compare = |arguments: &str| run(dir.path(), arguments);
    compare(
        "run --rounds 5 --seed 7 --backend std,flume --cell throughput/empty,shutdown/idle \
         --workers 2 --pin --producers 3 --queue 5 --results-bound 7",
    )
    .exits(0);
    let kept = kept(dir.path());
    let mut names: Vec<_> =
        fs::read_dir(&kept).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["run.json", "samples.jsonl", "summary.csv"]);
    let file = run_file(&kept);
    let configuration = &file["configuration"];
    let asked = ["seed", "workers", "producers", "queue", "results_bound"];
    assert_eq!(asked.map(|key| configuration[key].clone()), [7, 2, 3, 5, 7]);
    assert_eq!(configuration["pinned"], true);
    assert_eq!(file["ended"], "complete");
    assert_eq!(file["backends"][4]["name"], "tokio");
    let blocks = file["configuration"]["cells"][0]["blocks"].as_u64().unwrap();
    let of_throughput = samples(&kept).iter().filter(|it| it["cell"] == "throughput/empty").count();
    // Two backends and a twin, five processes.
    assert_eq!(of_throughput as u64, 3 * 5 * blocks);

    for (view, part) in [
        ("show", "Time per job"),
        ("show throughput/empty", "[1.49, 1.50]  worse"),
        ("show std flume", "std / flume"),
        ("show runs", "complete"),
        ("show cells", "throughput/cpu-10us"),
        ("show workloads", "skewed"),
        ("show backends", "async-submit"),
        ("show throughput/empty", "CPU time per job"),
    ] {
        let shown = compare(view).exits(0).stdout;
        assert!(shown.contains(part), "{view}: {shown}");
        let json = compare(&format!("{view} --json")).exits(0).json();
        assert!(json.is_object() || json.is_array(), "{view}");
    }
    let said = compare("show std nothing").exits(2).stderr;
    assert!(said.contains("has no nothing; it has flume, std"), "{said}");
    let report = compare("report").exits(0).stdout;
    let html = fs::read_to_string(dir.path().join(report.trim())).unwrap();
    assert!(html.contains("throughput/empty"));
    let name = kept.file_name().unwrap().to_str().unwrap();
    compare(
        "run --rounds 5 --seed 8 --backend std,flume --cell throughput/empty --workers 2 --pin \
         --producers 3 --queue 5 --results-bound 7",
    )
    .exits(0);
    let across = format!("show {name} {name}-2");
    let shown = compare(&across).exits(0).stdout;
    assert!(shown.contains("4 of 4 have not changed") && shown.contains("seed: 7 -> 8"), "{shown}");
    let json = compare(&format!("{across} --json")).exits(0).json();
    assert_eq!(json["changes"].as_array().unwrap().len(), 4);
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

#[test]
fn a_sweep_keeps_each_point_and_shows_how_rates_grow() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = "run --rounds 2 --backend std,flume --cell throughput/cpu-1us --receive both \
                     --sweep workers=4,1,2,3,4,6,8 --sweep producers=1,16";
    let said = run(dir.path(), arguments).exits(0).stdout;
    let cells = run_file(&kept(dir.path()))["cells"].as_array().unwrap().len();
    assert_eq!(cells, 6 * 2 * 2);
    let json = run(dir.path(), "show --json").exits(0).json();
    // Along the workers, for each number of producers and both ways.
    assert_eq!(json["analysis"]["scaling"].as_array().unwrap().len(), 2 * 2);
    let shown = run(dir.path(), "show").exits(0).stdout;
    for (text, part) in [
        (&said, "Time per job (recv)"),
        (&said, "Time per job (recv_batch 100 µs)"),
        (&said, "Jobs a second over workers, 1us jobs, producers 16 (recv_batch 100 µs)"),
        // The fake takes as long with any number of workers.
        (&shown, "flume gains up to about 1 [1, 1] workers with 1us jobs"),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let runs = run(dir.path(), "show runs").exits(0).stdout;
    assert!(runs.contains("workers=1,2,3,4,6,8, producers=1,16, receive=each"), "{runs}");
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
    fs::write(dir.path().join("met"), "# All of them.\nshutdown/idle <= 4e6\n").unwrap();
    fs::write(dir.path().join("missed"), "shutdown/idle <= 2.5e6 # but std").unwrap();
    let said = run(dir.path(), "run --rounds 2 --assert met").exits(0).stdout;
    assert!(said.contains("shutdown/idle <= 4.00 ms"), "{said}");
    let said = run(dir.path(), "run --rounds 2 --assert missed").exits(1);
    assert!(said.stdout.contains("MISSED 3.0"), "{}", said.stdout);
    assert!(said.stderr.ends_with("error: missed: 1 target\n"), "{}", said.stderr);
}
