//! Runs the program, always bounded in time, and reads what it keeps.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

/// Nothing here takes longer, unless it hangs.
const HANG: Duration = Duration::from_secs(120);

/// What came of a run of the program.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Self { code: output.status.code(), stdout, stderr }
    }

    /// The same, if the program exited so.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        self
    }

    /// What it printed, as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// `cargo compare`, to be run in `dir`; runs are kept in `kept`, and what measures is the fake.
pub(crate) fn compare(dir: &Path, arguments: &str) -> Command {
    let mut words: Vec<&str> = arguments.split(' ').filter(|word| !word.is_empty()).collect();
    let program = env!("CARGO_BIN_EXE_pool-compare");
    let runner = Path::new(program).parent().unwrap().join("examples/fake_runner");
    let runner = runner.to_str().unwrap().to_owned();
    if ["run", "pick", "check"].contains(&words[0]) || words.contains(&"backends") {
        words.extend(["--runner", &runner]);
    }
    if !["check", "doctor", "readme"].contains(&words[0]) && !words.contains(&"--results") {
        words.extend(["--results", "kept"]);
    }
    let mut command = Command::new(program);
    command.args(words).current_dir(dir).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(dir: &Path, arguments: &str) -> Said {
    let mut command = compare(dir, arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    Said::of(&wait(child))
}

/// Waits for the end of a child; one that hangs is killed, and fails the test.
fn wait(child: Child) -> Output {
    let pid = child.id();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    end.recv_timeout(HANG)
        .unwrap_or_else(|_| {
            signal(&pid.to_string(), "KILL");
            panic!("the program hangs")
        })
        .unwrap()
}

/// Starts it in a process group of its own, waits until it has said `cue` on standard error, sends
/// a signal to the group, and waits for its end.
#[cfg(unix)]
pub(crate) fn run_and_signal(mut command: Command, cue: &str, name: &str) -> Said {
    use std::os::unix::process::CommandExt;

    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let group = format!("-{}", child.id());
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
    signal(&group, name);
    let mut output = wait(child);
    output.stderr = reader.join().unwrap().into_bytes();
    heard.expect("the cue comes in time");
    Said::of(&output)
}

fn signal(whom: &str, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), "--", whom]).status();
    assert!(status.unwrap().success());
}

/// The directory of the one run below `dir/kept`.
pub(crate) fn kept(dir: &Path) -> PathBuf {
    let only = |dir: &Path| {
        let mut entries = fs::read_dir(dir).unwrap();
        let entry = entries.next().unwrap().unwrap().path();
        assert!(entries.next().is_none(), "more than one in {}", dir.display());
        entry
    };
    only(&only(&dir.join("kept")))
}

/// What its `run.json` says.
pub(crate) fn run_file(run: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(run.join("run.json")).unwrap()).unwrap()
}

/// Its samples.
pub(crate) fn samples(run: &Path) -> Vec<Value> {
    let text = fs::read_to_string(run.join("samples.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
