//! Two contenders next to each other.

use serde::Serialize;

use crate::{
    analysis::{Comparison, Trust},
    figures::{self, Scale},
    opened::Opened,
    protocol::Contender,
    statistics::{Interval, Verdict},
    tables::{Grid, too_noisy, verdict, wrap},
};

/// Two contenders in one quantity of one cell; serialized, an element of what `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Pair<'a> {
    cell: String,
    quantity: &'a str,
    trust: Trust,
    /// In the unit of the quantity.
    a: Interval,
    b: Interval,
    /// The first over the second.
    ratio: Interval,
    /// What is said of the first.
    verdict: Verdict,
    #[serde(skip)]
    comparison: &'a Comparison,
}

/// In all that was measured of both.
pub(super) fn all<'a>(opened: &'a Opened, a: &Contender, b: &Contender) -> Vec<Pair<'a>> {
    opened.analysis.comparisons.iter().filter_map(|it| pair(it, a, b)).collect()
}

fn pair<'a>(comparison: &'a Comparison, a: &Contender, b: &Contender) -> Option<Pair<'a>> {
    let (ratio, verdict) = comparison.pair(&a.to_string(), &b.to_string())?;
    Some(Pair {
        cell: comparison.cell.to_string(),
        quantity: comparison.quantity,
        trust: comparison.trust,
        a: comparison.row(&a.to_string())?.value,
        b: comparison.row(&b.to_string())?.value,
        ratio,
        verdict,
        comparison,
    })
}

/// For people.
pub(super) fn show(opened: &Opened, pairs: &[Pair<'_>], a: &str, b: &str) -> String {
    let mut grid = Grid::new(["", a, b, &format!("{a} / {b}"), "better"]);
    for it in pairs {
        let quantity = it.comparison.quantity();
        let scale = Scale::of(quantity.unit, it.a.estimate.min(it.b.estimate));
        let said = match (it.trust, it.verdict) {
            (Trust::TooNoisy, _) => "~",
            (_, Verdict::Faster | Verdict::SlightlyFaster) => a,
            (_, Verdict::Slower | Verdict::SlightlySlower) => b,
            (_, Verdict::Equivalent) => "equal",
            (_, Verdict::Undecided) => "not decided",
        };
        let preview = if it.trust == Trust::Preview { " ?" } else { "" };
        grid.row([
            format!("{}, {}{preview}", it.cell, it.comparison.title()),
            scale.show(it.a.estimate),
            scale.show(it.b.estimate),
            figures::ratio(it.ratio),
            said.to_owned(),
        ]);
    }
    let mut lines = vec![format!("by {}", opened.describe()), grid.text()];
    lines.push(wrap(
        "Less is better. Ratios have 95 % confidence, for all pairs of backends at once. ~ is too \
         noisy to say; ? is a preview, of fewer than 5 processes.",
    ));
    let main = pairs.iter().filter(|it| it.comparison.is_main());
    lines.extend(main.map(|it| {
        let said = match it.trust {
            Trust::TooNoisy => too_noisy(it.comparison),
            _ => verdict(a, b, (it.ratio, it.verdict), it.comparison.quantity()),
        };
        wrap(&format!("{}: {said}", it.cell))
    }));
    lines.join("\n")
}
