//! How much time there is, and which cell is to have it.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    analysis::precise,
    protocol::{CellPlan, Configuration, Sample},
    store::{CellState, Stopped},
};

/// What has been measured, how far each cell has come, and what measuring it costs.
#[derive(Debug)]
pub(crate) struct Budget<'a> {
    configuration: &'a Configuration,
    cells: Vec<Progress>,
    spent: Duration,
}

/// How far a cell has come.
#[derive(Debug, Default)]
struct Progress {
    samples: Vec<Sample>,
    stopped: Option<Stopped>,
}

/// What to measure next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Next {
    /// The place of the cell in the configuration.
    pub(crate) cell: usize,
    pub(crate) process: u32,
}

impl<'a> Budget<'a> {
    /// What has been measured so far is taken into account.
    pub(crate) fn new(configuration: &'a Configuration, samples: &[Sample]) -> Self {
        let so_far = |plan: &CellPlan| {
            let samples = samples.iter().filter(|it| it.cell == plan.cell).cloned().collect();
            Progress { samples, stopped: None }
        };
        let cells = configuration.cells.iter().map(so_far).collect();
        Self { configuration, cells, spent: samples.iter().map(took).sum() }
    }

    /// A visit has been made.
    pub(crate) fn add(&mut self, cell: usize, sample: Sample) {
        self.spent += took(&sample);
        self.cells[cell].samples.push(sample);
    }

    /// The visits of a cell.
    pub(crate) fn of(&self, cell: usize) -> &[Sample] {
        &self.cells[cell].samples
    }

    /// All visits, cell by cell.
    pub(crate) fn into_samples(self) -> Vec<Sample> {
        self.cells.into_iter().flat_map(|it| it.samples).collect()
    }

    /// For how long visits have been made, all together.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }

    /// The cell with the fewest processes that is to have another; the first of them. `None` if
    /// all have enough, or the time is up.
    pub(crate) fn next(&mut self) -> Option<Next> {
        loop {
            let open = self.cells.iter().enumerate().filter(|(_, it)| it.stopped.is_none());
            let complete = open.map(|(cell, _)| (self.complete(cell), cell));
            let (process, cell) = complete.min()?;
            match self.enough(cell, process) {
                Some(stopped) => self.cells[cell].stopped = Some(stopped),
                None => return Some(Next { cell, process }),
            }
        }
    }

    /// How far each cell has come, and why no further.
    pub(crate) fn outcomes(&self) -> Vec<CellState> {
        let outcome = |(place, plan): (usize, &CellPlan)| CellState {
            cell: plan.cell.clone(),
            processes: self.complete(place),
            stopped: self.cells[place].stopped.unwrap_or(Stopped::Interrupted),
        };
        self.configuration.cells.iter().enumerate().map(outcome).collect()
    }

    /// Whether a cell has had enough with so many processes complete, and why.
    fn enough(&self, cell: usize, complete: u32) -> Option<Stopped> {
        let (plan, samples) = (&self.configuration.cells[cell], &self.cells[cell].samples);
        if complete >= plan.min_processes && precise(plan, samples, self.configuration.precision) {
            return Some(Stopped::Precise);
        }
        if complete >= plan.max_processes {
            return Some(Stopped::Processes);
        }
        // What is in a file may be anything.
        let budget = self.configuration.budget_s;
        let budget = budget.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        // One that has been begun is brought to its end; and whatever the budget, there is one.
        let begun = samples.iter().any(|sample| sample.process >= complete);
        let begun = begun || self.spent.is_zero();
        let spent = budget.is_some_and(|it| self.spent + self.cost(cell, complete) > it);
        (spent && !begun).then_some(Stopped::Budget)
    }

    /// Processes that have made all their visits.
    fn complete(&self, cell: usize) -> u32 {
        let mut visits: BTreeMap<u32, usize> = BTreeMap::new();
        for sample in &self.cells[cell].samples {
            *visits.entry(sample.process).or_default() += 1;
        }
        let all = self.configuration.cells[cell].visits();
        let complete = (0..).take_while(|process| visits.get(process).is_some_and(|it| *it >= all));
        u32::try_from(complete.count()).unwrap_or(u32::MAX)
    }

    /// What another process is likely to take: the mean so far, or what its visits ask for.
    fn cost(&self, cell: usize, complete: u32) -> Duration {
        let plan = &self.configuration.cells[cell];
        if complete == 0 {
            let visits = u32::try_from(plan.visits()).unwrap_or(u32::MAX);
            return Duration::from_millis(plan.visit_ms.into()) * visits;
        }
        self.cells[cell].samples.iter().map(took).sum::<Duration>() / complete
    }
}

fn took(sample: &Sample) -> Duration {
    // What is in a file may be anything.
    Duration::try_from_secs_f64(sample.took_ms / 1e3).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fixture::{configuration, measured, plan};

    /// Two cells, of two contenders and three blocks: a process takes 0.3 s.
    fn of_two_cells(processes: u32, budget_s: Option<f64>) -> Configuration {
        let plans = ["throughput/empty", "throughput/cpu-1us"].map(|cell| CellPlan {
            min_processes: processes,
            max_processes: processes,
            ..plan(cell, &["a", "b"])
        });
        Configuration { budget_s, ..configuration(plans.into()) }
    }

    /// A process, of which the first cell is precise and the other is not.
    fn visits(configuration: &Configuration, Next { cell, process }: Next) -> Vec<Sample> {
        let value = |place: usize, process: u32, _| {
            1e3 + if (cell, place) == (1, 1) { 200.0 * f64::from(process) } else { 0.0 }
        };
        let mut samples = measured(&configuration.cells[cell], process + 1, value);
        samples.retain(|it| it.process == process);
        samples
    }

    /// What came of each cell.
    type Ended = Vec<(u32, Stopped)>;

    /// What is measured after what there is, and what comes of it.
    fn measure(configuration: &Configuration, samples: &[Sample]) -> (Vec<(usize, u32)>, Ended) {
        let mut budget = Budget::new(configuration, samples);
        let mut order = Vec::new();
        while let Some(next) = budget.next() {
            order.push((next.cell, next.process));
            let made = visits(configuration, next).into_iter();
            made.for_each(|sample| budget.add(next.cell, sample));
        }
        let ended = budget.outcomes().into_iter().map(|it| (it.processes, it.stopped));
        (order, ended.collect())
    }

    #[test]
    fn every_cell_gets_a_process_before_any_gets_its_second_until_each_has_enough() {
        let (order, ended) = measure(&of_two_cells(2, None), &[]);
        assert_eq!(order, [(0, 0), (1, 0), (0, 1), (1, 1)]);
        assert_eq!(ended, [(2, Stopped::Precise), (2, Stopped::Processes)]);
    }

    #[test]
    fn the_budget_ends_cells_that_another_process_would_not_fit_into_but_there_is_one() {
        let (order, ended) = measure(&of_two_cells(100, Some(1.5)), &[]);
        assert_eq!(order, [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)]);
        assert_eq!(ended, [(3, Stopped::Budget), (2, Stopped::Budget)]);
        assert_eq!(measure(&of_two_cells(2, Some(0.001)), &[]).0, [(0, 0)]);
    }

    #[test]
    fn a_run_goes_on_where_it_was_interrupted_and_brings_what_was_begun_to_its_end() {
        let configuration = of_two_cells(2, None);
        let made = visits(&configuration, Next { cell: 0, process: 0 });
        assert_eq!(measure(&configuration, &made).0, [(1, 0), (0, 1), (1, 1)]);
        let brief = of_two_cells(2, Some(0.001));
        let begun = visits(&brief, Next { cell: 1, process: 0 }).split_off(5);
        let (order, ended) = measure(&brief, &begun);
        assert_eq!(order, [(1, 0)]);
        assert_eq!(ended, [(0, Stopped::Budget), (1, Stopped::Budget)]);
    }
}
