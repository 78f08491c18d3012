//! The checksum workload reads real files.

use std::{fs, path::Path, process::Command};

use pool_workloads::{ChecksumError, Job, Workload};

/// The digests of FIPS 180-4's examples, and of nothing: their first eight bytes.
const ABC: u64 = 0xba78_16bf_8f01_cfea;
const MILLION_A: u64 = 0xcdc7_6e5c_9914_fb92;
const NOTHING: u64 = 0xe3b0_c442_98fc_1c14;

fn run(jobs: Vec<Job>) -> u64 {
    jobs.into_iter().map(Job::run).fold(0, u64::wrapping_add)
}

fn write_three(dir: &Path) {
    fs::create_dir(dir.join("sub")).unwrap();
    fs::write(dir.join("abc"), "abc").unwrap();
    fs::write(dir.join("sub/long"), "a".repeat(1_000_000)).unwrap();
    fs::write(dir.join("sub/nothing"), "").unwrap();
}

#[test]
fn files_are_taken_in_turn_and_give_the_digests_of_the_standard() {
    let dir = tempfile::tempdir().unwrap();
    write_three(dir.path());
    let workload = Workload::checksum(dir.path()).unwrap();
    assert_eq!(workload.describe(), "SHA-256 of 3 files in turn");

    let batch = workload.batch(5, 1);
    let each: Vec<_> = batch.jobs.into_iter().map(Job::run).collect();
    assert_eq!(each, [ABC, MILLION_A, NOTHING, ABC, MILLION_A]);
    assert_eq!(each.into_iter().fold(0, u64::wrapping_add), batch.answer);
}

#[test]
fn the_system_s_tool_agrees() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, [0, 1, 2, 0xff].repeat(10_001)).unwrap();
    // Where there is none, the digests of the standard have to do.
    let Ok(output) = Command::new("sha256sum").arg(&file).output() else { return };
    let digest = String::from_utf8(output.stdout).unwrap();
    let answer = u64::from_str_radix(&digest[..16], 16).unwrap();
    assert_eq!(Workload::checksum(dir.path()).unwrap().batch(1, 1).answer, answer);
}

#[test]
fn a_file_that_has_changed_or_gone_is_found_by_the_answer() {
    let dir = tempfile::tempdir().unwrap();
    write_three(dir.path());
    let workload = Workload::checksum(dir.path()).unwrap();
    let (changed, gone) = (workload.batch(3, 1), workload.batch(3, 1));

    fs::write(dir.path().join("abc"), "xyz").unwrap();
    assert_ne!(run(changed.jobs), changed.answer);

    fs::remove_file(dir.path().join("abc")).unwrap();
    assert_ne!(run(gone.jobs), gone.answer);
}

#[test]
fn a_directory_without_files_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("sub")).unwrap();
    let error = Workload::checksum(dir.path()).unwrap_err();
    assert!(matches!(&error, ChecksumError::Empty(path) if path == dir.path()));
    assert_eq!(error.to_string(), format!("{}: there is no file under it", dir.path().display()));
}

#[test]
fn a_directory_that_is_not_there_is_refused_by_its_name() {
    let nowhere = Path::new("/nowhere/at/all");
    let error = Workload::checksum(nowhere).unwrap_err();
    assert!(matches!(&error, ChecksumError::Unreadable { path, .. } if path == nowhere));
    assert!(error.to_string().starts_with("/nowhere/at/all: "), "{error}");
}
