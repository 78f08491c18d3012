//! Comparisons in words.

use crate::{
    analysis::Comparison,
    cell::Cell,
    figures::{percent, range},
    statistics::{Interval, Verdict},
};

/// What is said of two, `a` and `b`, given the ratio of their values, what was concluded from
/// it, and from which difference on it matters: `"flume is better by 1.2x to 1.4x"`.
pub(crate) fn verdict(
    a: &str,
    b: &str,
    (ratio, verdict): (Interval, Verdict),
    difference: f64,
) -> String {
    let by = |better: &str, factor: Interval| format!("{better} is better by {}", range(factor));
    let slightly = |better: &str, factor: Interval| {
        let most = percent(factor.high - 1.0);
        format!("{better} is better, by at most {most}; that may be less than matters")
    };
    match verdict {
        Verdict::Faster => by(a, ratio.inverse()),
        Verdict::Slower => by(b, ratio),
        Verdict::SlightlyFaster => slightly(a, ratio.inverse()),
        Verdict::SlightlySlower => slightly(b, ratio),
        Verdict::Equivalent => {
            format!("equivalent: any difference is below {}", percent(difference))
        }
        Verdict::Undecided => "undecided: too few or too uneven measurements".to_owned(),
    }
}

/// Who could not keep up, and what that means; `None` if all could.
pub(crate) fn fell_behind(comparison: &Comparison) -> Option<String> {
    let names: Vec<String> = comparison.fell_behind.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        format!(
            "fell behind: {}; more jobs came than could be done, so this latency grows for as long \
             as they come: measure a lower rate, or more workers",
            list(&names)
        )
    })
}

/// How well the ratio of a backend to itself is known, as a part of one.
pub(crate) fn noise_floor(floor: f64) -> String {
    format!(
        "noise floor of throughput: the ratio of a backend to itself is known to within {}, in the \
         median of the cells",
        percent(floor)
    )
}

/// What a rank in these cells is.
pub(crate) fn ranks<'a>(cells: impl Iterator<Item = &'a Cell>) -> String {
    let matters = differences(cells);
    format!("a rank is 1 plus how many are shown to be better by at least {matters}; = is a tie")
}

/// From which difference on one matters, of these cells: `"5 %"`, `"5 % (throughput) or 20 %"`.
fn differences<'a>(cells: impl Iterator<Item = &'a Cell>) -> String {
    let mut all: Vec<f64> = cells.map(|cell| cell.quantities()[0].difference).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    match all[..] {
        [fine, coarse] => format!("{} (throughput) or {}", percent(fine), percent(coarse)),
        _ => all.into_iter().map(percent).collect::<Vec<_>>().join(" or "),
    }
}

/// Names, one after the other: `"a"`, `"a and b"`, `"a, b and c"`.
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    joined(names, "and")
}

/// Names to choose from: `"a"`, `"a or b"`, `"a, b or c"`.
pub(crate) fn list_or<S: AsRef<str>>(names: &[S]) -> String {
    joined(names, "or")
}

fn joined<S: AsRef<str>>(names: &[S], by: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} {by} {}", most.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(low: f64, estimate: f64, high: f64, of_a: Verdict) -> String {
        verdict("std", "flume", (Interval { low, estimate, high }, of_a), 0.05)
    }

    #[test]
    fn a_verdict_names_the_better_one_and_by_how_much() {
        assert_eq!(said(1.2, 1.3, 1.4, Verdict::Slower), "flume is better by 1.20x to 1.40x");
        assert_eq!(said(0.5, 0.51, 0.52, Verdict::Faster), "std is better by 1.9x to 2.0x");
        assert_eq!(said(2.0, 2.0, 2.0, Verdict::Slower), "flume is better by 2.0x");
        assert_eq!(
            said(1.01, 1.03, 1.07, Verdict::SlightlySlower),
            "flume is better, by at most 7 %; that may be less than matters"
        );
    }

    #[test]
    fn no_difference_is_not_the_same_as_none_found() {
        assert_eq!(
            said(0.99, 1.0, 1.01, Verdict::Equivalent),
            "equivalent: any difference is below 5 %"
        );
        assert!(said(0.5, 1.0, 2.0, Verdict::Undecided).starts_with("undecided"));
    }

    #[test]
    fn names_are_listed_as_people_do() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list_or(&["a", "b", "c"]), "a, b or c");
    }
}
