//! What is said to people: messages, results, progress.

use std::{
    cell::Cell,
    fmt,
    io::{self, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::error::Error;

/// Writes a line to standard error. If that fails, there is nowhere to say so.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    _ = writeln!(io::stderr().lock(), "{}", harmless(&line.to_string()));
}

/// The same text, with its control characters but line breaks escaped: it may be from a file of
/// somebody else, or its name.
fn harmless(text: &str) -> String {
    let is_harmful = |c: char| c.is_control() && c != '\n';
    let escaped =
        |c: char| if is_harmful(c) { c.escape_default().collect() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

/// Writes results to standard output.
pub(crate) fn print(text: impl fmt::Display) -> Result<(), Error> {
    write(&harmless(&text.to_string()))
}

/// A reader who has closed standard output has seen enough: that is no error.
fn write(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::stdout(error)),
        _ => Ok(()),
    }
}

/// Prints an answer, for programs or for people.
pub(crate) fn answer(json: bool, value: &impl Serialize, text: String) -> Result<(), Error> {
    if !json {
        return print(text);
    }
    let value = serde_json::to_string_pretty(value);
    write(&value.map_err(Error::stdout)?)
}

/// How far a run is: a bar with the time left where standard error is a terminal; elsewhere a line
/// for the first process of each number.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// The highest number of a process so far.
    process: Cell<u32>,
}

impl Progress {
    /// Nothing done yet of what may take so many seconds, if that is known.
    pub(crate) fn new(seconds: Option<f64>) -> Self {
        let budget = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let (bar, template) = match budget {
            Some(budget) => (
                ProgressBar::new(millis(budget)),
                "{prefix:26} {msg:14} [{wide_bar}] {percent:>3} %  ETA {eta:4}",
            ),
            None => (ProgressBar::no_length(), "{prefix:26} {msg:14} {elapsed}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, process: Cell::new(0) }
    }

    /// So much of the time has been spent.
    pub(crate) fn reach(&self, spent: Duration) {
        self.bar.set_position(millis(spent));
    }

    /// A process of a cell begins.
    pub(crate) fn cell(&self, name: &str, process: u32, most: u32) {
        self.bar.set_prefix(name.to_owned());
        self.bar.set_message(format!("process {process}/{most}"));
        if self.bar.is_hidden() && self.process.get() < process {
            self.process.set(process);
            say(format_args!("process {process} of each cell"));
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_disturb_the_terminal_is_escaped() {
        assert_eq!(harmless("a b/ü\n\x1b[2J\r"), "a b/ü\n\\u{1b}[2J\\r");
    }
}
