//! The checksum workload reads real files.

use std::{fs, path::Path, process::Command};

use pool_workloads::{Checksums, Job, Workload};

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
    let (files, unreadable) = Checksums::under(dir.path());
    assert!(unreadable.is_empty());
    let workload = Workload::checksum(files).unwrap();
    assert_eq!(workload.describe(), "SHA-256 of 3 files in turn");

    let batch = workload.batch(5, 1);
    let each: Vec<_> = batch.jobs.into_iter().map(Job::run).collect();
    assert_eq!(each, [ABC, MILLION_A, NOTHING, ABC, MILLION_A]);
    assert_eq!(each.into_iter().fold(0, u64::wrapping_add), batch.answer);
}

#[test]
fn the_system_s_tool_agrees_in_either_direction_and_with_odd_names() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("plain"), [0, 1, 2, 0xff].repeat(10_001)).unwrap();
    fs::write(dir.path().join("ä b"), "x").unwrap();
    #[cfg(unix)]
    fs::write(dir.path().join("back\\slash\nand line"), "y").unwrap();
    let (files, _) = Checksums::under(dir.path());
    let list = tempfile::NamedTempFile::new().unwrap();
    fs::write(list.path(), files.to_string()).unwrap();
    assert_eq!(Checksums::parse("list", &files.to_string()).unwrap(), files);
    // Where there is none, the digests of the standard have to do.
    let Ok(output) = Command::new("sha256sum").arg("--check").arg(list.path()).output() else {
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_file_that_has_changed_or_gone_is_found_by_the_answer_and_named() {
    let dir = tempfile::tempdir().unwrap();
    write_three(dir.path());
    let (files, _) = Checksums::under(dir.path());
    let workload = Workload::checksum(files.clone()).unwrap();
    let (changed, gone) = (workload.batch(3, 1), workload.batch(3, 1));
    assert!(files.changed().is_empty());

    fs::write(dir.path().join("abc"), "xyz").unwrap();
    assert_ne!(run(changed.jobs), changed.answer);

    fs::remove_file(dir.path().join("abc")).unwrap();
    assert_ne!(run(gone.jobs), gone.answer);
    assert_eq!(files.changed(), [dir.path().join("abc")]);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_not_lost() {
    let (files, unreadable) = Checksums::under(Path::new("/nowhere/at/all"));
    assert!(files.is_empty() && Workload::checksum(files).is_none());
    assert_eq!(unreadable[0].path, Path::new("/nowhere/at/all"));
}

#[test]
fn a_line_that_is_no_checksum_is_named() {
    for line in ["", "abc  x", &"0".repeat(64), &format!("{}  ", "0".repeat(64))] {
        let text = format!("{}  a\n{line}\n", "0".repeat(64));
        let error = Checksums::parse("sums", &text).unwrap_err().to_string();
        assert!(error.starts_with("sums:2:1: expected 64"), "{line:?}: {error}");
    }
}
