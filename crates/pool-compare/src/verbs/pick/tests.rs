use pool_measure::capability::Capability;

use super::*;
use crate::tables::fixtures::{analysis, comparison};

const TWO: [Candidate<'static>; 3] = [
    Candidate { name: "std", capabilities: &[], packages: Some(0) },
    Candidate { name: "flume", capabilities: &[Capability::AsyncSubmit], packages: Some(7) },
    Candidate { name: "rayon", capabilities: &[Capability::Fork], packages: Some(6) },
];

fn answered(needs: &[Need], comparison: Option<&Comparison>) -> Answered {
    let jobs = Jobs { length: Some("50us"), ..Jobs::default() };
    let question = Question::of(None, jobs, (2, 1)).unwrap();
    let pick = decide(&TWO, needs, comparison);
    let mut answered = Answered::new(pick, question, None, needs);
    answered.add_needs(&TWO, needs);
    answered
}

#[test]
fn the_answer_comes_first_and_then_why_and_why_not_another() {
    let values = [("std", 100.0), ("flume", 160.0), ("rayon", 101.0)];
    let measured = comparison("throughput/cpu-50us", Trust::Sound, &values);
    let mut answered = answered(&[Need::Contract("bounded")], Some(&measured));
    let elsewhere = comparison("throughput/empty", Trust::Sound, &[("std", 9.0), ("flume", 3.0)]);
    let among = ["std", "flume", "rayon"];
    answered.other_cells = elsewhere::cells(&analysis(vec![elsewhere]), |_| true, "std", &among);
    answered.by = Some("by results/m/r (2026-03-14T15:09:26Z), kept, 2 workers".to_owned());
    answered.cautions = vec!["this is a virtual machine".to_owned()];
    assert_eq!(
        show::show(&answered),
        "\
pick std
  because it pulls in no packages, the fewest; in time per job of throughput/cpu-50us it is tied
    with rayon
  bounded: all of them, by the contract
  by results/m/r (2026-03-14T15:09:26Z), kept, 2 workers

why not another:
  flume  1.6x [1.6, 1.6] slower here
  rayon  tied; pulls in 6 packages

what would change the answer:
  in throughput/empty: flume; the choice takes 3.0x [3.0, 3.0]
  --need async-submit leaves flume
  --need fork leaves rayon

take with care:
  this is a virtual machine"
    );
}

#[test]
fn noise_is_no_answer_and_still_advice() {
    let values = [("std", 100.0), ("flume", 160.0), ("rayon", 101.0)];
    let measured = comparison("throughput/cpu-50us", Trust::TooNoisy, &values);
    let shown = show::show(&answered(&[], Some(&measured)));
    assert!(shown.starts_with("no answer: measure again on a quieter machine"), "{shown}");
    assert!(shown.contains("by needs alone std is a sound choice"), "{shown}");
}

#[test]
fn nobody_is_told_in_one_line_with_who_lacks_what() {
    let needs = [Need::StdOnly, Need::Capability(Capability::Fork)];
    assert_eq!(
        nobody(&decide(&TWO, &needs, None)),
        "no backend has all that is needed: std lacks fork, flume lacks std-only and fork, rayon \
         lacks std-only"
    );
}

#[test]
fn programs_read_the_outcome_by_name() {
    let value = serde_json::to_value(answered(&[Need::StdOnly], None)).unwrap();
    assert_eq!(value["pick"]["answer"]["outcome"], "chosen");
    assert_eq!(value["pick"]["answer"]["because"], "only-one");
    assert_eq!(value["pick"]["backends"][1]["judgement"], "lacks");
    assert_eq!(value["pick"]["backends"][1]["needs"][0], "std-only");
    assert_eq!(value["other_needs"], serde_json::json!([]));
}
