//! `cargo compare checksum` as its users meet it: what it prints, writes and returns.

mod failures;

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::support::{self, directory, names, stderr, stdout};

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// `cargo compare checksum`, to be run in `dir`.
fn checksum(dir: &Path, args: &[&str]) -> Command {
    support::compare(dir, &[&["checksum"], args].concat())
}

/// Runs it to its end.
fn run(dir: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    support::run(dir, &[&["checksum"], args].concat())
}

#[test]
fn the_table_has_a_row_for_one_thread_and_for_each_backend() {
    let dir = directory(&[("a", b"abc".as_slice()), ("b", b"")]);
    let assert = run(dir.path(), &["--input", "d"]).success();
    let table = stdout(&assert);
    for row in ["serial loop", "std", "crossbeam", "flume", "rayon", "tokio"] {
        assert_eq!(table.lines().filter(|line| line.starts_with(row)).count(), 1, "{table}");
    }
    assert!(table.contains("Median (min..max) of 5 rounds"), "{table}");
    assert!(table.contains("order drawn with --seed "), "{table}");
    assert!(stderr(&assert).contains("2 files in d, 3 B"));
}

#[test]
fn every_backend_writes_the_same_sorted_lines() {
    let dir = directory(&[("b", b"abc".as_slice()), ("a/c", b""), ("a-c", b"abc")]);
    for backend in ["std", "crossbeam", "flume", "rayon", "tokio", "all", "tokio,std"] {
        let args = ["--input", "d", "--backend", backend, "--rounds", "1", "--output", "SUMS"];
        run(dir.path(), &args).success();
        let lines = fs::read_to_string(dir.path().join("SUMS")).unwrap();
        assert_eq!(lines, format!("{ABC}  d/a-c\n{EMPTY}  d/a/c\n{ABC}  d/b\n"));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_lines_are_those_of_coreutils_whatever_the_names_are() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let version = Command::new("sha256sum").arg("--version").output();
    if !version.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).contains("coreutils")) {
        eprintln!("SKIPPED: there is no sha256sum of GNU coreutils here to compare with");
        return;
    }
    let odd: [&[u8]; 9] = [
        b"two  spaces",
        b" leading",
        b"new\nline",
        b"carriage\rreturn",
        b"back\\slash",
        b"\\n",
        b"not\xff\xfeunicode",
        b"-rf",
        "ünïcode/\u{1F980}".as_bytes(),
    ];
    let files: Vec<_> =
        odd.iter().map(|&name| (Path::new(OsStr::from_bytes(name)), name)).collect();
    let dir = directory(&files);
    let elsewhere = tempfile::tempdir().unwrap();
    let sums = elsewhere.path().join("SUMS");
    for input in ["d", "./d", "d/", "d//", ".", "./", dir.path().to_str().unwrap()] {
        run(dir.path(), &["--input", input, "--rounds", "1", "--output", sums.to_str().unwrap()])
            .success();
        let ours = fs::read(&sums).unwrap();
        let pipeline = r#"find "$1" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum --"#;
        let theirs = Command::new("sh")
            .args(["-c", pipeline, "sh", input])
            .current_dir(dir.path())
            .output()
            .unwrap()
            .stdout;
        assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&theirs), "{input}");
        assert_eq!(ours, theirs, "{input}");

        let check = Command::new("sha256sum")
            .args(["--check", "--strict", "--quiet"])
            .arg(&sums)
            .current_dir(dir.path())
            .status();
        assert!(check.unwrap().success(), "{input}");
    }
}

#[test]
fn a_second_run_replaces_the_output_and_does_not_checksum_it() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    let args = ["--input", "d", "--rounds", "1", "--output", "d/SUMS"];
    let first = run(dir.path(), &args).success();
    assert!(!stderr(&first).contains("left out"));
    let second = run(dir.path(), &args).success();
    assert!(stderr(&second).contains("left out: d/SUMS, which is the output file"));
    assert_eq!(fs::read_to_string(dir.path().join("d/SUMS")).unwrap(), format!("{ABC}  d/a\n"));
    assert_eq!(names(&dir.path().join("d")), ["SUMS", "a"]);
}

#[test]
#[cfg(unix)]
fn the_output_file_is_as_readable_as_any_new_file() {
    use std::os::unix::fs::PermissionsExt;

    let dir = directory(&[("a", b"abc".as_slice())]);
    run(dir.path(), &["--input", "d", "--rounds", "1", "--output", "SUMS"]).success();
    let mode = |name| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("SUMS"), mode("d/a"));
}

#[test]
#[cfg(unix)]
fn symbolic_links_and_pipes_are_not_files() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    let d = dir.path().join("d");
    std::os::unix::fs::symlink("a", d.join("link")).unwrap();
    std::os::unix::fs::symlink("..", d.join("up")).unwrap();
    assert!(Command::new("mkfifo").arg(d.join("pipe")).status().unwrap().success());
    run(dir.path(), &["--input", "d", "--rounds", "1", "--output", "SUMS"]).success();
    assert_eq!(fs::read_to_string(dir.path().join("SUMS")).unwrap(), format!("{ABC}  d/a\n"));
}

#[test]
fn an_empty_directory_is_said_to_be_empty() {
    let dir = directory::<&str>(&[]);
    fs::create_dir(dir.path().join("d/sub")).unwrap();
    let assert = run(dir.path(), &["--input", "d", "--output", "SUMS"]).success();
    assert_eq!(stderr(&assert), "no regular files in d\n");
    assert_eq!(stdout(&assert), "");
    assert_eq!(fs::read(dir.path().join("SUMS")).unwrap(), b"");

    let report: Value = parse(&run(dir.path(), &["--input", "d", "--json"]).success());
    assert_eq!(report["files"], 0);
}

#[test]
fn json_has_every_sample() {
    let dir = directory(&[("a", b"abc".as_slice()), ("b", b"de")]);
    let args = ["--input", "d", "--rounds", "3", "--workers", "3", "--seed", "7", "--json"];
    let report = parse(&run(dir.path(), &args).success());
    assert_eq!(report["input"], "d");
    for (key, value) in [("files", 2), ("bytes", 5), ("rounds", 3), ("workers", 3), ("seed", 7)] {
        assert_eq!(report[key], value, "{key}");
    }
    let rows = report["rows"].as_array().unwrap();
    let names: Vec<_> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["serial loop", "std", "crossbeam", "flume", "rayon", "tokio"]);
    for row in rows {
        assert_eq!(row["seconds"].as_array().unwrap().len(), 3);
        assert!(row["summary"]["median"].as_f64().unwrap() > 0.0);
        assert!(row["speed_up"]["median"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(report["unreadable"], Value::Array(Vec::new()));
    assert!(report["stopped"].is_null());
}

fn parse(assert: &assert_cmd::assert::Assert) -> Value {
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

#[test]
fn a_command_line_that_makes_no_sense_is_one_clear_line_and_exit_code_2() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    for (args, says) in [
        ("--input nowhere", "--input nowhere: "),
        ("--input d/a", "--input d/a: not a directory"),
        (
            "--input d --backend corssbeam",
            "unknown backend `corssbeam`, expected one of: std, crossbeam, flume, rayon, tokio",
        ),
        ("--input d --backend std,,flume", "unknown backend ``"),
        ("--input d --workers 0", "expected a whole number from 1 to 1024"),
        ("--input d --workers 100000", "expected a whole number from 1 to 1024"),
        ("--input d --rounds 0", "there must be at least 1 round"),
        ("--input d --rounds many", "invalid digit"),
        ("--input d --timeout soon", "'--timeout <TIME>'"),
        ("--input d --output nowhere/SUMS", "--output nowhere/SUMS: cannot be written there: "),
        ("--input d --output d", "--output d: cannot be written there: is a directory"),
        ("--input d --output d/a/SUMS", "--output d/a/SUMS: cannot be written there: "),
    ] {
        let args: Vec<_> = args.split(' ').collect();
        let assert = run(dir.path(), &args).code(2);
        let said = stderr(&assert);
        assert!(said.starts_with("error: ") && said.contains(says), "{args:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
        assert_eq!(stdout(&assert), "", "{args:?}");
    }
    assert_eq!(names(dir.path()), ["d"]);
}

#[test]
fn there_is_help_within_a_terminal() {
    let dir = directory::<&str>(&[]);
    let help = stdout(&run(dir.path(), &["--help"]).success());
    assert!(help.contains("Examples:"));
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
}

#[test]
fn nothing_is_coloured_where_nobody_watches() {
    let dir = directory(&[("a", b"abc".as_slice())]);
    for no_color in [None, Some("1")] {
        let mut command = checksum(dir.path(), &["--input", "d", "--rounds", "1"]);
        command.env_remove("NO_COLOR").envs(no_color.map(|value| ("NO_COLOR", value)));
        let assert = assert_cmd::Command::from_std(command).assert().success();
        assert!(!stdout(&assert).contains('\x1b') && !stderr(&assert).contains('\x1b'));
    }
}
