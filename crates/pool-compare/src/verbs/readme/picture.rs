//! A chart of some cells of the run, for light pages and for dark ones.

use maud::html;

use super::{
    expression::{Expression, Made, Refusal},
    markup::figure,
    passage::Passage,
    run::{date, link, machine},
    scope::{Scope, Source},
};
use crate::{
    analysis::{Comparison, Row, Trust},
    cell::{Cell, UnknownCell},
    figures,
    report::{backends, forest_svg, to_best},
    statistics::Interval,
    tables::list,
    verbs::report::THEMES,
};

/// What a passage that has it begins with.
const NAME: &str = "picture";

pub(super) const EXPRESSIONS: [Expression; 1] = [Expression::block(
    [NAME, "CELL..."],
    "how far each is from the best of these cells, as a chart; its files are written, too",
    picture,
)];

fn picture(scope: &Scope<'_>, words: &[&str]) -> Made {
    let source = scope.run()?;
    let cells = cells(words)?;
    let alt = described(&compared(source, &cells)?);
    // The charts themselves may be about to be written; the run is there.
    let run = scope.link(&source.path())?;
    let [light, dark] = ["light", "dark"].map(|theme| format!("{run}/{}", file(theme)));
    let for_dark = html! { source media="(prefers-color-scheme: dark)" srcset=(dark); };
    let image = html! { img src=(light) alt=(alt); };
    let (for_dark, image) = (for_dark.into_string(), image.into_string());
    let caption = format!("{}, {}: {}.", machine(source), date(source), link(scope)?);
    Ok(format!("<picture>\n  {for_dark}\n  {image}\n</picture>\n\n{caption}"))
}

/// What the chart for a theme is called, beside the run.
fn file(theme: &str) -> String {
    format!("readme-{theme}.svg")
}

/// The cells that are drawn in a passage, if it has the picture and can be made.
pub(super) fn drawn_in(passage: &Passage) -> Option<Vec<Cell>> {
    let mut words = passage.expression.split_whitespace();
    let is_picture = words.next() == Some(NAME);
    let cells = cells(&words.collect::<Vec<_>>());
    cells.ok().filter(|_| is_picture)
}

/// The charts of these cells, each with its name.
pub(super) fn files(source: &Source, cells: &[Cell]) -> Vec<(String, String)> {
    let chart =
        |(name, theme)| Some((file(name), forest_svg(&source.opened.analysis, cells, theme)?));
    THEMES.into_iter().filter_map(chart).collect()
}

fn cells(words: &[&str]) -> Result<Vec<Cell>, Refusal> {
    if words.is_empty() {
        return Err(Refusal::Words);
    }
    let cell = |word: &&str| word.parse().map_err(|unknown: UnknownCell| unknown.to_string());
    Ok(words.iter().map(cell).collect::<Result<_, _>>()?)
}

/// What was compared in these cells by their main quantities.
fn compared<'a>(source: &'a Source, cells: &[Cell]) -> Result<Vec<&'a Comparison>, Refusal> {
    let all = &source.opened.analysis.comparisons;
    let find = |cell: &Cell| {
        let found = all.iter().find(|it| it.is_main() && it.cell == *cell);
        found.ok_or_else(|| format!("the run has no cell \"{cell}\""))
    };
    Ok(cells.iter().map(find).collect::<Result<_, _>>()?)
}

/// What is to be seen, in words.
fn described(comparisons: &[&Comparison]) -> String {
    let (noisy, ranked): (Vec<&Comparison>, Vec<&Comparison>) =
        comparisons.iter().copied().partition(|it| it.trust == Trust::TooNoisy);
    let (ties, led): (Vec<_>, Vec<_>) =
        ranked.into_iter().partition(|it| backends(it).all(|row| row.rank == Some(1)));
    let mut parts = vec!["What each takes, as times the best of each cell.".to_owned()];
    parts.extend(led.into_iter().map(cell));
    for (what, cells) in [("All tie", ties), ("Too noisy to rank", noisy)] {
        let names: Vec<_> = cells.iter().map(|it| it.cell.to_string()).collect();
        parts.extend((!names.is_empty()).then(|| format!("{what}: {}.", list(&names))));
    }
    parts.join(" ")
}

fn cell(comparison: &Comparison) -> String {
    let told = |row: &Row| {
        let ratio = Interval::exactly(to_best(comparison, row)?.estimate);
        Some(format!("{} {}", row.contender, figure(&figures::ratio(ratio))))
    };
    let all: Vec<_> = backends(comparison).filter_map(told).collect();
    format!("{}: {}.", comparison.cell, all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::readme::scope::tests::scope;

    #[test]
    fn what_is_to_be_seen_is_told_in_words() {
        let names = ["throughput/empty", "throughput/cpu-1ms", "throughput/blocking-1ms"];
        let scope = scope();
        let compared = compared(scope.run().unwrap(), &cells(&names).unwrap()).unwrap();
        let told = described(&compared);
        for part in [
            " throughput/empty: std 1.00×, crossbeam ",
            " All tie: throughput/cpu-1ms.",
            " Too noisy to rank: throughput/blocking-1ms.",
        ] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn a_picture_is_of_cells_that_the_run_has() {
        let scope = scope();
        let refused = |words: &[&str]| picture(&scope, words).unwrap_err();
        assert_eq!(refused(&[]), Refusal::Words);
        assert!(matches!(refused(&["throughput"]), Refusal::Because(it) if it.contains("no cell")));
        assert!(matches!(
            refused(&["throughput/cpu-3us"]),
            Refusal::Because(it) if it == "the run has no cell \"throughput/cpu-3us\""
        ));
    }
}
