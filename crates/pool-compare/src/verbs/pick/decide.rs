//! The decision: from what is needed and what was measured to a backend, and why not another.
//!
//! Nothing here measures or prints.

use pool_measure::capability::Capability;
use serde::Serialize;

use super::need::Need;
use crate::{
    analysis::{Comparison, Trust},
    protocol::BackendFacts,
    statistics::{Interval, Verdict},
};

/// A backend that might be chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) name: &'a str,
    pub(super) capabilities: &'a [Capability],
    /// Packages that it pulls in; `None` if that is not known.
    pub(super) packages: Option<usize>,
    /// Whether it is without the layer that gives all of the contract.
    pub(super) native: bool,
}

impl<'a> Candidate<'a> {
    /// A backend as it is listed.
    pub(super) fn of(facts: &'a BackendFacts) -> Self {
        Self {
            name: &facts.name,
            capabilities: &facts.capabilities,
            packages: facts.packages_pulled_in,
            native: facts.native,
        }
    }

    /// Of these needs, those that it does not meet.
    pub(super) fn lacks(&self, needs: &[Need]) -> Vec<Need> {
        let lacked = |need: &&Need| match need {
            Need::Contract(_) => self.native,
            need => !need.is_met(self.capabilities, self.packages),
        };
        needs.iter().filter(lacked).copied().collect()
    }
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Pick {
    pub(super) answer: Answer,
    /// All backends, in the order of the list.
    pub(super) backends: Vec<Judged>,
}

/// Which backend, if there is an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub(super) enum Answer {
    /// This one.
    Chosen {
        name: String,
        because: Because,
        /// Others that are as good.
        tied: Vec<String>,
        /// Whether fewer processes were measured than statistics need.
        preview: bool,
        /// Up to which difference, as a part of one, the machine was too noisy to show any.
        noisy: Option<f64>,
    },
    /// Nothing was measured of them; by needs and packages alone it would be this one.
    NotMeasured { by_packages: String },
    /// No backend has all that is needed.
    Nobody,
}

/// Why one was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Because {
    /// No other has what is needed.
    OnlyOne,
    /// It is better than all others.
    Best,
    /// Of the best, it pulls in the fewest packages.
    FewestPackages,
    /// Of the best with as many packages, it is the first of the list.
    First,
}

/// One backend, and what speaks for or against it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Judged {
    pub(super) name: String,
    pub(super) packages: Option<usize>,
    /// What was measured, if it has what is needed.
    pub(super) value: Option<Interval>,
    #[serde(flatten)]
    pub(super) judgement: Judgement,
}

/// What speaks for or against a backend.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "judgement")]
pub(super) enum Judgement {
    Chosen,
    /// As good as the one that was chosen.
    Tied,
    /// Its value over that of the one that was chosen.
    Worse {
        ratio: Interval,
        verdict: Verdict,
    },
    /// It lacks these.
    Lacks {
        needs: Vec<Need>,
    },
    /// It has what is needed; more is not known.
    Suitable,
}

/// Decides. Without a comparison, which one candidate does not need, by needs and packages
/// alone.
pub(super) fn decide(
    candidates: &[Candidate<'_>],
    needs: &[Need],
    comparison: Option<&Comparison>,
) -> Pick {
    let left: Vec<_> = candidates.iter().filter(|it| it.lacks(needs).is_empty()).collect();
    let answer = answer(&left, comparison);
    let judged = |candidate: &Candidate<'_>| Judged {
        name: candidate.name.to_owned(),
        packages: candidate.packages,
        value: comparison
            .filter(|_| candidate.lacks(needs).is_empty())
            .and_then(|it| Some(it.row(candidate.name)?.value)),
        judgement: judge(candidate, needs, &answer, comparison),
    };
    Pick { backends: candidates.iter().map(judged).collect(), answer }
}

fn answer(left: &[&Candidate<'_>], comparison: Option<&Comparison>) -> Answer {
    let trust = comparison.map(|it| it.trust);
    let chosen = |(name, because), among: &[&Candidate<'_>], noisy| Answer::Chosen {
        tied: among.iter().map(|it| it.name).filter(|it| *it != name).map(str::to_owned).collect(),
        name,
        because,
        preview: trust == Some(Trust::Preview),
        noisy,
    };
    match (left, comparison) {
        ([], _) => Answer::Nobody,
        ([one], _) => chosen((one.name.to_owned(), Because::OnlyOne), left, None),
        (_, Some(comparison)) => {
            let names: Vec<&str> = left.iter().map(|it| it.name).collect();
            let best = best(comparison, &names);
            let best: Vec<_> = left.iter().copied().filter(|it| best.contains(&it.name)).collect();
            let is_noisy = comparison.trust == Trust::TooNoisy;
            let noisy = is_noisy.then(|| band(comparison, comparison.quantity().difference));
            match lightest(&best) {
                Some(lightest) => chosen(lightest, &best, noisy),
                // None of them was measured.
                None => by_packages(left),
            }
        }
        _ => by_packages(left),
    }
}

fn by_packages(left: &[&Candidate<'_>]) -> Answer {
    match lightest(left) {
        Some((name, _)) => Answer::NotMeasured { by_packages: name },
        None => Answer::Nobody,
    }
}

/// The one with the fewest packages; if several have as many, the first.
fn lightest(among: &[&Candidate<'_>]) -> Option<(String, Because)> {
    // What is not known may be many.
    let packages = |it: &Candidate<'_>| it.packages.unwrap_or(usize::MAX);
    let lightest = among.iter().min_by_key(|it| packages(it))?;
    let as_light = among.iter().filter(|it| packages(it) == packages(lightest)).count();
    let because = match (among.len(), as_light) {
        (1, _) => Because::Best,
        (_, 1) => Because::FewestPackages,
        _ => Because::First,
    };
    Some((lightest.name.to_owned(), because))
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
pub(super) fn best<'a>(comparison: &Comparison, among: &[&'a str]) -> Vec<&'a str> {
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

fn judge(
    candidate: &Candidate<'_>,
    needs: &[Need],
    answer: &Answer,
    comparison: Option<&Comparison>,
) -> Judgement {
    let lacking = candidate.lacks(needs);
    if !lacking.is_empty() {
        return Judgement::Lacks { needs: lacking };
    }
    let Answer::Chosen { name, tied, .. } = answer else { return Judgement::Suitable };
    if candidate.name == name {
        return Judgement::Chosen;
    }
    if tied.iter().any(|it| it == candidate.name) {
        return Judgement::Tied;
    }
    match comparison.and_then(|it| it.pair(candidate.name, name)) {
        Some((ratio, verdict)) => Judgement::Worse { ratio, verdict },
        None => Judgement::Suitable,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::tables::fixtures::comparison;

    const ASYNC: Need = Need::Capability(Capability::AsyncSubmit);

    pub(in super::super) const fn candidate<'a>(
        name: &'a str,
        packages: usize,
        capabilities: &'a [Capability],
    ) -> Candidate<'a> {
        Candidate { name, capabilities, packages: Some(packages), native: false }
    }

    const FIVE: [Candidate<'static>; 5] = [
        candidate("std", 0, &[]),
        candidate("crossbeam", 6, &[]),
        candidate("flume", 7, &[Capability::AsyncSubmit]),
        candidate("rayon", 6, &[Capability::Fork]),
        candidate("tokio", 6, &[Capability::AsyncSubmit]),
    ];

    /// Times per job, in the order of the candidates.
    fn measured(trust: Trust, times: [f64; 5]) -> Comparison {
        let named: Vec<_> = FIVE.iter().map(|it| it.name).zip(times).collect();
        comparison("throughput/cpu-50us", trust, &named)
    }

    fn judgement<'a>(pick: &'a Pick, name: &str) -> &'a Judgement {
        &pick.backends.iter().find(|it| it.name == name).unwrap().judgement
    }

    #[test]
    fn of_those_that_have_what_is_needed_the_best_is_chosen_and_of_ties_the_lightest() {
        use Because::{Best, FewestPackages, First, OnlyOne};
        let bounded = Need::Contract("bounded");
        for (needs, times, name, because, tied) in [
            (&[][..], [150.0, 100.0, 200.0, 160.0, 400.0], "crossbeam", Best, &[][..]),
            (
                &[],
                [101.0, 100.0, 200.0, 100.0, 400.0],
                "std",
                FewestPackages,
                &["crossbeam", "rayon"],
            ),
            (&[], [200.0, 100.0, 200.0, 100.0, 400.0], "crossbeam", First, &["rayon"]),
            (&[ASYNC], [10.0, 10.0, 100.0, 10.0, 200.0], "flume", Best, &[]),
            // Both are worse than std, and not than each other.
            (&[ASYNC], [10.0, 10.0, 100.0, 10.0, 100.0], "tokio", FewestPackages, &["flume"]),
            (&[Need::StdOnly], [5.0, 2.0, 3.0, 4.0, 1.0], "std", OnlyOne, &[]),
            (&[bounded], [100.0, 200.0, 200.0, 200.0, 200.0], "std", Best, &[]),
        ] {
            let pick = decide(&FIVE, needs, Some(&measured(Trust::Sound, times)));
            let tied = tied.iter().map(|it| (*it).to_owned()).collect();
            let name = name.to_owned();
            let (preview, noisy) = (false, None);
            assert_eq!(pick.answer, Answer::Chosen { name, because, tied, preview, noisy });
        }
    }

    #[test]
    fn each_backend_is_judged() {
        let times = [10.0, 10.0, 100.0, 10.0, 200.0];
        let pick = decide(&FIVE, &[ASYNC], Some(&measured(Trust::Sound, times)));
        assert_eq!(judgement(&pick, "flume"), &Judgement::Chosen);
        assert_eq!(judgement(&pick, "std"), &Judgement::Lacks { needs: vec![ASYNC] });
        let Judgement::Worse { ratio, verdict } = judgement(&pick, "tokio") else {
            panic!("{pick:?}")
        };
        assert!((ratio.estimate - 2.0).abs() < 1e-9, "{ratio:?}");
        assert_eq!(*verdict, Verdict::Slower);
        let nobody = decide(&FIVE, &[Need::StdOnly, ASYNC], None);
        assert_eq!(nobody.answer, Answer::Nobody);
        let both = Judgement::Lacks { needs: vec![Need::StdOnly, ASYNC] };
        assert_eq!(judgement(&nobody, "rayon"), &both);
    }

    #[test]
    fn noise_hides_what_is_smaller_than_it_and_a_preview_is_an_answer_that_says_so() {
        // The twins of a noisy fixture differ by up to a fifth and a little.
        let noisy = measured(Trust::TooNoisy, [100.0, 110.0, 90.0, 300.0, 101.0]);
        let pick = decide(&FIVE, &[], Some(&noisy));
        let Answer::Chosen { name, tied, noisy: Some(noise), .. } = &pick.answer else {
            panic!("{pick:?}")
        };
        assert_eq!((&**name, tied.len()), ("std", 3));
        assert!((noise - 0.212).abs() < 1e-9, "{noise}");
        assert!(matches!(judgement(&pick, "rayon"), Judgement::Worse { .. }));
        let preview = measured(Trust::Preview, [100.0, 200.0, 200.0, 200.0, 200.0]);
        let pick = decide(&FIVE, &[], Some(&preview));
        assert!(matches!(pick.answer, Answer::Chosen { preview: true, .. }), "{pick:?}");
        let pick = decide(&FIVE, &[], None);
        assert_eq!(pick.answer, Answer::NotMeasured { by_packages: "std".to_owned() });
    }

    #[test]
    fn ends_that_differ_by_less_than_a_millisecond_are_alike_however_short_the_best_is() {
        let times = [1e4, 2e4, 5e6, 5.5e6, 15e6];
        let named: Vec<_> = FIVE.iter().map(|it| it.name).zip(times).collect();
        let ends = comparison("shutdown/idle", Trust::Sound, &named);
        for (among, of_them) in [
            (&["std", "crossbeam", "flume"][..], &["std", "crossbeam"][..]),
            (&["flume", "rayon", "tokio"], &["flume", "rayon"]),
            (&["flume", "tokio"], &["flume"]),
        ] {
            assert_eq!(best(&ends, among), of_them);
        }
    }

    #[test]
    fn a_native_pool_is_not_taken_to_give_what_the_contract_does() {
        let native = Candidate { native: true, ..FIVE[0] };
        assert_eq!(native.lacks(&[Need::Contract("bounded"), Need::StdOnly]).len(), 1);
    }

    #[test]
    fn what_is_not_known_or_not_measured_is_not_chosen_before_the_rest() {
        let mut candidates = FIVE.to_vec();
        candidates[0].packages = None;
        let pick = decide(&candidates, &[], Some(&measured(Trust::Sound, [100.0; 5])));
        assert!(matches!(pick.answer, Answer::Chosen { name, .. } if name == "crossbeam"));
        let two = comparison("cost/sparse", Trust::Sound, &[("flume", 100.0), ("tokio", 300.0)]);
        let pick = decide(&FIVE, &[], Some(&two));
        assert!(matches!(&pick.answer, Answer::Chosen { name, .. } if name == "flume"));
        assert_eq!(judgement(&pick, "std"), &Judgement::Suitable);
    }
}
