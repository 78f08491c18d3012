//! Runs the program, always bounded in time, and reads what it keeps.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

/// Nothing here takes longer, unless it hangs.
pub(crate) const HANG: Duration = Duration::from_secs(120);

/// What came of a run of the program.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
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
    let runner = runner.with_extension(env::consts::EXE_EXTENSION);
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
pub(crate) fn wait(child: Child) -> Output {
    let pid = child.id().to_string();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    end.recv_timeout(HANG)
        .unwrap_or_else(|_| {
            let kill =
                if cfg!(windows) { ["taskkill", "/F", "/PID"] } else { ["kill", "-KILL", "--"] };
            _ = Command::new(kill[0]).args(&kill[1..]).arg(pid).status();
            panic!("the program hangs")
        })
        .unwrap()
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
