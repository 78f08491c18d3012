//! The decision: from what is needed and what was measured to a backend.
//!
//! Nothing here measures or prints.

use pool_measure::capability::Capability;
use pool_statistics::{Interval, Verdict};
use serde::Serialize;

use crate::{
    analysis::{Comparison, Trust},
    protocol::BackendFacts,
};

/// What was decided; serialized, it is `pick` in what `--json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Pick {
    pub(super) name: String,
    /// Others that are as good.
    pub(super) tied: Vec<String>,
    /// Whether fewer processes were measured than statistics need.
    pub(super) preview: bool,
    /// Up to which difference, as a part of one, the machine was too noisy to show any.
    pub(super) noisy: Option<f64>,
}

/// No packages but those of the pools.
const STD_ONLY: &str = "std-only";

/// All that may be needed and not every backend has, by their names on the command line.
pub(super) fn needs() -> impl Iterator<Item = &'static str> {
    Capability::ALL.map(Capability::name).into_iter().chain([STD_ONLY])
}

/// Whether a backend has it.
pub(super) fn has(backend: &BackendFacts, need: &str) -> bool {
    match need {
        STD_ONLY => backend.packages_pulled_in == Some(0),
        name => backend.capabilities.iter().any(|it| it.name() == name),
    }
}

/// Of these needs, those that a backend does not meet.
pub(super) fn lacks<'a, N: AsRef<str>>(backend: &BackendFacts, needs: &'a [N]) -> Vec<&'a str> {
    needs.iter().map(AsRef::as_ref).filter(|need| !has(backend, need)).collect()
}

/// Those that meet these needs.
pub(super) fn suitable<'a, N: AsRef<str>>(
    backends: &'a [BackendFacts],
    needs: &[N],
) -> Vec<&'a BackendFacts> {
    backends.iter().filter(|it| lacks(it, needs).is_empty()).collect()
}

/// Of those that are suitable, the one with the fewest packages among the best; if several have as
/// many, the first. One alone is not compared. `None` if there is none, or none was measured.
pub(super) fn decide(suitable: &[&BackendFacts], comparison: Option<&Comparison>) -> Option<Pick> {
    let (mut best, mut preview, mut noisy) = (suitable.to_vec(), false, None);
    if suitable.len() > 1 {
        let comparison = comparison?;
        let names: Vec<&str> = suitable.iter().map(|it| &*it.name).collect();
        let unbeaten = unbeaten(comparison, &names);
        best.retain(|it| unbeaten.contains(&&*it.name));
        preview = comparison.trust == Trust::Preview;
        noisy = (comparison.trust == Trust::TooNoisy)
            .then(|| band(comparison, comparison.quantity().difference));
    }
    // What is not known may be many.
    let chosen = best.iter().min_by_key(|it| it.packages_pulled_in.unwrap_or(usize::MAX))?;
    let name = chosen.name.clone();
    let tied = best.iter().map(|it| it.name.clone()).filter(|it| *it != name).collect();
    Some(Pick { name, tied, preview, noisy })
}

/// From which difference on one may be called better than another: what matters, but no less than
/// what the machine does to a backend that is measured twice.
fn band(comparison: &Comparison, matters: f64) -> f64 {
    if comparison.trust != Trust::TooNoisy {
        return matters;
    }
    let noise = |twin: Interval| twin.high.max(twin.low.recip()) - 1.0;
    comparison.twin.map_or(f64::INFINITY, noise).max(matters)
}

/// Of these backends, those that none of the others is shown to be better than by as much as
/// matters, or as noise hides. Those that were not measured are not among them.
pub(super) fn unbeaten<'a>(comparison: &Comparison, among: &[&'a str]) -> Vec<&'a str> {
    let is_known = comparison.processes > 1;
    let beats = |a: &str, b: &str| {
        let ratio = comparison.pair(a, b).filter(|_| is_known).map(|it| it.0);
        let band = band(comparison, comparison.matters_between(a, b));
        ratio.is_some_and(|it| Verdict::of(it, band) == Verdict::Faster)
    };
    let measured: Vec<&str> =
        among.iter().copied().filter(|name| comparison.row(name).is_some()).collect();
    let unbeaten = |name: &&str| !measured.iter().any(|other| beats(other, name));
    let unbeaten: Vec<&str> = measured.iter().copied().filter(unbeaten).collect();
    // In a circle, which only noise can make, all are alike.
    if unbeaten.is_empty() { measured } else { unbeaten }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::fixtures::{backend, comparison};

    fn five() -> [BackendFacts; 5] {
        let submits = &[Capability::AsyncSubmit][..];
        [
            backend("std", 0, &[]),
            backend("crossbeam", 6, &[]),
            backend("flume", 7, submits),
            backend("rayon", 6, &[]),
            backend("tokio", 6, submits),
        ]
    }

    fn decided(needs: &[&str], trust: Trust, times: [f64; 5]) -> Pick {
        let five = five();
        let times: Vec<_> = five.iter().map(|it| &*it.name).zip(times).collect();
        let comparison = comparison("throughput/cpu-50us", trust, &times);
        decide(&suitable(&five, needs), Some(&comparison)).unwrap()
    }

    #[test]
    fn of_those_that_have_what_is_needed_the_best_is_chosen_and_of_ties_the_lightest() {
        for (needs, times, name, tied) in [
            (&[][..], [150.0, 100.0, 200.0, 160.0, 400.0], "crossbeam", &[][..]),
            (&[], [101.0, 100.0, 200.0, 100.0, 400.0], "std", &["crossbeam", "rayon"]),
            (&[], [200.0, 100.0, 200.0, 100.0, 400.0], "crossbeam", &["rayon"]),
            (&["async-submit"], [10.0, 10.0, 100.0, 10.0, 200.0], "flume", &[]),
            // Both are worse than std, and not than each other.
            (&["async-submit"], [10.0, 10.0, 100.0, 10.0, 100.0], "tokio", &["flume"]),
            (&["std-only"], [5.0, 2.0, 3.0, 4.0, 1.0], "std", &[]),
        ] {
            let tied = tied.iter().map(|it| (*it).to_owned()).collect();
            let pick = Pick { name: name.to_owned(), tied, preview: false, noisy: None };
            assert_eq!(decided(needs, Trust::Sound, times), pick);
        }
        assert_eq!(decide(&suitable::<&str>(&five(), &[]), None), None);
        let mut unknown = five();
        unknown[0].packages_pulled_in = None;
        assert!(suitable(&unknown, &[STD_ONLY]).is_empty());
    }

    #[test]
    fn noise_hides_what_is_smaller_than_it_and_a_preview_is_an_answer_that_says_so() {
        // The twins of a noisy fixture differ by up to a fifth and a little.
        let pick = decided(&[], Trust::TooNoisy, [100.0, 110.0, 90.0, 300.0, 101.0]);
        assert_eq!((&*pick.name, pick.tied.len()), ("std", 3));
        assert!((pick.noisy.unwrap() - 0.212).abs() < 1e-9, "{pick:?}");
        assert!(decided(&[], Trust::Preview, [100.0, 200.0, 200.0, 200.0, 200.0]).preview);
    }

    #[test]
    fn ends_that_differ_by_less_than_a_millisecond_are_alike_however_short_the_best_is() {
        let times = [("a", 1e4), ("b", 2e4), ("c", 5e6), ("d", 5.5e6), ("e", 15e6)];
        let ends = comparison("shutdown/idle", Trust::Sound, &times);
        for (among, of_them) in [
            (&["a", "b", "c"][..], &["a", "b"][..]),
            (&["c", "d", "e"], &["c", "d"]),
            (&["c", "e"], &["c"]),
            // What was not measured is not chosen.
            (&["f", "e"], &["e"]),
        ] {
            assert_eq!(unbeaten(&ends, among), of_them);
        }
    }
}
