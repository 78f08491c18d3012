//! Runs to their end, and what is read from them.

use serde_json::Value;

use crate::{
    kept::{directory, run_file, samples},
    support::{names, run, stderr, stdout},
};

#[test]
fn a_run_is_measured_ranked_kept_and_can_be_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    let compare = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        run(dir.path(), &[&arguments[..], &["--results", "kept"]].concat())
    };
    let measured = compare(
        "run --rounds 2 --seed 7 --backend std,flume --cell throughput/empty,shutdown/idle \
         --workers 2",
    )
    .success();
    let said = stdout(&measured);
    for part in ["Throughput", "Shutdown", "std ", "flume ", "Picks"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    assert!(stderr(&measured).contains("checked 2 backends"), "{}", stderr(&measured));

    let kept = directory(&dir.path().join("kept")).unwrap();
    assert_eq!(names(&kept), ["run.json", "samples.jsonl", "summary.csv"]);
    let file = run_file(&kept);
    assert_eq!(
        (file["configuration"]["seed"].as_u64(), file["ended"].as_str()),
        (Some(7), Some("complete"))
    );
    let plan = &file["configuration"]["cells"][0];
    let blocks = usize::try_from(plan["blocks"].as_u64().unwrap()).unwrap();
    let of_throughput = samples(&kept).iter().filter(|it| it["cell"] == "throughput/empty").count();
    // Two backends and a twin, two processes.
    assert_eq!(of_throughput, 3 * 2 * blocks);

    for verb in ["show", "rank", "cmp std flume"] {
        let shown = stdout(&compare(verb).success());
        assert!(shown.contains("throughput/empty") || shown.contains("Throughput"), "{shown}");
        let json: Value =
            serde_json::from_str(&stdout(&compare(&format!("{verb} --json")))).unwrap();
        assert!(json.is_object() || json.is_array(), "{verb}");
    }
    let report = compare("report").success();
    let html = std::fs::read_to_string(dir.path().join(stdout(&report).trim())).unwrap();
    assert!(html.contains("throughput/empty"));
    let table = stdout(&compare("show --samples").success());
    assert!(table.lines().count() > of_throughput, "a line a value");
}

#[test]
fn a_run_for_programs_is_one_object() {
    let dir = tempfile::tempdir().unwrap();
    let arguments =
        ["run", "--rounds", "1", "--cell", "cost/memory", "--results", "kept", "--json"];
    let measured = run(dir.path(), &arguments).success();
    let json: Value = serde_json::from_str(&stdout(&measured)).unwrap();
    assert_eq!(json["run"]["configuration"]["backends"].as_array().unwrap().len(), 5);
}

#[test]
fn a_budget_ends_a_run_and_the_users_own_jobs_can_be_measured() {
    let dir = tempfile::tempdir().unwrap();
    let profile = "name = \"mine\"\nproducers = 2\nrate = 20000\n\
                   [work]\ndistribution = \"exponential\"\nmean = \"5us\"\n";
    std::fs::write(dir.path().join("mine.toml"), profile).unwrap();
    let arguments = ["run", "--profile", "mine.toml", "--budget", "1s", "--backend", "std"];
    run(dir.path(), &[&arguments[..], &["--results", "kept"]].concat()).success();
    let file = run_file(&directory(&dir.path().join("kept")).unwrap());
    let cells = file["cells"].as_array().unwrap();
    let named: Vec<&str> = cells.iter().map(|it| it["cell"].as_str().unwrap()).collect();
    assert_eq!(named, ["throughput/mine", "latency/mine/20000-per-s"]);
    assert!(cells.iter().any(|it| it["stopped"] == "budget"), "{file}");
}
