//! What is reported of a run, to people or to programs.

use std::{path::Path, time::Duration};

use serde::Serialize;

use super::{
    measure::{Measured, Plan},
    spread::Spread,
    stop::Reason,
    table,
    visit::Contender,
    walk::Found,
};

/// A whole run; serialized, it is what `--json` prints.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// As given. Here and below, a name that is not Unicode is shown with replacements.
    pub(crate) input: String,
    /// Files read every time, and the bytes in them.
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    pub(crate) workers: usize,
    /// Rounds completed.
    pub(crate) rounds: usize,
    pub(crate) seed: u64,
    /// The baseline, then each backend.
    pub(crate) rows: Vec<Row>,
    /// What could not be looked into or read.
    pub(crate) unreadable: Vec<Unreadable>,
    /// Files for which two visits gave different checksums.
    pub(crate) disagreements: Vec<String>,
    pub(crate) stopped: Option<StoppedEarly>,
}

/// One contender.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Of each round: from the first submission to the last result.
    pub(crate) seconds: Vec<f64>,
    /// Of these seconds.
    pub(crate) summary: Option<Spread>,
    /// How many times as fast as the baseline, compared round by round.
    pub(crate) speed_up: Option<Spread>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Unreadable {
    path: String,
    /// `None` for what was not a job: a directory.
    job: Option<u64>,
    reason: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct StoppedEarly {
    reason: &'static str,
    step: String,
    not_finished: Vec<String>,
}

impl Report {
    pub(crate) fn new(input: &Path, found: &Found, plan: &Plan<'_>, measured: &Measured) -> Self {
        let path_of = |file: usize| lossy(&found.files[file].path);
        let directories = found.unreadable.iter().map(|it| Unreadable {
            path: lossy(&it.path),
            job: None,
            reason: it.reason.clone(),
        });
        let files = measured.failures.iter().map(|(&file, error)| Unreadable {
            path: path_of(file),
            job: Some(error.job.get()),
            reason: error.to_string(),
        });
        let (sound_files, bytes) = measured.volume();
        Self {
            input: lossy(input),
            files: sound_files,
            bytes,
            workers: plan.workers,
            rounds: measured.rounds(),
            seed: plan.seed,
            rows: rows(measured),
            unreadable: directories.chain(files).collect(),
            disagreements: measured.differences.keys().copied().map(path_of).collect(),
            stopped: measured.stopped.as_ref().map(|stopped| StoppedEarly {
                reason: match stopped.reason {
                    Reason::Interrupted => "interrupted",
                    Reason::TimedOut(_) => "timed out",
                },
                step: stopped.step.clone(),
                not_finished: stopped.not_done.iter().copied().map(path_of).collect(),
            }),
        }
    }

    /// For programs.
    pub(crate) fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// For people; `None` if not one round was completed.
    pub(crate) fn table(&self) -> Option<String> {
        table::table(self)
    }
}

fn rows(measured: &Measured) -> Vec<Row> {
    let baseline = measured.times.first().map(|(_, times)| seconds(times)).unwrap_or_default();
    let row = |(contender, times): &(Contender, Vec<Duration>)| {
        let seconds = seconds(times);
        let speed_up: Vec<_> =
            baseline.iter().zip(&seconds).map(|(base, own)| base / own).collect();
        Row {
            name: contender.to_string(),
            summary: Spread::of(&seconds),
            speed_up: Spread::of(&speed_up),
            seconds,
        }
    };
    measured.times.iter().map(row).collect()
}

/// A clock that saw no time pass counts as its smallest step.
fn seconds(times: &[Duration]) -> Vec<f64> {
    times.iter().map(|time| time.max(&Duration::from_nanos(1)).as_secs_f64()).collect()
}

fn lossy(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
