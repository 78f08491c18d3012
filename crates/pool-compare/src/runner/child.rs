//! A process of a runner, from outside.

use std::{
    fmt::Display,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, Write},
    path::Path,
    process::{Child as Process, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};

#[cfg(unix)]
use crate::interrupt::interrupted;
use crate::{error::Error, interrupt};

/// A process of a runner. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    lines: Receiver<String>,
    /// What it says on standard error; a pipe that is full would hold it up.
    stderr: File,
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
        let started = || -> io::Result<Self> {
            let stderr = tempfile::tempfile()?;
            let mut process = Command::new(program)
                .arg(verb)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(stderr.try_clone()?)
                .spawn()?;
            let (stdin, stdout) = (process.stdin.take(), process.stdout.take());
            let lines = lines(stdout.expect("it is a pipe"));
            let child = Self { process, lines, stderr, about: about.clone(), patience };
            // It reads all before it writes anything. One that has ended is found by its silence.
            _ = stdin.expect("it is a pipe").write_all(&serde_json::to_vec(input)?);
            Ok(child)
        };
        started()
            .map_err(|error| Error::Failed(format!("{about}: cannot start a process: {error}")))
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
        // Ended from outside, as by Ctrl-C: by SIGHUP, SIGINT or SIGTERM.
        #[cfg(unix)]
        if let Some(1 | 2 | 15) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Err(interrupted());
        }
        let mut said = Vec::new();
        _ = self.stderr.rewind().and_then(|()| self.stderr.read_to_end(&mut said));
        let said = String::from_utf8_lossy(&said);
        let line = said.lines().find_map(|line| line.strip_prefix("error: "));
        let line = line.or_else(|| said.lines().find(|line| !line.trim().is_empty()));
        Err(self.failed(line.map_or_else(|| status.to_string(), |line| line.trim().to_owned())))
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
