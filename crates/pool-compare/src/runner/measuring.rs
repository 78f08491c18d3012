//! A run that is being measured.

use super::{alone::claim, budget::Budget, locate::Runner};
use crate::{
    analysis::analyse,
    error::Error,
    interrupt,
    protocol::{CellPlan, Configuration, Request, Sample, Visit},
    schedule,
    store::{Ended, KeptRun, Recorder, RunFile, summary},
    terminal::{Progress, say},
};

/// A run that is being measured.
struct Measuring<'a> {
    runner: &'a Runner,
    recorder: Recorder,
    budget: Budget<'a>,
    progress: Progress,
}

/// Measures what is missing of a run, to the end: all but these samples. What was measured is kept,
/// however it ends.
pub(super) fn measure(
    runner: &Runner,
    recorder: Recorder,
    mut file: RunFile,
    samples: &[Sample],
) -> Result<KeptRun, Error> {
    let _place = claim();
    let configuration = file.configuration.clone();
    let budget = Budget::new(&configuration, samples);
    let progress = Progress::new(configuration.budget_s);
    let mut run = Measuring { runner, recorder, budget, progress };
    let measured = run.go_on();
    let Measuring { mut recorder, budget, progress, .. } = run;
    drop(progress);

    file.cells = budget.outcomes();
    file.ended = Some(if measured.is_ok() { Ended::Complete } else { Ended::Interrupted });
    file.environment.look_again();
    let samples = budget.into_samples();
    let analysis = analyse(&configuration, file.environment.cores, &samples);
    file.noise_floor = analysis.noise_floor;
    let kept = recorder.finish(&file, &summary(&analysis));

    let directory = recorder.directory().to_owned();
    let (count, shown) = (samples.len(), directory.display());
    let progress = format!("{count} samples kept; go on with: cargo compare run --resume {shown}");
    // Why it ended comes first: what is wrong with a disk shows in both.
    measured.map_err(|error| match error {
        Error::Interrupted { .. } => Error::Interrupted { progress },
        error => {
            say(format_args!("{progress}"));
            error
        }
    })?;
    kept?;
    Ok(KeptRun { directory, file, samples, figures: None })
}

impl Measuring<'_> {
    fn go_on(&mut self) -> Result<(), Error> {
        self.progress.reach(self.budget.spent());
        while let Some((cell, process)) = self.budget.next() {
            self.process(cell, process)?;
        }
        Ok(())
    }

    /// Makes the visits of a process that have not been made.
    fn process(&mut self, cell: usize, process: u32) -> Result<(), Error> {
        let configuration = self.budget.configuration;
        let plan = &configuration.cells[cell];
        let mut visits = schedule::visits(configuration.seed, cell, plan, process);
        visits.retain(|visit| !self.budget.of(cell).iter().any(|it| is_of(visit, process, it)));
        self.progress.cell(&plan.cell.to_string(), process + 1, plan.max_processes);

        let each = if plan.cell.alone() { 1 } else { visits.len().max(1) };
        for visits in visits.chunks(each) {
            let request = Request {
                configuration: Configuration { cells: Vec::new(), ..configuration.clone() },
                plan: plan.clone(),
                process,
                visits: visits.to_vec(),
            };
            self.listen(cell, &request)?;
        }
        Ok(())
    }

    /// Starts a process, and keeps what it measures until it ends.
    fn listen(&mut self, cell: usize, request: &Request) -> Result<(), Error> {
        interrupt::check()?;
        let mut child = self.runner.measure(request)?;
        let Request { plan: CellPlan { cell: name, .. }, process, visits, .. } = request;
        let mut asked = visits.iter();
        while let Some(sample) = child.next::<Sample>()? {
            let is_asked = |visit| sample.cell == *name && is_of(visit, *process, &sample);
            if !asked.next().is_some_and(is_asked) {
                return Err(Error::Failed(format!("{name}: a sample that was not asked for")));
            }
            self.recorder.append(&sample)?;
            self.budget.add(cell, sample);
            self.progress.reach(self.budget.spent());
        }
        match asked.len() {
            0 => Ok(()),
            left => Err(Error::Failed(format!(
                "{name}: {left} visits of {} were not made",
                visits.len()
            ))),
        }
    }
}

/// Whether a sample is of this visit of a process.
fn is_of(visit: &Visit, process: u32, it: &Sample) -> bool {
    (it.process, it.block, &it.contender) == (process, visit.block, &visit.contender)
}
