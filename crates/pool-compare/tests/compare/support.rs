//! Runs the program, always bounded in time.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use assert_cmd::assert::Assert;
use tempfile::TempDir;

/// Nothing here takes longer, unless it hangs.
pub(crate) const HANG: Duration = Duration::from_secs(120);

/// `cargo compare`, to be run in `dir`.
pub(crate) fn compare(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pool-compare"));
    command.args(args).current_dir(dir).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(dir: &Path, args: &[&str]) -> Assert {
    assert_cmd::Command::from_std(compare(dir, args)).timeout(HANG).assert()
}

/// What it said on standard output.
pub(crate) fn stdout(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

/// What it said on standard error.
pub(crate) fn stderr(assert: &Assert) -> String {
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

/// A temporary directory with a directory `d` in it, that holds these files.
pub(crate) fn directory<N: AsRef<Path>>(files: &[(N, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("d")).unwrap();
    for (name, contents) in files {
        let path = dir.path().join("d").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    dir
}

/// Adds `d/huge`, which takes hours to checksum and no room on the disk.
pub(crate) fn add_huge_file(dir: &TempDir) {
    let file = fs::File::create(dir.path().join("d/huge")).unwrap();
    file.set_len(1 << 40).unwrap();
}

/// Starts it, waits until it has said `cue` on standard error, calls `then` with its
/// process id, and waits for its end.
pub(crate) fn run_and_at(mut command: Command, cue: &str, then: impl FnOnce(u32)) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let cue = cue.to_owned();
    let (cued, at_cue) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut said = String::new();
        while !said.contains(&cue) && stderr.read_line(&mut said).unwrap() > 0 {}
        cued.send(()).unwrap();
        stderr.read_to_string(&mut said).unwrap();
        said
    });
    let heard = at_cue.recv_timeout(HANG);
    if heard.is_ok() {
        then(pid);
    }
    let mut output = wait(child);
    output.stderr = reader.join().unwrap().into_bytes();
    heard.expect("the cue comes in time");
    output
}

/// Waits for the end of a child; one that hangs is killed, and fails the test.
pub(crate) fn wait(child: Child) -> Output {
    let pid = child.id();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    end.recv_timeout(HANG)
        .unwrap_or_else(|_| {
            signal(pid, "KILL");
            panic!("the program hangs")
        })
        .unwrap()
}

/// Sends a signal.
pub(crate) fn signal(pid: u32, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status();
    assert!(status.unwrap().success());
}

/// The names in a directory, sorted.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
