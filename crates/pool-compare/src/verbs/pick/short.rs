//! What a run says to the questions that are asked most, a line each.

use pool_measure::capability::Capability;

use super::{
    decide::{Answer, Candidate, decide},
    need::Need,
};
use crate::{
    analysis::Analysis,
    figures::percent,
    opened::Opened,
    protocol::BackendFacts,
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

/// The questions that have been measured, and the answers.
pub(crate) fn answers(
    backends: &[BackendFacts],
    analysis: &Analysis,
) -> Vec<(&'static str, String)> {
    let candidates: Vec<_> = backends.iter().map(Candidate::of).collect();
    let answer = |&(question, cell, needs): &Asked| {
        let main = analysis.comparisons.iter().find(|it| it.cell.to_string() == cell)?;
        let measured: Vec<_> =
            candidates.iter().copied().filter(|it| main.row(it.name).is_some()).collect();
        let suitable = measured.iter().filter(|it| it.lacks(needs).is_empty()).count();
        Some((question, in_words(&decide(&measured, needs, Some(main)).answer, suitable)))
    };
    ASKED.iter().filter_map(answer).collect()
}

/// The same for a terminal; nothing if the run has measured none of them.
pub(crate) fn in_short(opened: &Opened) -> Option<String> {
    let answers = answers(&opened.run.file.backends, &opened.analysis);
    let line = |(question, answer)| wrap(&format!("  {question:<42}{answer}"));
    let lines: Vec<_> = answers.into_iter().map(line).collect();
    (!lines.is_empty()).then(|| {
        let how = "for your own jobs, needs and goals, with reasons: cargo compare pick --help";
        format!("Picks\n{}\n  {how}", lines.join("\n"))
    })
}

/// Up to which difference noise hides all; beyond ten times, no number says anything.
pub(super) fn hidden(noise: f64) -> String {
    if noise < 10.0 { percent(noise) } else { "ten times".to_owned() }
}

/// The answer among so many that have what is needed.
fn in_words(answer: &Answer, suitable: usize) -> String {
    let (name, tied, preview, noisy) = match answer {
        Answer::Chosen { name, tied, preview, noisy, .. } => (name, tied, preview, noisy),
        Answer::NotMeasured { .. } | Answer::Nobody => return "none".to_owned(),
    };
    let tied = match tied.len() {
        0 => String::new(),
        number if number + 1 < suitable => format!(" (tied: {})", list(tied)),
        _ => " (all that can are tied)".to_owned(),
    };
    let preview = if *preview { ", a preview" } else { "" };
    let noisy = noisy.map(|it| format!("; nothing below {} shows", hidden(it)));
    format!("{name}{tied}{preview}{}", noisy.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::Trust,
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
            native: false,
        };
        let names = ["std", "crossbeam", "flume", "rayon", "tokio"];
        let mut file = fixture::run_file();
        file.backends = names.map(facts).to_vec();
        let samples = Vec::new();
        let run = KeptRun { directory: "d".into(), file, samples, figures: None };
        let values = [("std", 1.0), ("flume", 2.0)];
        let ties: Vec<_> =
            names.iter().map(|it| (*it, if *it == "tokio" { 2.0 } else { 1.0 })).collect();
        let comparisons = vec![
            comparison("throughput/cpu-10us", Trust::Sound, &values),
            comparison(
                "shutdown/idle",
                Trust::TooNoisy,
                &values.map(|(name, it)| (name, it * 1e7)),
            ),
            comparison("cost/sparse", Trust::Preview, &ties),
        ];
        let mut opened = Opened { run, analysis: analysis(comparisons) };
        let text = in_short(&opened).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        for said in [
            "jobs of 10 µs                             std\n",
            "submitted from async code  none",
            "std (tied: crossbeam, flume and rayon), a preview",
            "std; nothing below 21 % shows",
        ] {
            assert!(text.contains(said), "{said} in {text}");
        }
        opened.analysis.comparisons.clear();
        assert_eq!(in_short(&opened), None);
    }
}
