//! A run that is being measured.

use std::collections::BTreeSet;

use super::{
    alone::claim,
    budget::{Budget, Next},
    child::Heard,
    locate::Runner,
};
use crate::{
    analysis::analyse,
    error::Error,
    interrupt,
    protocol::{Configuration, Request, Sample, Visit},
    schedule,
    shown::Shown,
    store::{CellState, Ended, KeptRun, Recorder, RunFile, summary},
    terminal::{Progress, say},
};

/// A run that is being measured.
pub(crate) struct Measuring<'a> {
    runner: &'a Runner,
    recorder: Recorder,
    file: RunFile,
    samples: Vec<Sample>,
}

impl<'a> Measuring<'a> {
    /// What has been measured of it so far is not measured again.
    pub(crate) fn new(
        runner: &'a Runner,
        recorder: Recorder,
        file: RunFile,
        samples: Vec<Sample>,
    ) -> Self {
        Self { runner, recorder, file, samples }
    }

    /// Measures what is missing, to the end.
    pub(crate) fn go_on(mut self) -> Result<KeptRun, Error> {
        let _place = claim();
        let configuration = self.file.configuration.clone();
        let mut budget = Budget::new(&configuration, &self.samples);
        let measured = self.measure(&configuration, &mut budget);
        let cells = configuration.cells.iter().enumerate().map(|(place, plan)| {
            let (processes, stopped) = budget.outcome(place);
            CellState { cell: plan.cell.clone(), processes, stopped }
        });
        self.file.cells = cells.collect();
        let kept = self.keep(if measured.is_ok() { Ended::Complete } else { Ended::Interrupted });
        // Why it ended comes first: what is wrong with a disk shows in both.
        measured.map_err(|error| self.with_remedy(error))?;
        kept?;
        let directory = self.recorder.directory().to_owned();
        Ok(KeptRun { directory, file: self.file, samples: self.samples, figures: None })
    }

    fn measure(
        &mut self,
        configuration: &Configuration,
        budget: &mut Budget<'_>,
    ) -> Result<(), Error> {
        let progress = Progress::new(configuration.budget_s);
        progress.reach(budget.spent());
        while let Some(next) = budget.next() {
            self.process(configuration, next, budget, &progress)?;
        }
        Ok(())
    }

    /// Makes the visits of a process that have not been made.
    fn process(
        &mut self,
        configuration: &Configuration,
        Next { cell, process }: Next,
        budget: &mut Budget<'_>,
        progress: &Progress,
    ) -> Result<(), Error> {
        let plan = &configuration.cells[cell];
        let of_it = |sample: &&Sample| sample.cell == plan.cell && sample.process == process;
        let made: BTreeSet<_> = self.samples.iter().filter(of_it).map(Sample::visit).collect();
        let mut visits = schedule::visits(configuration.seed, cell, plan, process);
        let visit_of = |visit: &Visit| {
            (plan.cell.to_string(), process, visit.block, visit.contender.to_string())
        };
        visits.retain(|visit| !made.contains(&visit_of(visit)));
        progress.cell(&plan.cell.to_string(), process + 1, plan.max_processes);

        let each = if plan.cell.alone() { 1 } else { visits.len().max(1) };
        for visits in visits.chunks(each) {
            let request = Request {
                configuration: Configuration { cells: Vec::new(), ..configuration.clone() },
                plan: plan.clone(),
                process,
                visits: visits.to_vec(),
            };
            self.listen(cell, &request, budget, progress)?;
        }
        Ok(())
    }

    /// Starts a process, and keeps what it measures until it ends.
    fn listen(
        &mut self,
        cell: usize,
        request: &Request,
        budget: &mut Budget<'_>,
        progress: &Progress,
    ) -> Result<(), Error> {
        let mut missing = request.visits.len();
        self.unless_interrupted()?;
        let mut child = self.runner.measure(request)?;
        loop {
            let heard = child.next();
            // Ctrl-C ends processes that measure, too, so it is looked at first.
            self.unless_interrupted()?;
            match heard? {
                Heard::Sample(sample) => {
                    self.recorder.append(&sample)?;
                    self.samples.push(sample.clone());
                    budget.add(cell, sample);
                    progress.reach(budget.spent());
                    missing = missing.saturating_sub(1);
                }
                Heard::Signal => return Err(self.interrupted()),
                Heard::End if missing == 0 => return Ok(()),
                Heard::End => {
                    let cell = &request.plan.cell;
                    return Err(Error::Process(format!("{cell}: {missing} visits were not made")));
                }
            }
        }
    }

    fn unless_interrupted(&self) -> Result<(), Error> {
        if interrupt::pressed() { Err(self.interrupted()) } else { Ok(()) }
    }

    fn interrupted(&self) -> Error {
        Error::Interrupted { progress: self.remedy() }
    }

    /// The error; first says what the error does not.
    fn with_remedy(&self, error: Error) -> Error {
        if !matches!(error, Error::Interrupted { .. }) {
            say(format_args!("{}", self.remedy()));
        }
        error
    }

    /// What was kept, and how to go on.
    fn remedy(&self) -> String {
        let (kept, directory) = (self.samples.len(), Shown(self.recorder.directory()));
        format!("{kept} samples kept; go on with: cargo compare run --resume {directory}")
    }

    fn keep(&mut self, ended: Ended) -> Result<(), Error> {
        self.file.ended = Some(ended);
        self.file.environment.look_again();
        let RunFile { environment, configuration, .. } = &self.file;
        let analysis = analyse(configuration, environment.cores, &self.samples);
        self.file.noise_floor = analysis.noise_floor;
        self.recorder.finish(&self.file, &summary(&analysis))?;
        Ok(())
    }
}
