//! The forest plot: how far each backend of each cell is from the best of that cell.

use maud::{Markup, PreEscaped, html};

use super::{
    Layout, STYLE, Words,
    axis::{Axis, plain},
    figure, line, px, shortened, svg, text,
};
use crate::{
    analysis::{Analysis, Comparison, Row, Trust},
    figures::significant,
    protocol::Cell,
    report::{
        GENERATOR, Theme, backends, best,
        look::{Look, Palette},
        to_best,
    },
    statistics::Interval,
};

/// The rows of one cell.
struct Group {
    heading: String,
    cell: String,
    /// Up to this ratio, a difference is none that matters.
    matters: f64,
    /// Whether the estimates lead to no ranks.
    doubtful: bool,
    rows: Vec<Mark>,
}

/// One estimate.
struct Mark {
    name: String,
    look: Look,
    at: Interval,
    /// The estimate for people.
    shown: String,
}

/// What says that a file is SVG; nothing is loaded from there.
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// Heights, from top to bottom.
const MARGIN: f64 = 26.0;
const HEADING: f64 = 26.0;
const ROW: f64 = 19.0;
const BETWEEN_GROUPS: f64 = 8.0;
const FOOT: f64 = 44.0;

/// A forest plot of these comparisons; `None` if nothing can be drawn.
pub(in super::super) fn forest(
    words: Words<'_>,
    comparisons: &[&Comparison],
    palette: &Palette,
) -> Option<Markup> {
    let (axis, groups) = prepare(comparisons, palette)?;
    let said = description(comparisons);
    Some(figure(words, &said, &html! {}, |layout| draw(layout, &axis, &groups)))
}

/// A forest plot of the main quantities of these cells as a file of its own; `None` if nothing
/// was measured of them.
pub(crate) fn forest_svg(analysis: &Analysis, cells: &[Cell], theme: Theme) -> Option<String> {
    let all = analysis.comparisons.iter();
    let chosen: Vec<_> = all.filter(|it| it.is_main() && cells.contains(&it.cell)).collect();
    let names = chosen.iter().flat_map(|it| backends(it)).map(|row| row.contender.to_string());
    let palette = Palette::of(&names.collect::<Vec<_>>());
    let (axis, groups) = prepare(&chosen, &palette)?;
    let (height, drawn) = draw(Layout::Wide, &axis, &groups);
    // In front of the ground, behind what is drawn.
    let content = html! {
        style { (PreEscaped(theme.fix(STYLE))) }
        rect width="100%" height="100%" fill=(theme.fix("var(--page)")) {}
        (drawn)
    };
    let words = ("forest", "How far each backend is from the best");
    let chart = svg(words, &description(&chosen), Layout::Wide, height, &content).into_string();
    let rest = chart.strip_prefix("<svg")?;
    Some(format!("<svg xmlns=\"{NAMESPACE}\" data-generator=\"{GENERATOR}\"{rest}\n"))
}

fn prepare(comparisons: &[&Comparison], palette: &Palette) -> Option<(Axis, Vec<Group>)> {
    let groups: Vec<_> = comparisons.iter().map(|it| group(it, palette)).collect();
    let axis = Axis::log("times the best of the cell (less is better)", visible(&groups), plain)?;
    Some((axis, groups))
}

/// Which backend is the best in which cell, in words.
fn description(comparisons: &[&Comparison]) -> String {
    let said = |it: &&Comparison| Some(format!("In {} the least is of {}.", it.cell, best(it)?));
    comparisons.iter().filter_map(said).collect::<Vec<_>>().join(" ")
}

fn group(comparison: &Comparison, palette: &Palette) -> Group {
    let mark = |row: &Row| {
        let at = to_best(comparison, row)?;
        let estimate = significant(at.estimate);
        let shown = if at.low < at.high {
            format!("{estimate} ({} to {})", significant(at.low), significant(at.high))
        } else {
            format!("{estimate}, the best")
        };
        let name = row.contender.to_string();
        Some(Mark { name, look: palette.look(&row.contender), at, shown })
    };
    let note = match comparison.trust {
        Trust::Sound => "",
        Trust::Preview => " · preview",
        Trust::TooNoisy => " · too noisy to rank",
    };
    Group {
        heading: format!("{}{note}", comparison.cell),
        cell: comparison.cell.to_string(),
        matters: 1.0 + comparison.matters(),
        doubtful: comparison.trust == Trust::TooNoisy,
        rows: backends(comparison).filter_map(mark).collect(),
    }
}

/// The values that the axis should show: all estimates, and intervals as far as they leave room
/// for these. Of two processes, an interval may be a thousand times as wide.
fn visible(groups: &[Group]) -> Vec<f64> {
    const BEYOND: f64 = 2.0;
    let all = || groups.iter().flat_map(|group| &group.rows).map(|row| row.at);
    let usable = || all().map(|it| it.estimate).filter(|it| it.is_finite() && *it > 0.0);
    let least = usable().fold(f64::INFINITY, f64::min) / BEYOND;
    let greatest = usable().fold(0.0, f64::max) * BEYOND;
    let ends = all().flat_map(|it| [it.low.max(least), it.high.min(greatest)]);
    let bands = groups.iter().filter(|group| !group.rows.is_empty());
    usable().chain(ends).chain(bands.flat_map(|it| [it.matters, it.matters.recip()])).collect()
}

/// Draws it; and how high that is.
fn draw(layout: Layout, axis: &Axis, groups: &[Group]) -> (f64, Markup) {
    let range = match layout {
        Layout::Wide => (120.0, layout.width() - 190.0),
        Layout::Narrow => (86.0, layout.width() - 12.0),
    };
    let mut bottom = MARGIN;
    let tops: Vec<f64> = groups
        .iter()
        .map(|group| {
            let top = bottom;
            bottom = group.rows.iter().fold(top + HEADING + BETWEEN_GROUPS, |it, _| it + ROW);
            top
        })
        .collect();
    let content = html! {
        // Above and below: charts of many rows are long.
        @for (x, name) in axis.ticks(range, 44.0) {
            (line("grid", (x, MARGIN), (x, bottom)))
            (text("tick", "middle", (x, MARGIN - 8.0), &name))
            (text("tick", "middle", (x, bottom + 16.0), &name))
        }
        @for (group, top) in groups.iter().zip(tops) { (draw_group(layout, axis, group, top, range)) }
        (text("label", "middle", (f64::midpoint(range.0, range.1), bottom + 36.0), axis.label))
    };
    (bottom + FOOT, content)
}

fn draw_group(layout: Layout, axis: &Axis, group: &Group, top: f64, range: (f64, f64)) -> Markup {
    let first = top + HEADING;
    let height = group.rows.iter().fold(0.0, |height, _| height + ROW);
    let middles = std::iter::successors(Some(first + ROW / 2.0), |y| Some(y + ROW));
    let at = |value: f64| axis.place(value, range);
    html! {
        g data-cell=(group.cell) {
            (rect("cover", (0.0, layout.width()), top + 4.0, HEADING - 6.0))
            (text("heading", "start", (4.0, top + 18.0), &shortened(&group.heading, layout.width())))
            (rect("band", (at(group.matters.recip()), at(group.matters)), first, height))
            (line("grid", (at(1.0), first), (at(1.0), first + height)))
            @for (row, y) in group.rows.iter().zip(middles) {
                @let Interval { low, estimate, high } = row.at;
                g.row.doubtful[group.doubtful].(row.look.class()) data-backend=(row.name) {
                    title { (row.name) ": " (row.shown) }
                    @let name = shortened(&row.name, range.0 - 14.0);
                    (text("name", "end", (range.0 - 12.0, y + 4.0), &name))
                    @if low < high {
                        (line("interval", (at(low), y), (at(high), y)))
                        // An end that lies beyond the axis has no mark.
                        @for end in [low, high].into_iter().filter(|end| axis.shows(*end)) {
                            (line("interval", (at(end), y - 3.5), (at(end), y + 3.5)))
                        }
                    }
                    (row.look.marker((at(estimate), y), ""))
                    @if layout == Layout::Wide {
                        (text("figure", "start", (range.1 + 12.0, y + 4.0), &row.shown))
                    }
                }
            }
        }
    }
}

/// From side to side and from the top, so high.
fn rect(class: &str, (left, right): (f64, f64), top: f64, height: f64) -> Markup {
    html! {
        rect class=(class) x=(px(left)) y=(px(top)) width=(px(right - left)) height=(px(height)) {}
    }
}
