//! What was done when, and what it made another thread do.

use std::{
    fmt::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// What all panels of a picture show.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Recording(pub(crate) Vec<Row>);

/// Something that lasts, in one lane; or that leads from one lane to another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) panel: String,
    pub(crate) lane: String,
    /// Of what leads to another lane: which.
    pub(crate) to: Option<String>,
    pub(crate) what: String,
    /// In µs from the beginning.
    pub(crate) from: f64,
    pub(crate) until: f64,
}

const HEAD: &str = "panel,lane,to,what,from_us,until_us";

impl Row {
    pub(crate) fn length(&self) -> f64 {
        self.until - self.from
    }
}

impl Recording {
    /// From the beginning to the end of each panel, in µs, added up.
    pub(crate) fn length(&self) -> f64 {
        let panels = self.0.chunk_by(|a, b| a.panel == b.panel);
        panels.map(|rows| rows.iter().map(|row| row.until).fold(0.0, f64::max)).sum()
    }

    /// What a panel has of something.
    pub(crate) fn of(&self, panel: &str, what: &str) -> Vec<&Row> {
        self.0.iter().filter(|row| row.panel == panel && row.what == what).collect()
    }

    pub(crate) fn to_csv(&self) -> String {
        let mut csv = format!("{HEAD}\n");
        for Row { panel, lane, to, what, from, until } in &self.0 {
            let to = to.as_deref().unwrap_or_default();
            _ = writeln!(csv, "{panel},{lane},{to},{what},{from:.1},{until:.1}");
        }
        csv
    }

    /// Or the number of the line that is wrong.
    pub(crate) fn from_csv(csv: &str) -> Result<Self, usize> {
        let row = |line: &str| {
            let [panel, lane, to, what, from, until] = line.split(',').collect::<Vec<_>>()[..]
            else {
                return None;
            };
            Some(Row {
                panel: panel.to_owned(),
                lane: lane.to_owned(),
                to: Some(to.to_owned()).filter(|to| !to.is_empty()),
                what: what.to_owned(),
                from: from.parse().ok()?,
                until: until.parse().ok()?,
            })
        };
        let mut lines = csv.lines().zip(1..);
        if lines.next().is_none_or(|(head, _)| head != HEAD) {
            return Err(1);
        }
        lines.map(|(line, number)| row(line).ok_or(number)).collect::<Result<_, _>>().map(Self)
    }
}

/// Records one panel, from any number of threads.
#[derive(Clone)]
pub(crate) struct Recorder {
    panel: &'static str,
    zero: Instant,
    rows: Arc<Mutex<Vec<Row>>>,
}

impl Recorder {
    /// From now on.
    pub(crate) fn new(panel: &'static str) -> Self {
        Self { panel, zero: Instant::now(), rows: Arc::default() }
    }

    /// Something that has lasted in a lane from one instant to another.
    pub(crate) fn span(&self, lane: &str, what: &str, from: Instant, until: Instant) {
        self.push(lane, None, what, from, until);
    }

    /// Something in one lane that led to something in another.
    pub(crate) fn arrow(
        &self,
        (lane, from): (&str, Instant),
        (to, until): (&str, Instant),
        what: &str,
    ) {
        self.push(lane, Some(to.to_owned()), what, from, until);
    }

    fn push(&self, lane: &str, to: Option<String>, what: &str, from: Instant, until: Instant) {
        let micros = |at: Instant| {
            let (after, before) =
                (at.saturating_duration_since(self.zero), self.zero.saturating_duration_since(at));
            (after.as_secs_f64() - before.as_secs_f64()) * 1e6
        };
        let (panel, lane, what) = (self.panel.to_owned(), lane.to_owned(), what.to_owned());
        let row = Row { panel, lane, to, what, from: micros(from), until: micros(until) };
        self.rows.lock().unwrap().push(row);
    }

    /// From when on the time is counted.
    pub(crate) fn zero(&self) -> Instant {
        self.zero
    }

    /// What has been recorded, in order of time. The time until something is recorded is left out.
    pub(crate) fn finish(self, recording: &mut Recording) {
        let mut rows = std::mem::take(&mut *self.rows.lock().unwrap());
        rows.sort_by(|a, b| a.from.total_cmp(&b.from));
        let idle = rows.first().map_or(0.0, |row| row.from.max(0.0));
        for row in &mut rows {
            row.from -= idle;
            row.until -= idle;
        }
        recording.0.extend(rows);
    }
}

/// A lane's name.
pub(crate) fn worker(number: usize) -> String {
    format!("worker {number}")
}

pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_recorded() {
        let mut recording = Recording::default();
        let recorder = Recorder::new("std");
        let (from, until) = (recorder.zero(), recorder.zero() + millis(2));
        recorder.span("reader", "waits", from, until);
        recorder.arrow((&worker(1), from), ("reader", until), "a result");
        recorder.finish(&mut recording);
        let csv = recording.to_csv();
        assert!(csv.ends_with("std,worker 1,reader,a result,0.0,2000.0\n"), "{csv}");
        assert_eq!(Recording::from_csv(&csv), Ok(recording));
        assert_eq!(Recording::from_csv(&(csv + "x")), Err(4));
        assert_eq!(Recording::from_csv(""), Err(1));
    }
}
