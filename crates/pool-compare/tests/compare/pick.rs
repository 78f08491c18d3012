//! `cargo compare pick`, `check` and `doctor`.

use crate::support::{Said, kept, run};

fn compare(arguments: &str) -> Said {
    run(tempfile::tempdir().unwrap().path(), arguments)
}

#[test]
fn the_only_backend_with_what_is_needed_is_picked_without_measuring() {
    let said = compare("pick --goal shutdown --need std-only").exits(0);
    assert!(said.stdout.starts_with("pick std\n"), "{}", said.stdout);
    assert!(said.stdout.contains("lacks std-only"), "{}", said.stdout);
    let value = compare("pick --job 1ms --need async-handlers --json").exits(0).json();
    assert_eq!(value["pick"]["name"], "tokio");
    assert_eq!(value["cell"], "throughput/cpu-1ms");
    let said = compare("pick --job 1ms --need std-only,fork").exits(1).stderr;
    assert!(said.contains("std lacks fork, crossbeam lacks std-only and fork"), "{said}");
}

#[test]
fn what_is_not_kept_is_measured_and_then_kept() {
    let dir = tempfile::tempdir().unwrap();
    let said = run(dir.path(), "pick --job 50us").exits(0);
    assert!(said.stderr.contains("measuring throughput/cpu-50us"), "{}", said.stderr);
    assert!(said.stdout.starts_with("pick std\n"), "{}", said.stdout);
    assert!(said.stdout.contains("  6    tied"), "{}", said.stdout);
    let again = run(dir.path(), "pick --job 50us").exits(0);
    assert!(!again.stderr.contains("measuring"), "{}", again.stderr);
    let kept = kept(dir.path());
    let kept = kept.to_str().unwrap();
    let said = run(dir.path(), &format!("pick --job 50us --each --run {kept}")).exits(2).stderr;
    assert!(said.contains("it took its results in batches: leave out --each"), "{said}");
    let shown = run(dir.path(), "show throughput/cpu-50us").exits(0).stdout;
    assert!(shown.contains("  worse"), "{shown}");
}

#[test]
fn a_check_has_a_line_for_each_backend() {
    let lines = compare("check").exits(0).stdout;
    assert_eq!(lines.matches(" 1 cases  ok").count(), 5, "{lines}");
    let checked = compare("check --backend tokio,std --json").exits(0).json();
    assert_eq!(checked["backends"][1]["backend"], "tokio");
}

#[test]
fn the_doctor_has_facts_for_people_and_for_programs() {
    let table = compare("doctor").exits(0).stdout;
    for name in ["cores", "load", "source"] {
        assert!(table.contains(name), "{table}");
    }
    let facts = compare("doctor --json").exits(0).json();
    assert!(facts["facts"].as_array().unwrap().iter().all(|fact| fact["value"].is_string()));
}
