//! What a sample has to be, to be one of a run's.

use std::collections::HashSet;

use crate::protocol::{CellPlan, Sample};

/// Takes the samples of a run one by one, and finds those that cannot be of it.
#[derive(Clone, Debug)]
pub(super) struct Checker {
    cells: Vec<CellPlan>,
    seen: HashSet<(String, u32, u32, String)>,
}

impl Checker {
    /// For the samples of these cells, of which there are none yet.
    pub(super) fn new(cells: Vec<CellPlan>) -> Self {
        Self { cells, seen: HashSet::new() }
    }

    /// Remembers the visit that the sample is of, if all is well with it.
    pub(super) fn check(&mut self, sample: &Sample) -> Result<(), String> {
        let Sample { process, block, cell, contender, .. } = sample;
        let plan = self.cells.iter().find(|plan| plan.cell == *cell);
        let plan = plan.ok_or_else(|| format!("the run has no cell {:?}", cell.to_string()))?;
        if !plan.contenders.contains(contender) {
            return Err(format!("{cell} has no contender {:?}", contender.to_string()));
        }
        if *block >= plan.blocks {
            return Err(format!("block {block} of {cell}, which has {}, from 0", plan.blocks));
        }
        let times = [("took_ms", &sample.took_ms)].into_iter();
        for (name, value) in times.chain(sample.values.iter().map(|(key, it)| (key.as_str(), it))) {
            if !value.is_finite() || *value < 0.0 {
                return Err(format!("{name:?} is {value}, and should be finite and not below 0"));
            }
        }
        if !self.seen.insert(sample.visit()) {
            return Err(format!(
                "{contender} was visited before in {cell}, process {process}, block {block}"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn problem(change: impl FnOnce(&mut Sample)) -> String {
        let mut checker = Checker::new(fixture::run_file().configuration.cells);
        let mut sample = fixture::samples().remove(0);
        checker.check(&sample).unwrap();
        sample.block = 1;
        change(&mut sample);
        checker.check(&sample).unwrap_err()
    }

    #[test]
    fn a_cell_that_is_not_measured_is_refused() {
        let problem = problem(|sample| sample.cell = "cost/idle".parse().unwrap());
        assert_eq!(problem, "the run has no cell \"cost/idle\"");
    }

    #[test]
    fn a_contender_that_is_not_visited_is_refused() {
        let problem = problem(|sample| sample.contender = "bogus".to_owned().into());
        assert_eq!(problem, "throughput/cpu-10us has no contender \"bogus\"");
    }

    #[test]
    fn a_block_beyond_the_last_is_refused() {
        assert!(problem(|sample| sample.block = 2).starts_with("block 2 of"));
    }

    #[test]
    fn a_visit_is_of_one_sample() {
        let problem = problem(|sample| sample.block = 0);
        assert_eq!(problem, "std was visited before in throughput/cpu-10us, process 0, block 0");
    }

    #[test]
    fn values_are_finite_and_not_negative() {
        for value in [f64::NAN, f64::INFINITY, -1.0] {
            let key = "time_per_job_ns";
            let problem = problem(|sample| _ = sample.values.insert(key.to_owned(), value));
            assert!(problem.starts_with("\"time_per_job_ns\" is"), "{problem}");
        }
        assert!(problem(|sample| sample.took_ms = -0.5).starts_with("\"took_ms\" is -0.5"));
    }
}
