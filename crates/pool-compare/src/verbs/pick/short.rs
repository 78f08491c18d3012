//! What a run says to the questions that are asked most, a line each.

use pool_measure::{capability::Capability, entry::BackendEntry};

use super::{
    decide::{Answer, Candidate, decide},
    need::Need,
};
use crate::{
    analysis::Analysis,
    tables::{list, wrap},
};

/// A question: in words, the cell that answers, and what the backend has to have.
type Asked = (&'static str, &'static str, &'static [Need]);

const ASYNC: &[Need] = &[Need::Capability(Capability::AsyncSubmit)];

const ASKED: [Asked; 6] = [
    ("jobs of 1 µs", "throughput/cpu-1us", &[]),
    ("jobs of 10 µs", "throughput/cpu-10us", &[]),
    ("jobs of 10 µs, submitted from async code", "throughput/cpu-10us", ASYNC),
    ("results soon, at 5000 jobs a second", "latency/cpu-10us/5000-per-s", &[]),
    ("little CPU time for jobs that are rare", "cost/sparse", &[]),
    ("ending at once", "shutdown/idle", &[]),
];

/// The picks for the questions that the run has measured; nothing if it has none of them.
pub(crate) fn in_short(backends: &[BackendEntry], analysis: &Analysis) -> Option<String> {
    let candidates: Vec<_> = backends.iter().map(Candidate::of).collect();
    let answer = |(question, cell, needs): &Asked| {
        let main = analysis.comparisons.iter().find(|it| it.cell.to_string() == *cell)?;
        let measured: Vec<_> =
            candidates.iter().copied().filter(|it| main.row(it.name).is_some()).collect();
        let suitable = measured.iter().filter(|it| it.lacks(needs).is_empty()).count();
        let answer = in_words(&decide(&measured, needs, Some(main)).answer, suitable);
        Some(wrap(&format!("  {question:<42}{answer}")))
    };
    let lines: Vec<_> = ASKED.iter().filter_map(answer).collect();
    (!lines.is_empty()).then(|| {
        let how = "cargo compare pick --help: for your own jobs, needs and goals, with reasons";
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
    use pool_measure::entry::BACKENDS;

    use super::*;
    use crate::{
        analysis::Trust,
        tables::fixtures::{analysis, comparison},
    };

    #[test]
    fn each_question_that_was_measured_has_a_line_within_a_terminal() {
        let values = [("std", 1.0), ("flume", 2.0)];
        let run = analysis(vec![
            comparison("throughput/cpu-10us", Trust::Sound, &values),
            comparison("shutdown/idle", Trust::TooNoisy, &values),
        ]);
        let text = in_short(&BACKENDS, &run).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let answer = |line: &str| line.chars().skip(44).collect::<String>();
        let answers: Vec<String> = text.lines().map(answer).collect();
        assert_eq!(answers[1..4], ["std", "flume", "too noisy to tell"]);
    }

    #[test]
    fn many_ties_take_a_second_line() {
        let values = [("std", 1.0), ("crossbeam", 1.0), ("flume", 1.0), ("rayon", 1.0)];
        let five = [&values[..], &[("tokio", 2.0)]].concat();
        let run = analysis(vec![comparison("cost/sparse", Trust::Preview, &five)]);
        let text = in_short(&BACKENDS, &run).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("a preview"), "{text}");
    }

    #[test]
    fn a_run_of_other_cells_has_no_picks() {
        assert_eq!(in_short(&BACKENDS, &analysis(Vec::new())), None);
    }
}
