//! What has changed between two runs, beside the first backend.
//!
//! From one run to another a machine drifts by more than backends differ. So what is compared
//! is not the times of two runs but the ratios of each backend to the first one, block by block
//! of the same run; whatever the machine did to both is not in them.

use serde::Serialize;

use crate::{
    analysis::change,
    protocol::{CellPlan, Contender, Quantity, Sample},
    statistics::{Interval, Verdict},
    store::KeptRun,
};

/// One backend in one quantity of one cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Change {
    pub(super) cell: String,
    pub(super) quantity: &'static str,
    #[serde(skip)]
    pub(super) title: &'static str,
    /// From which change on it matters, as a part of one.
    pub(super) difference: f64,
    pub(super) backend: String,
    /// Its value over that of the first backend in the new run, over the same in the old run; of
    /// the first backend itself its value alone. Below 1 it has become better.
    pub(super) factor: Interval,
    /// What is said of the new run.
    pub(super) verdict: Verdict,
}

/// The first backend of the old run that is in the new one, too: what the others are compared
/// beside.
pub(super) fn reference(old: &KeptRun, new: &KeptRun) -> Option<String> {
    let others = &new.file.configuration.backends;
    old.file.configuration.backends.iter().find(|it| others.contains(it)).cloned()
}

/// In all cells and quantities that both runs have: the reference itself first, then the others.
pub(super) fn changes(old: &KeptRun, new: &KeptRun, reference: &str) -> Vec<Change> {
    let plans = &new.file.configuration.cells;
    let mut all = Vec::new();
    for plan in &old.file.configuration.cells {
        if let Some(new_plan) = plans.iter().find(|it| it.cell == plan.cell) {
            let (old, new) = ((plan, &*old.samples), (new_plan, &*new.samples));
            all.extend(changes_of(old, new, reference));
        }
    }
    all
}

/// A cell's plan, and samples of a run.
type Measured<'a> = (&'a CellPlan, &'a [Sample]);

fn changes_of(old: Measured<'_>, new: Measured<'_>, reference: &str) -> Vec<Change> {
    let plan = old.0;
    let of = |quantity: &Quantity, backend: &Contender, beside, comparisons| {
        let factor = change(backend, beside, quantity, old, new, comparisons)?;
        Some(Change {
            cell: plan.cell.to_string(),
            quantity: quantity.key,
            title: quantity.title,
            difference: quantity.difference,
            backend: backend.to_string(),
            verdict: Verdict::of(factor, quantity.difference),
            factor,
        })
    };
    let reference = Contender::Backend(reference.to_owned());
    let backends = plan.contenders.iter().filter(|it| it.backend().is_some());
    let others: Vec<_> = backends.filter(|it| **it != reference).collect();
    let mut changes = Vec::new();
    for quantity in plan.cell.quantities() {
        changes.extend(of(quantity, &reference, None, 1));
        let beside = |it: &&Contender| of(quantity, it, Some(&reference), others.len());
        changes.extend(others.iter().filter_map(beside));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `processes` processes of two blocks in which everything takes `speed` times as long, and
    /// flume `flume` times as long as std; a little more in each process, so that it varies.
    fn samples(plan: &CellPlan, processes: u32, speed: f64, flume: f64) -> Vec<Sample> {
        let mut samples = Vec::new();
        for process in 0..processes {
            for block in 0..plan.blocks {
                for contender in &plan.contenders {
                    let own = if contender.backend() == Some("flume") { flume } else { 1.0 };
                    let value = 1e4 * speed * own * (1.0 + 0.001 * f64::from(process));
                    samples.push(Sample {
                        process,
                        block,
                        place: 0,
                        cell: plan.cell.clone(),
                        contender: contender.clone(),
                        at_ms: 0,
                        took_ms: 1.0,
                        values: [("elapsed_ns".to_owned(), value)].into(),
                    });
                }
            }
        }
        samples
    }

    fn plan() -> CellPlan {
        let contender = |name: &str| Contender::from(name.to_owned());
        CellPlan {
            cell: "shutdown/idle".parse().unwrap(),
            contenders: ["std", "flume", "std (twin)"].map(contender).to_vec(),
            blocks: 2,
            visit_ms: 1,
            min_processes: 1,
            max_processes: 9,
        }
    }

    fn verdicts(old: &[Sample], new: &[Sample]) -> Vec<(String, Verdict)> {
        let plan = plan();
        let all = changes_of((&plan, old), (&plan, new), "std");
        all.into_iter().map(|it| (it.backend, it.verdict)).collect()
    }

    #[test]
    fn what_the_machine_does_to_all_is_the_reference_s_change_alone() {
        let (old, new) = (samples(&plan(), 5, 1.0, 2.0), samples(&plan(), 6, 1.5, 2.0));
        let said = verdicts(&old, &new);
        assert_eq!(said, [("std".into(), Verdict::Slower), ("flume".into(), Verdict::Equivalent)]);
    }

    #[test]
    fn a_backend_that_became_slower_beside_the_reference_is_found() {
        let (old, new) = (samples(&plan(), 5, 1.0, 2.0), samples(&plan(), 5, 1.0, 3.0));
        let said = verdicts(&old, &new);
        assert_eq!(said, [("std".into(), Verdict::Equivalent), ("flume".into(), Verdict::Slower)]);
    }

    #[test]
    fn one_process_or_incomplete_ones_say_nothing() {
        let old = samples(&plan(), 5, 1.0, 2.0);
        assert_eq!(verdicts(&old, &samples(&plan(), 1, 1.0, 2.0)), []);
        let mut torn = samples(&plan(), 2, 1.0, 2.0);
        torn.truncate(9);
        assert_eq!(verdicts(&old, &torn), []);
    }
}
