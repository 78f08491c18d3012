//! What a run says to the questions that are asked most, a line each.

use pool_measure::capability::Capability;

use super::{
    decide::{Answer, Candidate, decide},
    need::Need,
};
use crate::{
    opened::Opened,
    tables::{list, wrap},
};

/// A question: in words, the cell that answers, and what the backend has to have.
type Asked = (&'static str, &'static str, &'static [Need]);

const ASYNC: &[Need] = &[Need::Capability(Capability::AsyncSubmit)];

const ASKED: [Asked; 7] = [
    ("jobs of 1 µs", "throughput/cpu-1us", &[]),
    ("jobs of 10 µs", "throughput/cpu-10us", &[]),
    ("jobs of 10 µs, submitted from async code", "throughput/cpu-10us", ASYNC),
    ("the result of a lone job soon", "latency/cpu-10us/hand-over", &[]),
    ("the last of 32 results soon", "latency/cpu-10us/burst-32", &[]),
    ("little CPU time for jobs that are rare", "cost/sparse", &[]),
    ("ending at once", "shutdown/idle", &[]),
];

/// The picks for the questions that the run has measured; nothing if it has none of them.
pub(crate) fn in_short(opened: &Opened) -> Option<String> {
    let candidates: Vec<_> = opened.run.file.backends.iter().map(Candidate::of).collect();
    let answer = |(question, cell, needs): &Asked| {
        let main = opened.analysis.comparisons.iter().find(|it| it.cell.to_string() == *cell)?;
        let measured: Vec<_> =
            candidates.iter().copied().filter(|it| main.row(it.name).is_some()).collect();
        let suitable = measured.iter().filter(|it| it.lacks(needs).is_empty()).count();
        let answer = in_words(&decide(&measured, needs, Some(main)).answer, suitable);
        Some(wrap(&format!("  {question:<42}{answer}")))
    };
    let lines: Vec<_> = ASKED.iter().filter_map(answer).collect();
    (!lines.is_empty()).then(|| {
        let how = "for your own jobs, needs and goals, with reasons: cargo compare pick --help";
        format!("Picks\n{}\n  {how}", lines.join("\n"))
    })
}

/// The answer among so many that have what is needed.
fn in_words(answer: &Answer, suitable: usize) -> String {
    let marked = |preview: &bool| if *preview { ", a preview" } else { "" };
    match answer {
        Answer::Chosen { name, tied, preview, .. } if tied.is_empty() => {
            format!("{name}{}", marked(preview))
        }
        Answer::Chosen { name, tied, preview, .. } if tied.len() + 1 < suitable => {
            format!("{name} (tied: {}){}", list(tied), marked(preview))
        }
        Answer::Chosen { name, preview, .. } => {
            format!("{name} (all that can are tied){}", marked(preview))
        }
        Answer::TooNoisy { .. } => "too noisy to tell".to_owned(),
        Answer::Nobody => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::Trust,
        protocol::BackendFacts,
        store::{KeptRun, fixture},
        tables::{
            WIDTH,
            fixtures::{analysis, comparison},
        },
    };

    #[test]
    fn each_question_that_was_measured_has_a_line() {
        let facts = |name: &str| BackendFacts {
            name: name.to_owned(),
            package: String::new(),
            packages_pulled_in: Some(name.len()),
            capabilities: Vec::new(),
            bare_loop: false,
            native: false,
        };
        let names = ["std", "crossbeam", "flume", "rayon", "tokio"];
        let mut file = fixture::run_file();
        file.backends = names.map(facts).to_vec();
        let run = KeptRun { directory: "d".into(), file, samples: Vec::new() };
        let values = [("std", 1.0), ("flume", 2.0)];
        let ties: Vec<_> =
            names.iter().map(|it| (*it, if *it == "tokio" { 2.0 } else { 1.0 })).collect();
        let comparisons = vec![
            comparison("throughput/cpu-10us", Trust::Sound, &values),
            comparison("shutdown/idle", Trust::TooNoisy, &values),
            comparison("cost/sparse", Trust::Preview, &ties),
        ];
        let mut opened = Opened { run, analysis: analysis(comparisons) };
        let text = in_short(&opened).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        for said in [
            "jobs of 10 µs                             std\n",
            "submitted from async code  none",
            "std (tied: crossbeam, flume and rayon), a preview",
            "too noisy to tell",
        ] {
            assert!(text.contains(said), "{said} in {text}");
        }
        opened.analysis.comparisons.clear();
        assert_eq!(in_short(&opened), None);
    }
}
