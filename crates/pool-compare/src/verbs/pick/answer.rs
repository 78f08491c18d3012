//! The answer, and what there is to know of it.

use serde::Serialize;

use super::{
    decide::{Answer, Because, Candidate, Judged, Judgement, Pick, best},
    evidence::Evidence,
    need::Need,
    question::Question,
    short::hidden,
};
use crate::{
    analysis::{Comparison, Trust},
    figures::{Scale, count, ratio},
    quantity::Unit,
    statistics::{Interval, Verdict},
    store::Difference,
    tables::{fell_behind, list, noise, wrap},
    verbs::doctor,
};

/// Serialized, it is what `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Answered {
    pick: Pick,
    cell: String,
    quantity: &'static str,
    /// What people call the quantity, and more of it.
    #[serde(skip)]
    words: [&'static str; 2],
    #[serde(skip)]
    unit: Unit,
    workers: usize,
    /// Needs that all backends meet.
    by_contract: Vec<String>,
    /// The run that the answer is by; `None` if needs alone decided.
    by: Option<String>,
    /// What the contract costs, where the native pool of the same library was measured too.
    guarantees: Option<String>,
    /// What would change the answer: other cells, and other needs.
    changes: Vec<String>,
    notes: Vec<String>,
    cautions: Vec<String>,
}

impl Answered {
    pub(super) fn new(
        pick: Pick,
        question: Question,
        needs: &[Need],
        candidates: &[Candidate<'_>],
        evidence: Option<&Evidence>,
    ) -> Self {
        let preferred = question.quantities[0];
        let comparison = evidence.and_then(|it| it.comparison(&question));
        let all = question.cell.quantities();
        let quantity = comparison.map(Comparison::quantity);
        let quantity = quantity.or(all.iter().find(|it| it.key == preferred)).unwrap_or(&all[0]);
        let mut notes = question.notes;
        if quantity.key != preferred {
            notes.push(format!(
                "judged by {}: a higher percentile takes more jobs in a visit, and a machine that \
                 has time to submit them when they are due",
                quantity.title
            ));
        }
        let worse = match quantity.unit {
            Unit::Nanos if quantity.key == "cpu_per_job_ns" => "the CPU time here",
            Unit::Nanos | Unit::Times => "slower here",
            Unit::Bytes => "the memory here",
        };
        let by_contract = needs.iter().filter(|it| matches!(it, Need::Contract(_)));
        let mut answered = Self {
            pick,
            cell: question.cell.to_string(),
            quantity: quantity.key,
            words: [quantity.title, worse],
            unit: quantity.unit,
            workers: question.workers,
            by_contract: by_contract.map(ToString::to_string).collect(),
            by: None,
            guarantees: None,
            changes: Vec::new(),
            notes,
            cautions: Vec::new(),
        };
        answered.add_changes(candidates, needs, evidence);
        if let Some(evidence) = evidence {
            answered.add_evidence(evidence, comparison);
        }
        answered
    }

    fn add_changes(
        &mut self,
        candidates: &[Candidate<'_>],
        needs: &[Need],
        evidence: Option<&Evidence>,
    ) {
        let Answer::Chosen { name, .. } = &self.pick.answer else { return };
        let suitable = |needs: &[Need]| -> Vec<&str> {
            let left = candidates.iter().filter(|it| it.lacks(needs).is_empty());
            left.map(|it| it.name).collect()
        };
        let among = suitable(needs);
        let others = evidence.into_iter().flat_map(|it| &it.opened.analysis.comparisons);
        let others = others.filter(|it| it.is_main() && it.trust != Trust::TooNoisy);
        for comparison in others {
            let best = best(comparison, &among);
            let cell = comparison.cell.to_string();
            if cell != self.cell && !best.is_empty() && !best.contains(&name.as_str()) {
                let than = comparison.pair(name, best[0]).map(|it| ratio(it.0));
                let than = than.map(|it| format!("; {name} takes {it}")).unwrap_or_default();
                self.changes.push(format!("in {cell}: {}{than}", list(&best)));
            }
        }
        for need in Need::telling().filter(|it| !needs.contains(it)) {
            let left = suitable(&[needs, &[need]].concat());
            if !left.is_empty() && !left.contains(&name.as_str()) {
                self.changes.push(format!("--need {need} leaves {}", list(&left)));
            }
        }
    }

    fn add_evidence(&mut self, evidence: &Evidence, comparison: Option<&Comparison>) {
        let how = if evidence.fresh { "measured just now" } else { "kept" };
        let workers = count(self.workers, "worker");
        let mode = match evidence.opened.run.file.configuration.linger_us {
            Some(_) if !self.cell.starts_with("latency/") => "in batches (recv_batch)",
            _ => "one by one (recv)",
        };
        let run = evidence.opened.describe();
        self.by = Some(format!("by {run}, {how}, {workers}, results taken {mode}"));
        if let (Answer::Chosen { name, .. }, Some(comparison)) = (&self.pick.answer, comparison) {
            let cost = comparison.pair(name, &format!("{name}-native")).map(|it| ratio(it.0));
            self.guarantees = cost.map(|cost| {
                format!(
                    "what the whole contract costs here: {name} takes {cost} of its native pool"
                )
            });
        }
        self.cautions = doctor::examine().cautions();
        if !evidence.broken.is_empty() {
            let broken = list(&evidence.broken);
            self.cautions.push(format!("left out, because they break the contract: {broken}"));
        }
        if let Some(Difference { field, values: [then, now] }) = &evidence.now {
            self.cautions.push(format!(
                "what was measured is not what you have now: {field} was {then} and is {now}; \
                 --measure measures again"
            ));
        }
        let floor = evidence.opened.analysis.noise_floor;
        let timed = comparison.is_some_and(Comparison::is_time_per_job);
        self.cautions.extend(floor.filter(|_| timed).map(noise));
        self.cautions.extend(comparison.and_then(fell_behind));
        if comparison.is_some_and(|it| it.trust == Trust::Preview) {
            self.cautions.push("a preview: fewer than 5 processes were measured".to_owned());
        }
    }

    /// All that there is to say.
    pub(super) fn show(&self) -> String {
        let mut lines = Vec::new();
        match &self.pick.answer {
            Answer::Chosen { name, because, tied, preview, noisy } => {
                lines.push(format!("pick {name}{}", if *preview { " (a preview)" } else { "" }));
                lines.push(format!("  {}", self.why(name, *because, &list(tied))));
                lines.extend(noisy.map(|noise| {
                    let shown = hidden(noise);
                    format!(
                        "  the machine was noisy: no difference below {shown} can be shown, on a \
                         quieter one it may be (--measure)"
                    )
                }));
            }
            Answer::NotMeasured { by_packages } => {
                lines.push(format!("pick {by_packages}, by its needs alone"));
                lines.push(format!(
                    "  because none that has them pulls in fewer packages; {} was not measured of \
                     any",
                    self.cell
                ));
            }
            Answer::Nobody => lines.push("no backend has all that is needed".to_owned()),
        }
        if !self.by_contract.is_empty() {
            let needs = list(&self.by_contract);
            lines.push(format!("  {needs}: all of them, by the contract"));
        }
        let said = self.by.iter().chain(&self.guarantees).chain(&self.notes);
        lines.extend(said.map(|it| format!("  {it}")));
        lines.push(if self.by.is_some() {
            format!("\nthe backends, by {} of {}, with 95 % confidence:", self.words[0], self.cell)
        } else {
            "\nthe backends:".to_owned()
        });
        lines.extend(self.pick.backends.iter().map(|it| self.judged(it)));
        for (title, all) in
            [("what would change the answer:", &self.changes), ("take with care:", &self.cautions)]
        {
            if !all.is_empty() {
                lines.push(format!("\n{title}"));
                lines.extend(all.iter().map(|it| format!("  {it}")));
            }
        }
        let wrapped = lines.iter().map(|line| match line.strip_prefix('\n') {
            Some(title) => format!("\n{title}"),
            None => wrap(line),
        });
        wrapped.collect::<Vec<_>>().join("\n")
    }

    /// Why that one.
    fn why(&self, name: &str, because: Because, tied: &str) -> String {
        let (cell, title) = (&self.cell, self.words[0]);
        let own = self.pick.backends.iter().find(|it| it.name == name);
        let pulls_in = packages(own.and_then(|it| it.packages));
        match because {
            Because::OnlyOne => {
                "because no other has what is needed; so nothing was compared".to_owned()
            }
            Because::Best => format!("because it is better than all others in {title} of {cell}"),
            Because::FewestPackages => format!(
                "because it pulls in {pulls_in}, the fewest; in {title} of {cell} it is tied with \
                 {tied}"
            ),
            Because::First => format!(
                "because it comes first in the list; in {title} of {cell} it is tied with {tied}, \
                 and none of them pulls in fewer packages"
            ),
        }
    }

    /// What was measured of it, and why not this one.
    fn judged(&self, Judged { name, packages: number, value, judgement }: &Judged) -> String {
        let said = match judgement {
            Judgement::Chosen => format!("picked; pulls in {}", packages(*number)),
            Judgement::Tied => format!("tied; pulls in {}", packages(*number)),
            Judgement::Worse { ratio: of, verdict } => match verdict {
                Verdict::Slower | Verdict::SlightlySlower => {
                    format!("{} {}", ratio(*of), self.words[1])
                }
                // Worse than another of those that are tied, and not than the chosen one.
                _ => format!(
                    "{} as much here; one that is tied with the choice is better",
                    ratio(*of)
                ),
            },
            Judgement::Lacks { needs } => {
                let needs: Vec<String> = needs.iter().map(ToString::to_string).collect();
                format!("lacks {}", list(&needs))
            }
            Judgement::Suitable => "has what is needed; not compared".to_owned(),
        };
        let all = || self.pick.backends.iter();
        let shown = |value: Interval| Scale::of(self.unit, value.estimate).interval(value);
        let values = all().filter_map(|it| it.value.map(|it| shown(it).chars().count()));
        let (width, wide) = (
            all().map(|it| it.name.len()).max().unwrap_or_default(),
            values.max().map_or(0, |it| it + 2),
        );
        let value = value.map(shown).unwrap_or_default();
        format!("  {name:<width$}  {value:<wide$}{said}")
    }
}

fn packages(number: Option<usize>) -> String {
    match number {
        Some(0) => "no packages".to_owned(),
        Some(number) => count(number, "package"),
        None => "packages that were not counted".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use pool_measure::capability::Capability;

    use super::{
        super::{
            decide::{decide, tests::candidate},
            question::Jobs,
        },
        *,
    };
    use crate::{
        opened::Opened,
        store::{KeptRun, fixture},
        tables::fixtures::{analysis, comparison},
    };

    const THREE: [Candidate<'static>; 3] = [
        candidate("std", 0, &[]),
        candidate("flume", 7, &[Capability::AsyncSubmit]),
        candidate("rayon", 6, &[Capability::Fork]),
    ];

    fn answered(needs: &[Need], trust: Trust) -> Answered {
        let jobs = Jobs { length: Some("50us"), ..Jobs::default() };
        let question = Question::of(None, jobs, (2, 1)).unwrap();
        let values = [("std", 100.0), ("flume", 160.0), ("rayon", 101.0)];
        let comparisons = vec![
            comparison("throughput/cpu-50us", trust, &values),
            comparison("throughput/empty", Trust::Sound, &[("std", 9.0), ("flume", 3.0)]),
        ];
        let directory = "results/m/r".into();
        let (file, samples) = (fixture::run_file(), Vec::new());
        let run = KeptRun { directory, file, samples, figures: None };
        let opened = Opened { run, analysis: analysis(comparisons) };
        let evidence = Evidence { opened, fresh: false, broken: Vec::new(), now: None };
        let pick = decide(&THREE, needs, evidence.comparison(&question));
        let mut answered = Answered::new(pick, question, needs, &THREE, Some(&evidence));
        answered.cautions = vec!["this is a virtual machine".to_owned()];
        answered
    }

    #[test]
    fn the_answer_comes_first_and_then_why_and_why_not_another() {
        assert_eq!(
            answered(&[Need::Contract("bounded")], Trust::Sound).show(),
            "\
pick std
  because it pulls in no packages, the fewest; in time per job of throughput/cpu-50us it is tied
    with rayon
  bounded: all of them, by the contract
  by results/m/r (2026-03-14T15:09:26Z), kept, 2 workers, results taken in batches (recv_batch)

the backends, by time per job of throughput/cpu-50us, with 95 % confidence:
  std    100 [99, 101] ns   picked; pulls in no packages
  flume  160 [158, 162] ns  1.6x [1.6, 1.6] slower here
  rayon  101 [100, 102] ns  tied; pulls in 6 packages

what would change the answer:
  in throughput/empty: flume; std takes 3.0x [3.0, 3.0]
  --need async-submit leaves flume
  --need fork leaves rayon

take with care:
  this is a virtual machine"
        );
    }

    #[test]
    fn noise_is_said_with_the_answer_and_programs_read_the_outcome_by_name() {
        let noisy = answered(&[], Trust::TooNoisy).show();
        assert!(noisy.starts_with("pick std\n") && noisy.contains("below 21 %"), "{noisy}");
        let value = serde_json::to_value(answered(&[Need::StdOnly], Trust::Sound)).unwrap();
        assert_eq!(value["pick"]["answer"]["outcome"], "chosen");
        assert_eq!(value["pick"]["answer"]["because"], "only-one");
        assert_eq!(value["pick"]["backends"][1]["judgement"], "lacks");
        assert_eq!(value["pick"]["backends"][1]["needs"][0], "std-only");
    }
}
