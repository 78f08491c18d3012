//! The rounds: who is visited when, and whether all agree.

use std::{collections::BTreeMap, fmt, iter, time::Duration};

use pool::JobError;
use pool_any::Kind;
use pool_measure::rounds::orders;

use super::{
    job::{Checksum, FileError},
    output::push_line,
    stop::{Reason, Stop},
    visit::{Contender, Outcome, visit},
    walk::File,
};
use crate::{
    error::Error,
    terminal::{Progress, Shown},
};

/// What is to be measured.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) files: &'a [File],
    pub(crate) backends: &'a [Kind],
    pub(crate) workers: usize,
    pub(crate) rounds: usize,
    pub(crate) seed: u64,
}

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// The time of each visit; a row for each contender, the baseline first. Complete
    /// rounds only, so that the n-th of one row belongs with the n-th of another.
    pub(crate) times: Vec<(Contender, Vec<Duration>)>,
    /// What each file was found to be; `None` until it has been read.
    checksums: Vec<Option<(Contender, Checksum)>>,
    /// The first failure of each file that had one, by its place among the files.
    pub(crate) failures: BTreeMap<usize, JobError<FileError>>,
    /// The first disagreement on each file that had one.
    pub(crate) differences: BTreeMap<usize, Difference>,
    /// How it ended, if not by itself.
    pub(crate) stopped: Option<Stopped>,
}

/// Two contenders gave different checksums for a file.
#[derive(Debug)]
pub(crate) struct Difference {
    first: (Contender, Checksum),
    second: (Contender, Checksum),
}

/// The end before the end.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) reason: Reason,
    /// During which step.
    pub(crate) step: String,
    /// Which files that step had not finished.
    pub(crate) not_done: Vec<usize>,
}

/// Warms up, and measures round after round.
///
/// # Errors
///
/// If a pool cannot be started, or loses jobs. Everything else that can go wrong is in what is returned.
pub(crate) fn measure(plan: &Plan<'_>, stop: &Stop) -> Result<Measured, Error> {
    let mut run = Run::new(plan, stop);
    if plan.files.is_empty() {
        return Ok(run.measured);
    }
    if run.warm_up()? {
        let orders = orders(plan.seed, run.measured.times.len());
        for (round, order) in (1..=plan.rounds).zip(orders) {
            if !run.round(round, order)? {
                break;
            }
        }
    }
    Ok(run.measured)
}

/// A measurement under way.
struct Run<'a> {
    plan: &'a Plan<'a>,
    stop: &'a Stop,
    progress: Progress,
    measured: Measured,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan<'a>, stop: &'a Stop) -> Self {
        let backends = plan.backends.iter().copied().map(Contender::Backend);
        let times: Vec<_> =
            iter::once(Contender::Serial).chain(backends).map(|it| (it, Vec::new())).collect();
        let work = plan.files.iter().map(File::weight).fold(0, u64::saturating_add);
        let visits = plan.rounds.saturating_mul(times.len()).saturating_add(1);
        Self {
            plan,
            stop,
            progress: Progress::new(work.saturating_mul(visits as u64)),
            measured: Measured {
                times,
                checksums: vec![None; plan.files.len()],
                ..Measured::default()
            },
        }
    }

    /// Reads everything once, so that all find the page cache equally warm. Says whether to
    /// go on.
    fn warm_up(&mut self) -> Result<bool, Error> {
        self.progress.phase("warm-up");
        // By a pool, if there is one: several threads fill a cold cache sooner.
        let contender = self.measured.times.last().map_or(Contender::Serial, |row| row.0);
        Ok(self.visit(contender, "the warm-up")?.is_some())
    }

    /// Visits everyone once; keeps the times if all of them got to their end. Says whether
    /// to go on.
    fn round(&mut self, round: usize, order: Vec<usize>) -> Result<bool, Error> {
        let phase = format!("round {round} of {}", self.plan.rounds);
        self.progress.phase(&phase);
        let mut times = vec![Duration::ZERO; order.len()];
        for row in order {
            let contender = self.measured.times[row].0;
            match self.visit(contender, &phase)? {
                Some(elapsed) => times[row] = elapsed,
                None => return Ok(false),
            }
        }
        for ((_, row), time) in self.measured.times.iter_mut().zip(times) {
            row.push(time);
        }
        Ok(true)
    }

    /// Visits one contender; `None` if the run was stopped before it had done everything.
    fn visit(&mut self, contender: Contender, phase: &str) -> Result<Option<Duration>, Error> {
        self.progress.visiting(contender);
        let Plan { files, workers, .. } = *self.plan;
        let visit = visit(contender, files, workers, self.stop, &self.progress)?;
        let not_done = visit.not_done();
        self.measured.take(contender, visit.outcomes);
        if not_done.is_empty() {
            return Ok(Some(visit.elapsed));
        }
        let Some(reason) = self.stop.reason() else {
            return Err(Error::Lost { by: contender.to_string(), count: not_done.len() });
        };
        let step = format!("in {phase}, {contender}");
        self.measured.stopped = Some(Stopped { reason, step, not_done });
        Ok(None)
    }
}

impl Measured {
    /// Keeps what a visit found out, and compares it with what earlier ones did.
    fn take(&mut self, contender: Contender, outcomes: Vec<Outcome>) {
        for (file, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Outcome::NotDone => {}
                Outcome::Failed(error) => _ = self.failures.entry(file).or_insert(error),
                Outcome::Done(checksum) => {
                    let here = (contender, checksum);
                    let first = *self.checksums[file].get_or_insert(here);
                    if first.1 != checksum {
                        let difference = Difference { first, second: here };
                        self.differences.entry(file).or_insert(difference);
                    }
                }
            }
        }
    }

    /// How many rounds were completed.
    pub(crate) fn rounds(&self) -> usize {
        self.times.first().map_or(0, |(_, times)| times.len())
    }

    /// The files that were read every time, by their place among the files.
    fn sound(&self) -> impl Iterator<Item = (usize, &Checksum)> {
        let checksums = self.checksums.iter().enumerate();
        checksums
            .filter(|(file, _)| !self.failures.contains_key(file))
            .filter_map(|(file, checksum)| Some((file, &checksum.as_ref()?.1)))
    }

    /// How many files were read every time, and how many bytes they hold.
    pub(crate) fn volume(&self) -> (usize, u64) {
        self.sound().fold((0, 0), |(files, bytes), (_, sum)| (files + 1, bytes + sum.bytes))
    }

    /// What `sha256sum` would write about the files that were read every time.
    pub(crate) fn lines(&self, files: &[File]) -> Vec<u8> {
        let mut lines = Vec::new();
        for (file, checksum) in self.sound() {
            push_line(&mut lines, checksum, &files[file].path);
        }
        lines
    }
}

impl Stopped {
    /// Where that was, and what was left undone.
    pub(crate) fn describe(&self, files: &[File]) -> String {
        const NAMED: usize = 3;
        let Self { step, not_done, .. } = self;
        let (left, finished) = (not_done.len(), files.len() - not_done.len());
        let names = not_done.iter().take(NAMED).map(|&file| Shown(&files[file].path).to_string());
        let names = names.collect::<Vec<_>>().join(", ");
        let more = if left > NAMED { format!(" and {} more", left - NAMED) } else { String::new() };
        let all = files.len();
        format!("{step}: {finished} of {all} files finished, {left} not finished: {names}{more}")
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first: (first, one), second: (second, other) } = self;
        write!(f, "{first} gives {one}, {second} gives {other}")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use pool::{JobErrorKind, JobId};

    use super::*;

    fn done(byte: u8) -> Outcome {
        Outcome::Done(Checksum { digest: [byte; 32], bytes: 10 })
    }

    fn failed(file: u64) -> Outcome {
        let kind = JobErrorKind::Failed(std::io::Error::other("no").into());
        Outcome::Failed(JobError { job: JobId::new(file), kind })
    }

    fn measured(files: usize) -> Measured {
        Measured { checksums: vec![None; files], ..Measured::default() }
    }

    #[test]
    fn a_checksum_that_differs_from_the_first_is_a_difference() {
        let mut measured = measured(2);
        let std = Contender::Backend(Kind::Std);
        measured.take(Contender::Serial, vec![done(1), done(2)]);
        measured.take(std, vec![done(1), done(3)]);
        measured.take(std, vec![done(1), done(4)]);
        assert_eq!(measured.differences.len(), 1);
        assert_eq!(
            measured.differences[&1].to_string(),
            format!("serial loop gives {}, std gives {}", "02".repeat(32), "03".repeat(32)),
        );
    }

    #[test]
    fn a_file_that_failed_once_is_left_out() {
        let mut measured = measured(2);
        measured.take(Contender::Serial, vec![done(1), done(2)]);
        measured.take(Contender::Serial, vec![failed(0), done(2)]);
        assert_eq!(measured.volume(), (1, 10));
        let files = ["a", "b"].map(|name| File { path: Path::new(name).into(), size: 10 });
        let lines = String::from_utf8(measured.lines(&files)).unwrap();
        assert_eq!(lines, format!("{}  b\n", "02".repeat(32)));
        assert_eq!(measured.failures[&0].to_string(), "job 0 failed: no");
    }

    #[test]
    fn what_was_not_finished_is_counted_and_the_first_are_named() {
        let files = ["a", "b", "c", "d", "e"].map(|n| File { path: Path::new(n).into(), size: 1 });
        let stopped = |not_done: &[usize]| Stopped {
            reason: Reason::Interrupted,
            step: "in the warm-up, std".to_owned(),
            not_done: not_done.to_vec(),
        };
        assert_eq!(
            stopped(&[1, 4]).describe(&files),
            "in the warm-up, std: 3 of 5 files finished, 2 not finished: b, e"
        );
        assert_eq!(
            stopped(&[0, 1, 2, 3, 4]).describe(&files),
            "in the warm-up, std: 0 of 5 files finished, 5 not finished: a, b, c and 2 more"
        );
    }
}
