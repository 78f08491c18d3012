//! Runs the program, always bounded in time, and reads what it keeps.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Nothing here takes longer, unless it hangs.
const HANG: Duration = Duration::from_secs(120);

/// What came of a run of the program.
#[derive(Debug, Default)]
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
}

/// `cargo compare`, to be run in `dir`; runs are kept in `kept`, and what measures is the fake. What
/// comes before the verb is set in the environment.
pub(crate) fn compare(dir: &Path, arguments: &str) -> Command {
    let words = arguments.split(' ').filter(|word| !word.is_empty());
    let set: Vec<_> = words.clone().map_while(|word| word.split_once('=')).collect();
    let mut words: Vec<&str> = words.skip(set.len()).collect();
    let program = env!("CARGO_BIN_EXE_pool-compare");
    let runner = Path::new(program).parent().unwrap().join("examples/fake_runner");
    let runner = runner.with_extension(env::consts::EXE_EXTENSION);
    let runner = runner.to_str().unwrap().to_owned();
    if ["run", "pick", "check"].contains(&words[0]) || words.contains(&"backends") {
        words.extend(["--runner", &runner]);
    }
    // What the fake measures depends on the order of visits: with another seed, on another run.
    if words[0] == "run" && !words.contains(&"--seed") && !words.contains(&"--resume") {
        words.extend(["--seed", "7"]);
    }
    if !["check", "doctor", "readme"].contains(&words[0]) && !words.contains(&"--results") {
        words.extend(["--results", "kept"]);
    }
    let mut command = Command::new(program);
    command.args(words).envs(set).current_dir(dir).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(dir: &Path, arguments: &str) -> Said {
    let mut command = compare(dir, arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    Said::of(&wait(child))
}

/// Waits for the end of a child; one that hangs fails the test.
pub(crate) fn wait(child: Child) -> Output {
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    end.recv_timeout(HANG).expect("the program does not hang").unwrap()
}

/// The directories of all runs below `dir/kept`, in the order of their names.
pub(crate) fn all_kept(dir: &Path) -> Vec<PathBuf> {
    let below = |dir: &PathBuf| {
        let entries = fs::read_dir(dir).into_iter().flatten();
        entries.map(|it| it.unwrap().path()).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = below(&dir.join("kept")).iter().flat_map(below).collect();
    all.sort();
    all
}
