//! What would change the answer: other cells, and other needs.

use pool_measure::capability::Capability;
use serde::Serialize;

use super::{
    decide::{Candidate, best},
    need::Need,
};
use crate::{
    analysis::{Analysis, Comparison, Trust},
    cell::Cell,
    statistics::Interval,
};

/// A cell that was not asked about, and who is best in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct OtherCell {
    pub(super) cell: String,
    pub(super) quantity: String,
    /// Of those that have what is needed.
    pub(super) best: Vec<String>,
    /// Whether these are all.
    pub(super) all_tied: bool,
    /// The value of the chosen one over that of the first of the best, if it is not one of them.
    pub(super) ratio: Option<Interval>,
}

/// Something that the chosen one lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct OtherNeed {
    pub(super) need: String,
    /// Who would be left.
    pub(super) leaves: Vec<String>,
}

/// The main quantities of the cells that `wanted` names, with who is best of `among`, those that
/// have what is needed. Cells that are too noisy say nothing.
pub(super) fn cells(
    analysis: &Analysis,
    wanted: impl Fn(&Cell) -> bool,
    chosen: &str,
    among: &[&str],
) -> Vec<OtherCell> {
    let other = |comparison: &Comparison| {
        let best = best(comparison, among);
        let first = best.first()?;
        let is_best = best.contains(&chosen);
        let ratio = comparison.pair(chosen, first).map(|(ratio, _)| ratio);
        Some(OtherCell {
            cell: comparison.cell.to_string(),
            quantity: comparison.quantity.to_owned(),
            all_tied: best.len() == among.len(),
            ratio: ratio.filter(|_| !is_best),
            best: best.into_iter().map(str::to_owned).collect(),
        })
    };
    let told = analysis.comparisons.iter().filter(|it| it.is_main());
    let told = told.filter(|it| it.trust != Trust::TooNoisy && wanted(&it.cell));
    told.filter_map(other).collect()
}

impl OtherCell {
    /// Whether whoever asks about this cell should choose otherwise, or need not choose.
    pub(super) fn changes(&self, chosen: &str) -> bool {
        self.all_tied || !self.best.iter().any(|it| it == chosen)
    }
}

/// Needs that nobody has named and that the chosen one does not meet, but some other does.
pub(super) fn needs(candidates: &[Candidate<'_>], named: &[Need], chosen: &str) -> Vec<OtherNeed> {
    let capabilities = Capability::ALL.map(Need::Capability);
    let all = capabilities.into_iter().chain([Need::StdOnly]).filter(|it| !named.contains(it));
    let other = |need: Need| {
        let with: Vec<Need> = named.iter().copied().chain([need]).collect();
        let left = candidates.iter().filter(|it| it.lacks(&with).is_empty());
        let leaves: Vec<String> = left.map(|it| it.name.to_owned()).collect();
        let changes = !leaves.is_empty() && !leaves.iter().any(|it| it == chosen);
        changes.then(|| OtherNeed { need: need.to_string(), leaves })
    };
    all.filter_map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::{analysis, comparison};

    #[test]
    fn cells_where_another_is_better_or_all_are_alike_are_told() {
        let cell =
            |name, std, flume| comparison(name, Trust::Sound, &[("std", std), ("flume", flume)]);
        let noisy = comparison("cost/memory", Trust::TooNoisy, &[("std", 2.0), ("flume", 1.0)]);
        let analysis = analysis(vec![
            cell("throughput/empty", 200.0, 100.0),
            cell("throughput/cpu-1us", 100.0, 200.0),
            cell("throughput/cpu-1ms", 100.0, 100.0),
            cell("shutdown/idle", 200.0, 100.0),
            noisy,
        ]);
        let wanted = |cell: &Cell| cell.to_string() != "shutdown/idle";
        let told = cells(&analysis, wanted, "std", &["std", "flume"]);
        assert_eq!(told.len(), 3);
        assert!((told[0].ratio.unwrap().estimate - 2.0).abs() < 1e-9);
        let told = told.iter().filter(|it| it.changes("std"));
        let told: Vec<_> = told.map(|it| (it.cell.as_str(), it.all_tied)).collect();
        assert_eq!(told, [("throughput/empty", false), ("throughput/cpu-1ms", true)]);
    }

    #[test]
    fn a_need_that_the_chosen_one_lacks_is_told_with_who_is_left() {
        let candidate = |name, capabilities, packages| Candidate { name, capabilities, packages };
        let all =
            [candidate("std", &[][..], Some(0)), candidate("rayon", &[Capability::Fork], Some(6))];
        let told = needs(&all, &[], "std");
        assert_eq!(told, [OtherNeed { need: "fork".into(), leaves: vec!["rayon".into()] }]);
        assert_eq!(needs(&all, &[Need::Capability(Capability::Fork)], "rayon"), []);
    }
}
