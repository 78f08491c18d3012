//! `cargo compare report`, run as a program: what it says where there is nothing to report on.
//! The report itself is tested beside its code.

use std::path::Path;

use assert_cmd::assert::Assert;

use crate::support::run;

fn report(dir: &Path, args: &[&str]) -> Assert {
    run(dir, &[&["report"], args].concat())
}

/// It is misuse, said in one line that begins so.
fn assert_misuse(assert: Assert, begins: &str) {
    let output = assert.code(2).stdout("").get_output().stderr.clone();
    let said = String::from_utf8(output).unwrap();
    assert!(said.starts_with(&format!("error: {begins}")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn without_a_kept_run_there_is_no_report() {
    let dir = tempfile::tempdir().unwrap();
    report(dir.path(), &["--results", "none"]).code(1).stdout("");
    assert_misuse(report(dir.path(), &["elsewhere"]), "elsewhere: there is no such run");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn charts_for_a_readme_are_of_one_run() {
    let dir = tempfile::tempdir().unwrap();
    assert_misuse(report(dir.path(), &["a", "b", "--svg"]), "--svg: is of one run");
}
