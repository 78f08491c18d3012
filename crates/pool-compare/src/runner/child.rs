//! A process that measures, from outside.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child as Process, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    error::Error,
    protocol::{Request, Sample},
};

/// A process that measures. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Child {
    process: Process,
    lines: Receiver<String>,
    /// Gives what it said on standard error, once it has ended.
    stderr: Option<JoinHandle<String>>,
    /// What it was asked for, for errors.
    cell: String,
    /// For how long it may say nothing.
    patience: Duration,
}

/// What comes of waiting for a process.
#[derive(Debug)]
pub(crate) enum Heard {
    /// A visit has been made.
    Sample(Sample),
    /// All visits have been made.
    End,
    /// A signal has ended it, as Ctrl-C does.
    Signal,
}

impl Child {
    /// Starts a process that makes the visits of a request.
    pub(crate) fn start(program: &Path, request: &Request) -> Result<Self, Error> {
        let cell = request.plan.cell.to_string();
        let failed = |what: &str, error: &dyn std::fmt::Display| {
            Error::Process(format!("{cell}: cannot {what}: {error}"))
        };
        let text = serde_json::to_vec(request).map_err(|error| failed("ask", &error))?;
        let mut process = Command::new(program)
            .arg("measure")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed("start a process", &error))?;
        let pipes = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(failed("talk to a process", &"it has no pipes"));
        };
        let patience = patience(request);
        let stderr = Some(thread::spawn(move || read(stderr)));
        let child = Self { process, lines: lines(stdout), stderr, cell: cell.clone(), patience };
        // It reads all before it writes anything. One that has ended is found by its silence.
        _ = stdin.write_all(&text);
        Ok(child)
    }

    /// Waits for what comes next.
    pub(crate) fn next(&mut self) -> Result<Heard, Error> {
        match self.lines.recv_timeout(self.patience) {
            Ok(line) => match serde_json::from_str(&line) {
                Ok(sample) => Ok(Heard::Sample(sample)),
                Err(error) => Err(Error::Process(format!("{}: {error}", self.cell))),
            },
            Err(RecvTimeoutError::Disconnected) => self.end(),
            Err(RecvTimeoutError::Timeout) => {
                let (cell, patience) = (&self.cell, self.patience.as_secs());
                Err(Error::Process(format!(
                    "{cell}: no visit has ended for {patience} s: it hangs, or its jobs are too \
                     long or too many"
                )))
            }
        }
    }

    /// Waits for its end, and says why if it was not a success.
    fn end(&mut self) -> Result<Heard, Error> {
        let cell = &self.cell;
        let status = self.process.wait();
        let status = status.map_err(|error| Error::Process(format!("{cell}: {error}")))?;
        if status.success() {
            return Ok(Heard::End);
        }
        if was_ended(status) {
            return Ok(Heard::Signal);
        }
        let said = self.stderr.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        let line = said.lines().find_map(|line| line.strip_prefix("error: "));
        let line = line.or_else(|| said.lines().find(|line| !line.trim().is_empty()));
        let reason = line.map_or_else(|| status.to_string(), |line| line.trim().to_owned());
        // An error of ours begins with the cell already.
        let reason = reason.strip_prefix(cell).unwrap_or(&reason);
        let between = if reason.starts_with([',', ':']) { "" } else { ": " };
        Err(Error::Process(format!("{cell}{between}{reason}")))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Fails if it has ended, which is as well.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Far longer than a visit is to take, whatever else the machine does: to find one that hangs.
fn patience(request: &Request) -> Duration {
    const LEAST: Duration = Duration::from_secs(60);
    LEAST + Duration::from_millis(request.plan.visit_ms.into()) * 100
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
