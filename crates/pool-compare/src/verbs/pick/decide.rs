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
}

impl<'a> Candidate<'a> {
    /// A backend as it is listed.
    pub(super) fn of(facts: &'a BackendFacts) -> Self {
        Self {
            name: &facts.name,
            capabilities: &facts.capabilities,
            packages: facts.packages_pulled_in,
        }
    }

    /// Of these needs, those that it does not meet.
    pub(super) fn lacks(&self, needs: &[Need]) -> Vec<Need> {
        let lacked = |need: &&Need| !need.is_met(self.capabilities, self.packages);
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
    },
    /// The measurements do not tell; by needs and packages alone it would be this one.
    TooNoisy { by_packages: String },
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

/// Decides. Without a comparison, which nobody needs for one candidate, by needs and packages
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
        judgement: judge(candidate, needs, &answer, comparison),
    };
    Pick { backends: candidates.iter().map(judged).collect(), answer }
}

fn answer(left: &[&Candidate<'_>], comparison: Option<&Comparison>) -> Answer {
    let chosen = |(name, because), among: &[&Candidate<'_>], preview| Answer::Chosen {
        tied: among.iter().map(|it| it.name).filter(|it| *it != name).map(str::to_owned).collect(),
        name,
        because,
        preview,
    };
    match (left, comparison) {
        ([], _) => Answer::Nobody,
        ([one], _) => chosen((one.name.to_owned(), Because::OnlyOne), left, false),
        (_, Some(comparison)) if comparison.trust != Trust::TooNoisy => {
            let names: Vec<&str> = left.iter().map(|it| it.name).collect();
            let best = best(comparison, &names);
            let best: Vec<_> = left.iter().copied().filter(|it| best.contains(&it.name)).collect();
            let preview = comparison.trust == Trust::Preview;
            match lightest(&best) {
                Some(lightest) => chosen(lightest, &best, preview),
                // None of them was measured.
                None => by_packages(left),
            }
        }
        _ => by_packages(left),
    }
}

fn by_packages(left: &[&Candidate<'_>]) -> Answer {
    match lightest(left) {
        Some((name, _)) => Answer::TooNoisy { by_packages: name },
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

/// Of these backends, those that none of the others is shown to be better than by as much as
/// matters. Those that were not measured are not among them.
pub(super) fn best<'a>(comparison: &Comparison, among: &[&'a str]) -> Vec<&'a str> {
    let beats = |a: &str, b: &str| matches!(comparison.pair(a, b), Some((_, Verdict::Faster)));
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
mod tests {
    use super::*;
    use crate::tables::fixtures::comparison;

    const ASYNC: Need = Need::Capability(Capability::AsyncSubmit);

    const FIVE: [Candidate<'static>; 5] = [
        Candidate { name: "std", capabilities: &[], packages: Some(0) },
        Candidate { name: "crossbeam", capabilities: &[], packages: Some(6) },
        Candidate { name: "flume", capabilities: &[Capability::AsyncSubmit], packages: Some(7) },
        Candidate { name: "rayon", capabilities: &[Capability::Fork], packages: Some(6) },
        Candidate { name: "tokio", capabilities: &[Capability::AsyncSubmit], packages: Some(6) },
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
            assert_eq!(pick.answer, Answer::Chosen { name, because, tied, preview: false });
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
    fn noise_gives_no_answer_but_advice_and_a_preview_is_an_answer_that_says_so() {
        let noisy = measured(Trust::TooNoisy, [1.0, 2.0, 3.0, 4.0, 5.0]);
        let pick = decide(&FIVE, &[ASYNC], Some(&noisy));
        assert_eq!(pick.answer, Answer::TooNoisy { by_packages: "tokio".to_owned() });
        assert_eq!(judgement(&pick, "flume"), &Judgement::Suitable);
        let preview = measured(Trust::Preview, [100.0, 200.0, 200.0, 200.0, 200.0]);
        let pick = decide(&FIVE, &[], Some(&preview));
        assert!(matches!(pick.answer, Answer::Chosen { preview: true, .. }), "{pick:?}");
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
