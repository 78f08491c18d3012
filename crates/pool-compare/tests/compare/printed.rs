//! How much a run prints.

use crate::support::run;

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
