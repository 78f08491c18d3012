//! `cargo compare checksum` when something is in the way: files that cannot be read, time
//! that runs out, Ctrl-C, full disks, readers that leave.

use std::{
    fs, io,
    process::{Output, Stdio},
};

use super::{checksum, run};
use crate::support::{add_huge_file, directory, names, run_and_at, signal, wait};
use serde_json::Value;

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// As whoever runs the tests; or as nobody, if permissions do not apply to them.
#[test]
#[cfg(unix)]
fn files_that_cannot_be_read_are_named_and_do_not_stop_the_rest() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};

    let dir = directory(&[("a", b"abc".as_slice()), ("locked", b"secret"), ("sub/x", b"")]);
    let chmod = |name: &str, mode| {
        fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    chmod("d/locked", 0o000);
    chmod("d/sub", 0o000);
    let args = ["--input", "d", "--rounds", "2", "--output", "SUMS"];
    let mut command = checksum(dir.path(), &args);
    if fs::read(dir.path().join("d/locked")).is_ok() {
        // The program may lie where nobody may go.
        fs::copy(env!("CARGO_BIN_EXE_pool-compare"), dir.path().join("program")).unwrap();
        chmod("", 0o777);
        command = std::process::Command::new(dir.path().join("program"));
        command.arg("checksum").args(args).current_dir(dir.path()).uid(65534).gid(65534);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = loop {
        match command.spawn() {
            // Another test was starting a process while the copy was open for writing.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {}
            spawned => break spawned,
        }
    };
    let Ok(child) = child else {
        eprintln!("SKIPPED: permissions do not apply here, and nobody else can be had");
        return;
    };
    let output = wait(child);
    chmod("d/locked", 0o644);
    chmod("d/sub", 0o755);

    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("d/locked: job 1 failed: Permission denied"), "{said}");
    assert!(said.contains("d/sub: Permission denied"), "{said}");
    assert!(said.ends_with("error: 2 files or directories could not be read\n"), "{said}");
    let lines = fs::read_to_string(dir.path().join("SUMS")).unwrap();
    assert_eq!(lines.lines().count(), 1);
    assert!(lines.ends_with("  d/a\n"));
}

#[test]
fn a_timeout_says_what_was_not_done_and_leaves_the_output_alone() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    add_huge_file(&dir);
    fs::write(dir.path().join("SUMS"), "old").unwrap();
    let args = ["--input", "d", "--timeout", "200ms", "--output", "SUMS"];
    let assert = run(dir.path(), &args).code(1);
    let said = stderr(assert.get_output());
    assert!(said.contains("error: timed out after 200ms, in the warm-up, "), "{said}");
    assert!(said.contains(" of 2 files finished, ") && said.contains("d/huge"), "{said}");
    assert_eq!(fs::read(dir.path().join("SUMS")).unwrap(), b"old");
    assert_eq!(names(dir.path()), ["SUMS", "d"]);
}

#[test]
fn no_time_at_all_is_a_timeout_too() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    let assert = run(dir.path(), &["--input", "d", "--timeout", "0s"]).code(1);
    assert!(stderr(assert.get_output()).contains("while looking for files"));
}

#[test]
fn more_time_than_a_clock_can_count_is_no_timeout() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    let args = ["--input", "d", "--rounds", "1", "--timeout", "500000000000years"];
    run(dir.path(), &args).success();
}

#[test]
#[cfg(unix)]
fn ctrl_c_stops_a_job_half_way_and_leaves_the_output_alone() {
    for name in ["INT", "TERM"] {
        let dir = directory(&[("a", b"abc".as_slice())]);
        add_huge_file(&dir);
        fs::write(dir.path().join("SUMS"), "old").unwrap();
        let command = checksum(dir.path(), &["--input", "d", "--output", "SUMS"]);
        let output = run_and_at(command, "warm-up", |pid| signal(pid, name));
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(said.contains("error: interrupted, in the warm-up, "), "{said}");
        assert!(said.contains(" not finished: ") && said.contains("d/huge"), "{said}");
        assert_eq!(fs::read(dir.path().join("SUMS")).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["SUMS", "d"]);
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_keeps_the_rounds_that_were_complete() {
    let files: Vec<_> = (0..100).map(|n| (format!("f{n}"), b"abc".as_slice())).collect();
    let dir = directory(&files);
    let args = ["--input", "d", "--rounds", "1000000", "--json"];
    let output = run_and_at(checksum(dir.path(), &args), "round 3 of", |pid| signal(pid, "INT"));
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rounds = report["rounds"].as_u64().unwrap();
    assert!(rounds >= 2);
    for row in report["rows"].as_array().unwrap() {
        assert_eq!(row["seconds"].as_array().unwrap().len() as u64, rounds);
    }
    assert_eq!(report["stopped"]["reason"], "interrupted");
    assert!(!report["stopped"]["not_finished"].as_array().unwrap().is_empty());
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    for json in [None, Some("--json")] {
        let mut command = checksum(dir.path(), &["--input", "d", "--rounds", "1"]);
        command.args(json).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = wait(child);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(!stderr(&output).contains("panic"));
    }
    let mut command = checksum(dir.path(), &["--input", "d", "--rounds", "1"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    let output = wait(child);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("serial loop"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_a_device_is_not_replaced() {
    use std::os::unix::fs::FileTypeExt;

    let dir = directory(&[("a", b"abc".as_slice())]);
    let assert = run(dir.path(), &["--input", "d", "--rounds", "1", "--output", "/dev/full"]);
    let said = stderr(assert.code(1).get_output());
    assert!(said.ends_with(
        "error: --output /dev/full: not written: No space left on device (os error 28)\n"
    ));
    assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());

    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = checksum(dir.path(), &["--input", "d", "--rounds", "1"]);
    let output = wait(command.stdout(full).stderr(Stdio::piped()).spawn().unwrap());
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("error: standard output: No space left"));
}
