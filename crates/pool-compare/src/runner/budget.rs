//! How much time there is, and which cell is to have it.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    analysis::precise,
    protocol::{CellPlan, Configuration, Sample},
    store::CellState,
};

/// What has been measured, how far each cell has come, and what measuring it costs.
#[derive(Debug)]
pub(crate) struct Budget<'a> {
    pub(super) configuration: &'a Configuration,
    /// The visits of each cell.
    samples: Vec<Vec<Sample>>,
    /// The cells that may have more processes.
    open: Vec<usize>,
    /// For how long visits have been made, all together. Not counted anew for each, which would disturb
    /// the next.
    spent: Duration,
}

impl<'a> Budget<'a> {
    /// What has been measured so far is taken into account.
    pub(crate) fn new(configuration: &'a Configuration, samples: &[Sample]) -> Self {
        let of_cell =
            |plan: &CellPlan| samples.iter().filter(|it| it.cell == plan.cell).cloned().collect();
        let open = (0..configuration.cells.len()).collect();
        let spent = samples.iter().map(took).sum();
        let samples = configuration.cells.iter().map(of_cell).collect();
        Self { configuration, samples, open, spent }
    }

    /// A visit has been made.
    pub(crate) fn add(&mut self, cell: usize, sample: Sample) {
        self.spent += took(&sample);
        self.samples[cell].push(sample);
    }

    /// The visits of a cell.
    pub(crate) fn of(&self, cell: usize) -> &[Sample] {
        &self.samples[cell]
    }

    /// All visits, cell by cell.
    pub(crate) fn into_samples(self) -> Vec<Sample> {
        self.samples.into_iter().flatten().collect()
    }

    /// For how long visits have been made, all together.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }

    /// The cell with the fewest processes that is to have another, the first of them, by its place in
    /// the configuration; and the number of that process. `None` if all have enough, or the time is up.
    pub(crate) fn next(&mut self) -> Option<(usize, u32)> {
        loop {
            let complete = self.open.iter().map(|cell| (self.complete(*cell), *cell));
            let (process, cell) = complete.min()?;
            if !self.has_enough(cell, process) {
                return Some((cell, process));
            }
            self.open.retain(|it| *it != cell);
        }
    }

    /// How far each cell has come.
    pub(crate) fn outcomes(&self) -> Vec<CellState> {
        let plans = self.configuration.cells.iter().enumerate();
        let outcome = |(place, plan): (usize, &CellPlan)| {
            let (cell, processes) = (plan.cell.clone(), self.complete(place));
            CellState { cell, processes }
        };
        plans.map(outcome).collect()
    }

    /// Whether a cell has had enough with so many processes complete: it is precise, or has had the most
    /// that it was to get, or the time is up.
    fn has_enough(&self, cell: usize, complete: u32) -> bool {
        let Configuration { cells, precision, budget_s, .. } = self.configuration;
        let (plan, samples) = (&cells[cell], self.of(cell));
        let is_precise = || complete >= plan.min_processes && precise(plan, samples, *precision);
        if complete >= plan.max_processes || is_precise() {
            return true;
        }
        // What is in a file may be anything.
        let budget = budget_s.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        // One that has been begun is brought to its end; and whatever the budget, there is one.
        let begun = samples.iter().any(|sample| sample.process >= complete) || self.spent.is_zero();
        !begun && budget.is_some_and(|it| self.spent + self.cost(cell, complete) > it)
    }

    /// Processes that have made all their visits.
    fn complete(&self, cell: usize) -> u32 {
        let mut visits: BTreeMap<u32, usize> = BTreeMap::new();
        for sample in self.of(cell) {
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
        self.of(cell).iter().map(took).sum::<Duration>() / complete
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
            max_processes: processes + 1,
            ..plan(cell, &["a", "b"])
        });
        Configuration { budget_s, ..configuration(plans.into()) }
    }

    /// A process, of which the first cell is precise and the other is not.
    fn visits(configuration: &Configuration, (cell, process): (usize, u32)) -> Vec<Sample> {
        let value = |place: usize, process: u32, _| {
            1e3 + if (cell, place) == (1, 1) { 200.0 * f64::from(process) } else { 0.0 }
        };
        let mut samples = measured(&configuration.cells[cell], process + 1, value);
        samples.retain(|it| it.process == process);
        samples
    }

    /// What is measured after what there is, and how many processes of each cell there are then.
    fn measure(configuration: &Configuration, samples: &[Sample]) -> (Vec<(usize, u32)>, Vec<u32>) {
        let mut budget = Budget::new(configuration, samples);
        let mut order = Vec::new();
        while let Some(next) = budget.next() {
            order.push(next);
            let made = visits(configuration, next).into_iter();
            made.for_each(|sample| budget.add(next.0, sample));
        }
        (order, budget.outcomes().into_iter().map(|it| it.processes).collect())
    }

    #[test]
    fn every_cell_gets_a_process_before_any_gets_its_second_until_each_has_enough() {
        let (order, _) = measure(&of_two_cells(2, None), &[]);
        assert_eq!(order, [(0, 0), (1, 0), (0, 1), (1, 1), (1, 2)]);
    }

    #[test]
    fn the_budget_ends_cells_that_another_process_would_not_fit_into_but_there_is_one() {
        let (order, ended) = measure(&of_two_cells(100, Some(1.5)), &[]);
        assert_eq!(order, [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)]);
        assert_eq!(ended, [3, 2]);
        assert_eq!(measure(&of_two_cells(2, Some(0.001)), &[]).0, [(0, 0)]);
    }

    #[test]
    fn a_run_goes_on_where_it_was_interrupted_and_brings_what_was_begun_to_its_end() {
        let configuration = of_two_cells(2, None);
        let made = visits(&configuration, (0, 0));
        assert_eq!(measure(&configuration, &made).0, [(1, 0), (0, 1), (1, 1), (1, 2)]);
        let brief = of_two_cells(2, Some(0.001));
        let begun = visits(&brief, (1, 0)).split_off(5);
        assert_eq!(measure(&brief, &begun), (vec![(1, 0)], vec![0, 1]));
    }
}
