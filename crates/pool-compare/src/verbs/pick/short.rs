//! What a run says to the questions that are asked most, a line each.

use super::decide::{Pick, decide, suitable};
use crate::{
    analysis::Analysis,
    figures::percent,
    opened::Opened,
    protocol::BackendFacts,
    tables::{list, wrap},
};

/// A question: in words, the cell that answers, and what the backend has to have.
const ASKED: [(&str, &str, &[&str]); 7] = [
    ("jobs of 1 µs", "throughput/cpu-1us", &[]),
    ("jobs of 10 µs", "throughput/cpu-10us", &[]),
    ("jobs of 10 µs, submitted from async code", "throughput/cpu-10us", &["async-submit"]),
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
    let answer = |&(question, cell, needs): &(&'static str, &str, &[&str])| {
        let mut all = analysis.comparisons.iter();
        let main = all.find(|it| it.is_main() && it.cell.to_string() == cell)?;
        let mut suitable = suitable(backends, needs);
        suitable.retain(|it| main.row(&it.name).is_some());
        // As `pick` does unless it is asked for native pools, which keep less.
        if suitable.iter().any(|it| !it.native) {
            suitable.retain(|it| !it.native);
        }
        let pick = decide(&suitable, Some(main));
        Some((question, pick.map_or_else(|| "none".to_owned(), |it| it.in_words(suitable.len()))))
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

impl Pick {
    /// The answer among so many that have what is needed.
    fn in_words(&self, suitable: usize) -> String {
        let Self { name, tied, preview, noisy } = self;
        let tied = match tied.len() {
            0 => String::new(),
            number if number + 1 < suitable => format!(" (tied: {})", list(tied)),
            _ => " (all that can are tied)".to_owned(),
        };
        let preview = if *preview { ", a preview" } else { "" };
        let noisy = noisy.map(|it| format!("; nothing below {} shows", hidden(it)));
        format!("{name}{tied}{preview}{}", noisy.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::Trust,
        tables::fixtures::{backend, comparison, opened},
    };

    #[test]
    fn each_question_that_was_measured_has_a_line() {
        let tied = [("std", 1.0), ("crossbeam", 1.0), ("flume", 1.0), ("tokio", 2.0)];
        let mut opened = opened(vec![
            comparison("throughput/cpu-10us", Trust::Sound, &[("std", 1.0), ("flume", 2.0)]),
            comparison("shutdown/idle", Trust::TooNoisy, &[("std", 1e7), ("flume", 2e7)]),
            comparison("cost/sparse", Trust::Preview, &tied),
        ]);
        opened.run.file.backends = tied.map(|(it, _)| backend(it, it.len(), &[])).to_vec();
        let text = in_short(&opened).unwrap();
        for said in [
            "jobs of 10 µs                             std\n",
            "submitted from async code  none",
            "std (tied: crossbeam and flume), a preview",
            "std; nothing below 21 % shows",
        ] {
            assert!(text.contains(said), "{said} in {text}");
        }
        opened.analysis.comparisons.clear();
        assert_eq!(in_short(&opened), None);
    }
}
