//! How each figure is found again in what was measured.

use maud::{Markup, html};

use super::section as within;
use crate::report::{ratio::best, subject::Subject};

/// The section.
pub(crate) fn section(subject: &Subject<'_>) -> Markup {
    let comparison = subject.analysis.comparisons.first();
    let example = comparison.and_then(|it| Some((it, best(it)?)));
    let content = html! {
        p {
            "In the directory of the run lie " code { "run.json" } ", which is the section on the "
            "environment; " code { "samples.jsonl" } ", a line for each visit; and "
            code { "summary.csv" } ", derived from these. Every number on this page has its exact "
            "value in an attribute, " code { "data-value" } ", which is that of "
            code { "summary.csv" } ". Not there, but computed from what is, are jobs per second "
            "(10⁹ over the time per job in nanoseconds) and ratios that it has the other way "
            "round; percentiles that are not compared are from " code { "samples.jsonl" } " alone. "
            "A figure’s cell, contender and quantity name the lines and the value that it is from."
        }
        @if let Some((comparison, best)) = example {
            @let (cell, name) = (comparison.cell.to_string(), best.contender.to_string());
            p {
                "So " code { (comparison.quantity) } " of " (name) " in " (cell)
                " is the geometric mean, over processes, of the median of its visits’ values"
                @if is_plain(&cell) && is_plain(&name) { ", which are:" } @else { "." }
            }
            @if is_plain(&cell) && is_plain(&name) {
                pre tabindex="0" { code {
                    "jq -c 'select(.cell == \"" (cell) "\" and .contender == \"" (name) "\")\n"
                    "  | [.process, .block, .values." (comparison.quantity) "]' samples.jsonl"
                } }
            }
        }
    };
    within(subject, "traces", "Where each figure is from", &content)
}

/// Whether a name from a file means nothing to a shell that it may be pasted into.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || " ./%()_-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_end_a_quotation_is_not_plain() {
        assert!(is_plain("latency/cpu-10us/80%") && is_plain("std (twin)"));
        assert!(!is_plain("x'; rm -r ~; '"));
    }
}
