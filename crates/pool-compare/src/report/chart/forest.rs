//! The forest plot: how far each backend of each cell is from the best of that cell.

use maud::{PreEscaped, html};

use super::{
    Axis, Layout, STYLE, Words,
    rows::{Group, Mark, Rows, visible},
};
use crate::{
    analysis::{Analysis, Comparison, Row, Trust},
    cell::Cell,
    figures,
    report::{
        GENERATOR, numbers,
        ratio::{backends, best, to_best},
        series::Palette,
        theme::Theme,
    },
};

/// What says that a file is SVG; nothing is loaded from there.
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// A forest plot of these comparisons; `None` if nothing can be drawn.
pub(crate) fn forest<'a>(
    words: Words,
    comparisons: impl IntoIterator<Item = &'a Comparison>,
    palette: &Palette,
) -> Option<Rows> {
    let groups = comparisons.into_iter().map(|it| group(it, palette));
    let groups: Vec<_> = groups.filter(|group| !group.rows.is_empty()).collect();
    let bands = groups.iter().filter_map(|group| group.band);
    let values = visible(&groups).into_iter().chain(bands.flat_map(|(low, high)| [low, high]));
    let axis = Axis::log("times the best of the cell (less is better)", values, numbers::plain)?;
    Some(Rows { words, axis, groups })
}

/// A forest plot of the main quantities of these cells as a file of its own; `None` if nothing
/// was measured of them.
pub(crate) fn standalone(analysis: &Analysis, cells: &[Cell], theme: Theme) -> Option<String> {
    let chosen =
        || analysis.comparisons.iter().filter(|it| it.is_main() && cells.contains(&it.cell));
    let names = chosen().flat_map(backends).map(|row| row.contender.to_string());
    let palette = Palette::of(&names.collect::<Vec<_>>());
    let words = Words {
        id: "forest".to_owned(),
        title: "How far each backend is from the best".to_owned(),
        description: description(chosen()),
    };
    let chart = forest(words, chosen(), &palette)?.svg(Layout::Wide).into_string();
    // Behind the words, in front of what is drawn.
    let style = html! { style { (PreEscaped(theme.fix(STYLE))) } };
    let ground = html! { rect width="100%" height="100%" fill=(theme.colour("page")) {} };
    let (opening, drawn) = chart.strip_prefix("<svg")?.split_once("</desc>")?;
    let (style, ground) = (style.into_string(), ground.into_string());
    let head = format!("<svg xmlns=\"{NAMESPACE}\" data-generator=\"{GENERATOR}\"{opening}");
    Some(format!("{head}</desc>{style}{ground}{drawn}\n"))
}

/// Which backend is the best in which cell, in words.
pub(crate) fn description<'a>(comparisons: impl IntoIterator<Item = &'a Comparison>) -> String {
    let said = comparisons.into_iter().filter_map(|it| {
        let name = &best(it)?.contender;
        Some(format!("In {} the least is of {name}.", it.cell))
    });
    said.collect::<Vec<_>>().join(" ")
}

fn group(comparison: &Comparison, palette: &Palette) -> Group {
    let mark = |row: &Row| {
        let at = to_best(comparison, row)?;
        let estimate = figures::significant(at.estimate);
        let shown = if best(comparison).is_some_and(|it| it.contender == row.contender) {
            format!("{estimate}, the best")
        } else if at.low < at.high {
            format!("{estimate} ({})", numbers::bounds(at, figures::significant))
        } else {
            estimate
        };
        let series = palette.series(&row.contender);
        Some(Mark { name: row.contender.to_string(), series, at, shown })
    };
    let difference = 1.0 + comparison.quantity().difference;
    Group {
        cell: comparison.cell.to_string(),
        note: note(comparison.trust),
        band: Some((1.0 / difference, difference)),
        doubtful: comparison.trust == Trust::TooNoisy,
        rows: backends(comparison).filter_map(mark).collect(),
    }
}

/// What is to be said of a cell whose figures are not sound.
pub(crate) fn note(trust: Trust) -> Option<&'static str> {
    match trust {
        Trust::Sound => None,
        Trust::Preview => Some("preview"),
        Trust::TooNoisy => Some("too noisy to rank"),
    }
}
