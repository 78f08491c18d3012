//! A process of a runner, from outside.

use std::{
    fmt::Display,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child as Process, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::Error,
    interrupt::{self, interrupted},
};

/// A process of a runner. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    lines: Receiver<String>,
    /// Gives what it said on standard error, once it has ended.
    stderr: Option<JoinHandle<String>>,
    /// What it was started for, with which its errors begin.
    about: String,
    /// For how long it may say nothing.
    patience: Duration,
}

impl Child {
    /// Starts a program with this argument and this input.
    pub(super) fn start(
        program: &Path,
        verb: &str,
        input: &impl Serialize,
        (about, patience): (String, Duration),
    ) -> Result<Self, Error> {
        let failed = |what: &str, error: &dyn Display| {
            Error::Failed(format!("{about}: cannot {what}: {error}"))
        };
        let text = serde_json::to_vec(input).map_err(|error| failed("ask", &error))?;
        let mut process = Command::new(program)
            .arg(verb)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed("start a process", &error))?;
        let pipes = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(failed("talk to a process", &"it has no pipes"));
        };
        let stderr = Some(thread::spawn(move || read(stderr)));
        let child = Self { process, lines: lines(stdout), stderr, about, patience };
        // It reads all before it writes anything. One that has ended is found by its silence.
        _ = stdin.write_all(&text);
        Ok(child)
    }

    /// What it says next, if it has not come to its end.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        let heard = self.lines.recv_timeout(self.patience);
        // Ctrl-C ends processes that measure, too, so it is looked at first.
        interrupt::check()?;
        match heard {
            Ok(line) => serde_json::from_str(&line).map(Some).map_err(|error| self.failed(error)),
            Err(RecvTimeoutError::Disconnected) => self.end().map(|()| None),
            Err(RecvTimeoutError::Timeout) => Err(self.failed(format_args!(
                "nothing has come of it for {} s: it hangs, or its jobs are too long or too many",
                self.patience.as_secs()
            ))),
        }
    }

    /// Waits for its end, and says why if it was not a success.
    fn end(&mut self) -> Result<(), Error> {
        let status = self.process.wait().map_err(|error| self.failed(error))?;
        if status.success() {
            return Ok(());
        }
        if was_ended(status) {
            return Err(interrupted());
        }
        let said = self.stderr.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        let line = said.lines().find_map(|line| line.strip_prefix("error: "));
        let line = line.or_else(|| said.lines().find(|line| !line.trim().is_empty()));
        let reason = line.map_or_else(|| status.to_string(), |line| line.trim().to_owned());
        // An error of ours begins with the cell already.
        let is_whole = reason.starts_with(&self.about);
        Err(if is_whole { Error::Failed(reason) } else { self.failed(reason) })
    }

    fn failed(&self, problem: impl Display) -> Error {
        Error::Failed(format!("{}: {problem}", self.about))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Fails if it has ended, which is as well.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Whole lines as they come; a last one without its end was not finished.
fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        while stdout.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
            if sender.send(std::mem::take(&mut line)).is_err() {
                break;
            }
        }
    });
    receiver
}

/// All that it says, as it says it: a pipe that is full would hold it up.
fn read(mut stderr: ChildStderr) -> String {
    let mut said = Vec::new();
    _ = stderr.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

/// Whether it was ended from outside, as by Ctrl-C.
#[cfg(unix)]
fn was_ended(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;

    const HANG_UP: i32 = 1;
    const INTERRUPT: i32 = 2;
    const TERMINATE: i32 = 15;
    matches!(status.signal(), Some(HANG_UP | INTERRUPT | TERMINATE))
}

#[cfg(not(unix))]
fn was_ended(_status: ExitStatus) -> bool {
    false
}
