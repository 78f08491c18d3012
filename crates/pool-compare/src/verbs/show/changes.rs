//! What has changed from one run to another.

use pool_statistics::{Estimate, Interval, Verdict, difference};
use serde::Serialize;

use crate::{
    analysis::{Analysis, Comparison, Trust},
    tables::{Field, Grid, said, wrap},
};

/// One backend in one quantity of one cell; serialized, an element of what `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    cell: String,
    quantity: &'static str,
    #[serde(skip)]
    title: &'static str,
    backend: String,
    /// Its value over that of the first backend in the new run, over the same in the old run; of
    /// the first backend itself its value alone. Below 1 it has become better.
    factor: Interval,
    /// What is said of the new run.
    verdict: Verdict,
}

/// In all that both have measured, and neither too noisily.
pub(super) fn changes(old: &Analysis, new: &Analysis) -> Vec<Change> {
    let of = |one: &Comparison| {
        let other = new.find(&one.cell, one.quantity);
        other.map(|other| of_one(one, other)).unwrap_or_default()
    };
    old.comparisons.iter().flat_map(of).collect()
}

/// Of the first backend, then of the others. Runs are not paired: no process of one belongs with
/// a process of the other.
fn of_one(old: &Comparison, new: &Comparison) -> Vec<Change> {
    if [old, new].iter().any(|it| it.trust == Trust::TooNoisy) {
        return Vec::new();
    }
    let quantity = old.quantity();
    let backends = old.rows.iter().filter_map(|row| row.contender.backend());
    let backends: Vec<_> = backends.filter(|it| new.row(it).is_some()).collect();
    let Some(&reference) = backends.first() else { return Vec::new() };
    let change = |backend: &&str| {
        let is_itself = *backend == reference;
        let level = |of: &Comparison| {
            if is_itself {
                return Estimate::of_logs(of.row(backend)?.value, of.processes, 1);
            }
            Estimate::of_logs(of.pair(backend, reference)?.0, of.processes, of.pairs.len())
        };
        let comparisons = if is_itself { 1 } else { backends.len() - 1 };
        let factor = difference(level(new)?, level(old)?, comparisons).exp();
        let lesser = old.row(backend)?.value.estimate.min(new.row(backend)?.value.estimate);
        Some(Change {
            cell: old.cell.to_string(),
            quantity: quantity.key,
            title: quantity.title,
            backend: (*backend).to_owned(),
            verdict: Verdict::of(factor, quantity.difference_from(lesser)),
            factor,
        })
    };
    backends.iter().filter_map(change).collect()
}

/// For people.
pub(super) fn show(all: &[Change]) -> String {
    let count = |verdict| all.iter().filter(|it| it.verdict == verdict).count();
    let (equal, undecided) = (count(Verdict::Equivalent), count(Verdict::Undecided));
    let is_shown = |it: &&Change| ![Verdict::Equivalent, Verdict::Undecided].contains(&it.verdict);
    let shown: Vec<&Change> = all.iter().filter(is_shown).collect();
    let mut grid = Grid::new(["From the first run to the second", "second / first", "is"]);
    for one in shown.chunk_by(|a, b| (&a.cell, a.quantity) == (&b.cell, b.quantity)) {
        grid.row([format!("{}, {}", one[0].cell, one[0].title)]);
        for it in one {
            let backend = format!("  {}", it.backend);
            grid.row([backend.into(), Field::ratio(it.factor), said(it.verdict).into()]);
        }
    }
    let notes = format!(
        "{equal} of {} have not changed by as much as matters; of {undecided} that is not decided. Cells \
         that are too noisy in either run are left out. Of the first backend of a cell it is the value \
         itself, which may be the machine's doing; of the others their ratio to it, which is measured \
         next to them in both runs.",
        all.len()
    );
    format!("{}\n{}", grid.text(), wrap(&notes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::comparison;

    #[test]
    fn what_the_machine_does_to_all_is_the_change_of_the_first_backend_alone() {
        use Verdict::{Equivalent, Slower};
        let of = |std, flume| {
            comparison("shutdown/idle", Trust::Sound, &[("std", std), ("flume", flume)])
        };
        let verdicts = |old: &Comparison, new: &Comparison| {
            of_one(old, new).into_iter().map(|it| it.verdict).collect::<Vec<_>>()
        };
        let old = of(1e7, 2e7);
        assert_eq!(verdicts(&old, &of(1.5e7, 3e7)), [Slower, Equivalent]);
        assert_eq!(verdicts(&old, &of(1e7, 3e7)), [Equivalent, Slower]);
        let one = Comparison { processes: 1, ..of(1e7, 2e7) };
        assert_eq!(verdicts(&old, &one), []);
    }
}
