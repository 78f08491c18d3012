//! The chart of the run, for light pages and for dark ones.

use maud::html;

use super::{
    expression::{Expression, Made, nothing},
    markup::figure,
    run::{date, link, machine},
    scope::{Scope, Source},
};
use crate::{
    analysis::{Comparison, Row, Trust},
    cell::Kind,
    figures,
    report::{backends, to_best},
    statistics::Interval,
    tables::list,
    verbs::report::chart_name,
};

pub(super) const EXPRESSIONS: [Expression; 1] = [Expression::block(
    [NAME, ""],
    "the ratios of throughput as a chart, whose files are written, too",
    picture,
)];

/// What a passage that has it begins with.
pub(super) const NAME: &str = "picture";

fn picture(scope: &Scope<'_>, words: &[&str]) -> Made {
    nothing(words)?;
    let source = scope.run()?;
    let alt = described(source).ok_or("the run has no throughput to draw")?;
    // The charts themselves may be about to be written; the run is there.
    let run = scope.link(&source.path())?;
    let [light, dark] = ["light", "dark"].map(|theme| format!("{run}/{}", chart_name(theme)));
    let for_dark = html! { source media="(prefers-color-scheme: dark)" srcset=(dark); };
    let image = html! { img src=(light) alt=(alt); };
    let (for_dark, image) = (for_dark.into_string(), image.into_string());
    let caption = format!("{}, {}: {}.", machine(source), date(source), link(scope)?);
    Ok(format!("<picture>\n  {for_dark}\n  {image}\n</picture>\n\n{caption}"))
}

/// What is to be seen, in words.
fn described(source: &Source) -> Option<String> {
    let comparisons = Kind::Throughput.quantities(&source.opened.analysis).into_iter().next()?;
    let (noisy, ranked): (Vec<_>, Vec<_>) =
        comparisons.into_iter().partition(|it| it.trust == Trust::TooNoisy);
    let (ties, led): (Vec<_>, Vec<_>) =
        ranked.into_iter().partition(|it| backends(it).all(|row| row.rank == Some(1)));
    let mut parts = vec!["Time per job, as times the best of each cell.".to_owned()];
    parts.extend(led.iter().map(|it| cell(it)));
    for (what, cells) in [("All tie", ties), ("Too noisy to rank", noisy)] {
        let names: Vec<_> = cells.iter().filter_map(|it| it.cell.workload()).collect();
        parts.extend((!names.is_empty()).then(|| format!("{what}: {}.", list(&names))));
    }
    Some(parts.join(" "))
}

fn cell(comparison: &Comparison) -> String {
    let told = |row: &Row| {
        let ratio = Interval::exactly(to_best(comparison, row)?.estimate);
        Some(format!("{} {}", row.contender, figure(&figures::ratio(ratio))))
    };
    let all: Vec<_> = backends(comparison).filter_map(told).collect();
    format!("{}: {}.", comparison.cell.workload().unwrap_or_default(), all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::readme::scope::tests::scope;

    #[test]
    fn what_is_to_be_seen_is_told_in_words() {
        let told = described(scope().run().unwrap()).unwrap();
        for part in
            [" empty: std 1.00×, crossbeam ", " All tie: ", " Too noisy to rank: blocking-1ms."]
        {
            assert!(told.contains(part), "{told}");
        }
    }
}
