//! How much time there is, and which cell is to have it.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    analysis::precise,
    protocol::{CellPlan, Configuration, Sample},
    store::Stopped,
};

/// How far each cell has come, and what measuring it costs.
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
        let mut cells: Vec<Progress> =
            configuration.cells.iter().map(|_| Progress::default()).collect();
        for sample in samples {
            let place = configuration.cells.iter().position(|plan| plan.cell == sample.cell);
            if let Some(progress) = place.and_then(|place| cells.get_mut(place)) {
                progress.samples.push(sample.clone());
            }
        }
        let spent = samples.iter().map(took).sum();
        Self { configuration, cells, spent }
    }

    /// A visit has been made.
    pub(crate) fn add(&mut self, cell: usize, sample: Sample) {
        self.spent += took(&sample);
        self.cells[cell].samples.push(sample);
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

    /// How many processes of a cell are complete, and why there are no more.
    pub(crate) fn outcome(&self, cell: usize) -> (u32, Stopped) {
        (self.complete(cell), self.cells[cell].stopped.unwrap_or(Stopped::Interrupted))
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
        let all = visits_of_a_process(&self.configuration.cells[cell]);
        let complete = (0..).take_while(|process| visits.get(process).is_some_and(|it| *it >= all));
        u32::try_from(complete.count()).unwrap_or(u32::MAX)
    }

    /// What another process is likely to take: the mean so far, or what its visits ask for.
    fn cost(&self, cell: usize, complete: u32) -> Duration {
        let plan = &self.configuration.cells[cell];
        if complete == 0 {
            let visits = u32::try_from(visits_of_a_process(plan)).unwrap_or(u32::MAX);
            return Duration::from_millis(plan.visit_ms.into()) * visits;
        }
        self.cells[cell].samples.iter().map(took).sum::<Duration>() / complete
    }
}

fn visits_of_a_process(plan: &CellPlan) -> usize {
    plan.contenders.len() * plan.blocks as usize
}

fn took(sample: &Sample) -> Duration {
    // What is in a file may be anything.
    Duration::try_from_secs_f64(sample.took_ms / 1e3).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::protocol::{Cell, Contender};

    const NAMES: [&str; 2] = ["a", "b"];

    /// Two cells, of two contenders and two blocks.
    fn configuration(processes: u32, budget_s: Option<f64>) -> Configuration {
        let plan = |workload: &str| CellPlan {
            cell: Cell::throughput(workload),
            contenders: NAMES.map(|name| Contender::Backend(name.to_owned())).to_vec(),
            blocks: 2,
            visit_ms: 10,
            min_processes: processes,
            max_processes: processes,
        };
        Configuration {
            preset: "quick".to_owned(),
            seed: 1,
            workers: 2,
            latency_workers: 1,
            producers: 1,
            queue: 1024,
            results_bound: None,
            linger_us: None,
            pinned: false,
            workers_pinned: true,
            rounds_per_micro: 1.0,
            backends: NAMES.map(str::to_owned).to_vec(),
            input: None,
            cells: vec![plan("empty"), plan("cpu-1us")],
            budget_s,
            precision: 0.05,
        }
    }

    fn sample(configuration: &Configuration, Next { cell, process }: Next, visit: u32) -> Sample {
        Sample {
            process,
            block: visit / 2,
            place: visit % 2,
            cell: configuration.cells[cell].cell.clone(),
            contender: Contender::Backend(NAMES[visit as usize % 2].to_owned()),
            at_ms: 0,
            took_ms: 10.0,
            values: BTreeMap::new(),
        }
    }

    /// All that is measured until nothing more is.
    fn measured(budget: &mut Budget<'_>, configuration: &Configuration) -> Vec<(usize, u32)> {
        let mut order = Vec::new();
        while let Some(next) = budget.next() {
            order.push((next.cell, next.process));
            for visit in 0..4 {
                budget.add(next.cell, sample(configuration, next, visit));
            }
        }
        order
    }

    #[test]
    fn every_cell_gets_a_process_before_any_gets_its_second() {
        let configuration = configuration(2, None);
        let mut budget = Budget::new(&configuration, &[]);
        assert_eq!(measured(&mut budget, &configuration), [(0, 0), (1, 0), (0, 1), (1, 1)]);
        assert_eq!(budget.outcome(1), (2, Stopped::Processes));
        assert_eq!(budget.spent(), Duration::from_millis(160));
    }

    #[test]
    fn a_cell_that_is_precise_with_its_last_process_is_precise() {
        let configuration = configuration(2, None);
        let mut budget = Budget::new(&configuration, &[]);
        while let Some(next) = budget.next() {
            for visit in 0..4 {
                let mut sample = sample(&configuration, next, visit);
                if next.cell == 0 {
                    sample.values.insert("time_per_job_ns".to_owned(), 100.0);
                }
                budget.add(next.cell, sample);
            }
        }
        assert_eq!(budget.outcome(0), (2, Stopped::Precise));
        assert_eq!(budget.outcome(1), (2, Stopped::Processes));
    }

    #[test]
    fn the_budget_ends_cells_that_another_process_would_not_fit_into() {
        let configuration = configuration(100, Some(0.2));
        let mut budget = Budget::new(&configuration, &[]);
        let order = measured(&mut budget, &configuration);
        assert_eq!(order, [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)]);
        assert_eq!(budget.outcome(0), (3, Stopped::Budget));
        assert_eq!(budget.outcome(1), (2, Stopped::Budget));
    }

    #[test]
    fn one_process_is_measured_however_small_the_budget() {
        let configuration = configuration(2, Some(0.001));
        let mut budget = Budget::new(&configuration, &[]);
        assert_eq!(measured(&mut budget, &configuration), [(0, 0)]);
    }

    #[test]
    fn a_process_that_was_begun_is_brought_to_its_end_whatever_the_budget() {
        let configuration = configuration(2, Some(0.001));
        let begun = sample(&configuration, Next { cell: 1, process: 0 }, 0);
        let mut budget = Budget::new(&configuration, &[begun]);
        assert_eq!(budget.next(), Some(Next { cell: 1, process: 0 }));
        assert_eq!(budget.outcome(0), (0, Stopped::Budget));
    }

    #[test]
    fn a_run_goes_on_where_it_was_interrupted() {
        let configuration = configuration(2, None);
        let next = Next { cell: 0, process: 0 };
        let samples: Vec<_> = (0..4).map(|visit| sample(&configuration, next, visit)).collect();
        let mut budget = Budget::new(&configuration, &samples);
        assert_eq!(measured(&mut budget, &configuration), [(1, 0), (0, 1), (1, 1)]);
    }
}
