//! What is said to people: messages, results, progress.

use std::{
    fmt,
    io::{self, Write},
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Error;

/// Writes a line to standard error. Nobody can be told if that fails, so it is ignored.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes results to standard output. A reader who has closed it has seen enough: that is
/// no error.
pub(crate) fn print(text: impl fmt::Display) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}

/// A path, printed as it is; but in quotes and escaped if it could disturb the line or the
/// terminal.
#[derive(Debug)]
pub(crate) struct Shown<'a>(pub(crate) &'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_str() {
            Some(plain) if !plain.chars().any(char::is_control) => f.write_str(plain),
            _ => fmt::Debug::fmt(self.0, f),
        }
    }
}

/// How far a run is: a bar with the time left where standard error is a terminal, a line a
/// phase where it is not.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// The highest number of a process that was told of.
    told: AtomicU32,
}

impl Progress {
    /// Nothing done of `total` units of work.
    pub(crate) fn new(total: u64) -> Self {
        let bar = ProgressBar::new(total);
        let style = ProgressStyle::with_template(
            "{prefix} {msg:10} [{wide_bar}] {percent:>3} %  ETA {eta:4}",
        );
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, told: AtomicU32::new(0) }
    }

    /// Nothing done yet of what may take so many seconds, if that is known.
    pub(crate) fn timed(seconds: Option<f64>) -> Self {
        let budget = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let progress = Self::new(budget.map_or(0, millis));
        if budget.is_none() {
            progress.bar.unset_length();
        }
        let template = match budget {
            Some(_) => "{prefix:26} {msg:14} [{wide_bar}] {percent:>3} %  ETA {eta:4}",
            None => "{prefix:26} {msg:14} {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            progress.bar.set_style(style.progress_chars("=> "));
        }
        progress
    }

    /// So much of the time has been spent.
    pub(crate) fn reach(&self, spent: Duration) {
        self.bar.set_position(millis(spent));
    }

    /// Nothing found yet of nobody knows how much.
    pub(crate) fn search(what: &str) -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{prefix}: {pos}") {
            bar.set_style(style);
        }
        bar.set_prefix(what.to_owned());
        Self { bar, told: AtomicU32::new(0) }
    }

    /// A process of a cell begins: told on the bar; where there is none, in a line for the first
    /// of each number.
    pub(crate) fn cell(&self, name: &str, process: u32, most: u32) {
        self.bar.set_prefix(name.to_owned());
        self.bar.set_message(format!("process {process}/{most}"));
        // Nothing else hangs on it, so there is nothing to pair it with.
        if self.bar.is_hidden() && self.told.fetch_max(process, Ordering::Relaxed) < process {
            say(format_args!("process {process} of each cell"));
        }
    }

    /// A part of the run begins.
    pub(crate) fn phase(&self, name: &str) {
        if self.bar.is_hidden() {
            say(format_args!("{name}"));
        }
        self.bar.set_prefix(name.to_owned());
    }

    /// Within the phase, somebody's turn begins.
    pub(crate) fn visiting(&self, whom: impl fmt::Display) {
        self.bar.set_message(whom.to_string());
    }

    /// So much more is done.
    pub(crate) fn advance(&self, units: u64) {
        self.bar.inc(units);
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
    fn a_path_that_could_disturb_the_terminal_is_escaped() {
        assert_eq!(Shown(Path::new("a b/ü")).to_string(), "a b/ü");
        assert_eq!(Shown(Path::new("a\x1b[2J\n")).to_string(), r#""a\u{1b}[2J\n""#);
    }
}
