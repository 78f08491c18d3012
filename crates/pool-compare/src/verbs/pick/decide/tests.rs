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

fn picked(needs: &[Need], times: [f64; 5]) -> Pick {
    decide(&FIVE, needs, Some(&measured(Trust::Sound, times)))
}

fn judgement<'a>(pick: &'a Pick, name: &str) -> &'a Judgement {
    &pick.backends.iter().find(|it| it.name == name).unwrap().judgement
}

#[track_caller]
fn assert_chosen(pick: &Pick, expected: &str, why: Because, as_good: &[&str]) {
    let Answer::Chosen { name, because, tied, preview } = &pick.answer else {
        panic!("{:?}", pick.answer)
    };
    assert_eq!((name.as_str(), *because), (expected, why));
    assert_eq!(tied, as_good);
    assert!(!preview);
    assert_eq!(judgement(pick, expected), &Judgement::Chosen);
}

#[test]
fn who_is_better_than_all_others_is_chosen() {
    let pick = picked(&[], [150.0, 100.0, 200.0, 160.0, 400.0]);
    assert_chosen(&pick, "crossbeam", Because::Best, &[]);
    let Judgement::Worse { ratio, verdict } = judgement(&pick, "flume") else { panic!("{pick:?}") };
    assert!((ratio.estimate - 2.0).abs() < 1e-9, "{ratio:?}");
    assert_eq!(*verdict, Verdict::Slower);
}

#[test]
fn of_those_that_are_tied_the_one_with_the_fewest_packages_is_chosen() {
    let pick = picked(&[], [101.0, 100.0, 200.0, 100.0, 400.0]);
    assert_chosen(&pick, "std", Because::FewestPackages, &["crossbeam", "rayon"]);
    assert_eq!(judgement(&pick, "rayon"), &Judgement::Tied);
}

#[test]
fn of_those_with_as_many_packages_it_is_the_first() {
    let pick = picked(&[], [200.0, 100.0, 200.0, 100.0, 400.0]);
    assert_chosen(&pick, "crossbeam", Because::First, &["rayon"]);
}

#[test]
fn who_lacks_what_is_needed_is_left_out_however_good_it_is() {
    let pick = picked(&[ASYNC], [10.0, 10.0, 100.0, 10.0, 200.0]);
    assert_chosen(&pick, "flume", Because::Best, &[]);
    assert_eq!(judgement(&pick, "std"), &Judgement::Lacks { needs: vec![ASYNC] });
    assert!(matches!(judgement(&pick, "tokio"), Judgement::Worse { .. }));
}

#[test]
fn those_left_are_compared_among_themselves() {
    // Both are worse than std, and not than each other.
    let pick = picked(&[ASYNC], [10.0, 10.0, 100.0, 10.0, 100.0]);
    assert_chosen(&pick, "tokio", Because::FewestPackages, &["flume"]);
}

#[test]
fn the_only_one_left_needs_no_measurement() {
    let needs = [Need::StdOnly];
    for measured in [None, Some(&measured(Trust::TooNoisy, [1.0, 2.0, 3.0, 4.0, 5.0]))] {
        let pick = decide(&FIVE, &needs, measured);
        assert_chosen(&pick, "std", Because::OnlyOne, &[]);
    }
}

#[test]
fn if_nobody_has_what_is_needed_each_is_told_with_what_it_lacks() {
    let pick = picked(&[Need::StdOnly, ASYNC], [1.0; 5]);
    assert_eq!(pick.answer, Answer::Nobody);
    assert_eq!(judgement(&pick, "std"), &Judgement::Lacks { needs: vec![ASYNC] });
    assert_eq!(judgement(&pick, "flume"), &Judgement::Lacks { needs: vec![Need::StdOnly] });
    let both = Judgement::Lacks { needs: vec![Need::StdOnly, ASYNC] };
    assert_eq!(judgement(&pick, "rayon"), &both);
}

#[test]
fn what_the_contract_gives_excludes_nobody() {
    let pick = picked(&[Need::Contract("bounded")], [100.0, 200.0, 200.0, 200.0, 200.0]);
    assert_chosen(&pick, "std", Because::Best, &[]);
}

#[test]
fn noise_gives_no_answer_but_advice_by_needs() {
    let noisy = measured(Trust::TooNoisy, [1.0, 2.0, 3.0, 4.0, 5.0]);
    let pick = decide(&FIVE, &[ASYNC], Some(&noisy));
    assert_eq!(pick.answer, Answer::TooNoisy { by_packages: "tokio".to_owned() });
    assert_eq!(judgement(&pick, "flume"), &Judgement::Suitable);
    assert_eq!(judgement(&pick, "std"), &Judgement::Lacks { needs: vec![ASYNC] });
}

#[test]
fn a_preview_is_an_answer_that_says_so() {
    let preview = measured(Trust::Preview, [100.0, 200.0, 200.0, 200.0, 200.0]);
    let pick = decide(&FIVE, &[], Some(&preview));
    assert!(matches!(pick.answer, Answer::Chosen { preview: true, .. }), "{pick:?}");
}

#[test]
fn packages_that_are_not_known_are_taken_for_many() {
    let mut candidates = FIVE.to_vec();
    candidates[0].packages = None;
    let all_tied = measured(Trust::Sound, [100.0; 5]);
    let pick = decide(&candidates, &[], Some(&all_tied));
    assert_chosen(&pick, "crossbeam", Because::First, &["std", "flume", "rayon", "tokio"]);
}

#[test]
fn who_was_not_measured_is_not_chosen_before_those_that_were() {
    let two = comparison("cost/sparse", Trust::Sound, &[("flume", 100.0), ("tokio", 300.0)]);
    let pick = decide(&FIVE, &[], Some(&two));
    assert_chosen(&pick, "flume", Because::Best, &[]);
    assert_eq!(judgement(&pick, "std"), &Judgement::Suitable);
}
