//! How it was measured, in five sentences.

use maud::{Markup, html};

use super::section as within;
use crate::report::subject::Subject;

/// The section.
pub(crate) fn section(subject: &Subject<'_>) -> Markup {
    let content = html! {
        p {
            "Each cell is measured in processes of its own, and in each process in blocks: in a "
            "block everyone is visited once, in an order drawn from the seed, with a fresh pool "
            "and a batch to warm up that is not timed. "
            "Two contenders are compared by the ratio of their values in the same block; of a "
            "process the median over blocks counts, and over processes the mean of the logarithms "
            "with its interval of 95 % confidence by Student’s t distribution, widened "
            "(Bonferroni) for the number of pairs. "
            "One backend is visited twice, the second time as its own twin: where the interval of "
            "their ratio is not within the differences that do not matter, the cell is too noisy, "
            "and nobody gets a rank. "
            "A backend’s rank is one more than the number of those shown to be better by at least "
            "the difference that matters (5 % for throughput, 20 % for everything else), so "
            "backends that are not told apart share a rank. "
            "There is no total over quantities: what matters more, only you can say."
        }
    };
    within(subject, "method", "Method", &content)
}
