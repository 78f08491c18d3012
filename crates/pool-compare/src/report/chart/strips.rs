//! Strips: a line for each cell, and on it how far each backend is from the best of that cell.

use maud::{Markup, PreEscaped, html};

use super::{
    Layout, STYLE, Words,
    axis::{Axis, plain},
    figure, line, of_run, px, shortened, text,
};
use crate::{
    analysis::{Analysis, Comparison, Row, Trust, job_length},
    cell::{Cell, Load, Scenario, Upkeep},
    figures::{self, Scale, significant},
    once::once,
    protocol::Contender,
    quantity::Unit,
    report::{
        GENERATOR, Theme, backends,
        look::{Look, Palette},
    },
    statistics::Interval,
    tables::to_best,
};

/// The line of one cell.
struct Strip<'a> {
    words: String,
    comparison: &'a Comparison,
    marks: Vec<Mark<'a>>,
}

/// One backend.
struct Mark<'a> {
    contender: &'a Contender,
    look: Look,
    at: Interval,
    /// That of each run, if there are several.
    of_runs: Vec<f64>,
}

/// What says that a file is SVG; nothing is loaded from there.
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// Heights.
const HEIGHT: f64 = 43.0;
const FOOT: f64 = 42.0;

/// A chart of these comparisons, with a small mark for each of the runs that they are over; `None`
/// if nothing can be drawn.
pub(in super::super) fn strips(
    words: Words<'_>,
    comparisons: &[&Comparison],
    palette: &Palette,
    runs: &[&Analysis],
) -> Option<Markup> {
    let words_of = |it: &Comparison| {
        let cell = it.cell.to_string();
        let note = if it.trust == Trust::Preview { " (preview)" } else { "" };
        format!("{}{note}", cell.split_once('/').map_or(&*cell, |(_, rest)| rest))
    };
    let made: Vec<_> =
        comparisons.iter().map(|it| strip(it, words_of(it), palette, runs)).collect();
    let label = "times the best of the line: less is better";
    let axis = Axis::log(label, visible(&made), plain)?;
    let draw = |layout: Layout| {
        let (across, above) = match layout {
            Layout::Wide => ((176.0, layout.width() - 16.0), 0.0),
            Layout::Narrow => ((12.0, layout.width() - 12.0), 18.0),
        };
        draw(&axis, &made, across, above, 4.0)
    };
    Some(figure(words, &description(comparisons), contenders(comparisons), palette, draw))
}

/// The same in plain words, as a file of its own, on the ground of whatever page shows it.
pub(crate) fn strips_svg(comparisons: &[&Comparison], theme: Theme) -> Option<String> {
    const TITLE: &str = "What each pool takes: times the best";
    const WIDTH: f64 = 640.0;
    let contenders = contenders(comparisons);
    let names: Vec<String> = contenders.iter().map(ToString::to_string).collect();
    let palette = Palette::of(&names);
    let made: Vec<_> =
        comparisons.iter().map(|it| strip(it, in_words(&it.cell), &palette, &[])).collect();
    let label = "times the best of the line: less is better; shaded: too little to matter";
    let axis = Axis::log(label, visible(&made), plain)?;
    let (height, content) = draw(&axis, &made, (206.0, WIDTH - 20.0), 0.0, 58.0);
    let drawing = html! {
        svg.chart.picture data-generator=(GENERATOR) width=(WIDTH) height=(px(height))
            viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-labelledby="t d" {
            title id="t" { (TITLE) }
            desc id="d" { (description(comparisons)) }
            style { (PreEscaped(theme.fix(STYLE))) }
            (text("heading", "start", (8.0, 18.0), TITLE))
            (key(&contenders, &palette))
            (content)
        }
    };
    let drawn = drawing.into_string();
    let rest = drawn.strip_prefix("<svg")?;
    Some(format!("<svg xmlns=\"{NAMESPACE}\"{rest}\n"))
}

/// What is to be seen, in words.
pub(crate) fn description(comparisons: &[&Comparison]) -> String {
    let of_cell = |comparison: &&Comparison| {
        let cell = &comparison.cell;
        if comparison.trust == Trust::TooNoisy {
            return format!("{cell}: too noisy to rank.");
        }
        let all = backends(comparison).filter_map(|row| {
            let ratio = Interval::exactly(to_best(comparison, row)?.estimate);
            Some(format!("{} {}", row.contender, figures::ratio(ratio).replace('x', "×")))
        });
        format!("{cell}: {}.", all.collect::<Vec<_>>().join(", "))
    };
    comparisons.iter().map(of_cell).collect::<Vec<_>>().join(" ")
}

/// Each backend once.
fn contenders<'a>(comparisons: &[&'a Comparison]) -> Vec<&'a Contender> {
    once(comparisons.iter().flat_map(|it| backends(it)).map(|row| &row.contender))
}

fn strip<'a>(
    comparison: &'a Comparison,
    words: String,
    palette: &Palette,
    runs: &[&Analysis],
) -> Strip<'a> {
    let mark = |row: &'a Row| {
        let of_run = |run: &&Analysis| {
            let (own, best) = (row.contender.backend()?, comparison.best()?);
            let of = run.find(&comparison.cell, comparison.quantity)?;
            Some(of.pair(own, best)?.0.estimate)
        };
        Some(Mark {
            contender: &row.contender,
            look: palette.look(&row.contender),
            at: to_best(comparison, row)?,
            of_runs: runs.iter().filter_map(of_run).collect(),
        })
    };
    Strip { words, comparison, marks: backends(comparison).filter_map(mark).collect() }
}

/// The values that the axis should show: all estimates, and intervals as far as they leave room
/// for these. Of two processes, an interval may be a thousand times as wide; and so may be what does
/// not matter, where that is a millisecond.
fn visible(strips: &[Strip<'_>]) -> Vec<f64> {
    const BEYOND: f64 = 2.0;
    let all = || strips.iter().flat_map(|strip| &strip.marks).map(|mark| mark.at);
    let usable = || all().map(|it| it.estimate).filter(|it| it.is_finite() && *it > 0.0);
    let least = usable().fold(f64::INFINITY, f64::min) / BEYOND;
    let greatest = usable().fold(0.0, f64::max) * BEYOND;
    let ends = all().flat_map(|it| [it.low.max(least), it.high.min(greatest)]);
    usable().chain(ends).collect()
}

/// Draws them from `top` on, each with so much room above it for its words, or with these at its
/// left; and how high that is.
fn draw(
    axis: &Axis,
    strips: &[Strip<'_>],
    across: (f64, f64),
    above: f64,
    top: f64,
) -> (f64, Markup) {
    let bottom = strips.iter().fold(top, |y, _| y + above + HEIGHT);
    let tops = std::iter::successors(Some(top), |y| Some(y + above + HEIGHT));
    let middle = f64::midpoint(8.0, across.1);
    let content = html! {
        @for (x, name) in axis.ticks(across, 48.0) {
            (line("grid", (x, top), (x, bottom)))
            (text("tick", "middle", (x, bottom + 16.0), &format!("{name}×")))
        }
        @for (strip, top) in strips.iter().zip(tops) { (draw_one(axis, strip, across, above, top)) }
        (text("label", "middle", (middle, bottom + 34.0), axis.label))
    };
    (bottom + FOOT, content)
}

fn draw_one(axis: &Axis, strip: &Strip<'_>, across: (f64, f64), above: f64, top: f64) -> Markup {
    let at = |value: f64| axis.place(value, across);
    let matters = 1.0 + strip.comparison.matters();
    let (left, right) = (at(matters.recip()), at(matters));
    let is_doubtful = strip.comparison.trust == Trust::TooNoisy;
    let marks = u32::try_from(strip.marks.len()).unwrap_or(u32::MAX).max(1);
    let (first, step) = (top + above, (HEIGHT - 8.0) / f64::from(marks));
    let middles = std::iter::successors(Some(first + 4.0 + step / 2.0), |y| Some(y + step));
    let (words, room) = if above > 0.0 {
        ((4.0, top + 14.0), across.1 - 110.0)
    } else {
        ((4.0, first + HEIGHT / 2.0 + 4.0), across.0 - 12.0)
    };
    html! {
        g.strip.doubtful[is_doubtful] data-cell=(strip.comparison.cell) {
            (line("grid", (4.0, top), (across.1, top)))
            rect.band x=(px(left)) y=(px(first + 3.0)) width=(px(right - left)) height=(px(HEIGHT - 6.0)) {}
            (line("grid", (at(1.0), first), (at(1.0), first + HEIGHT)))
            (text("name", "start", words, &shortened(&strip.words, room)))
            @if is_doubtful {
                (text("tick", "end", (across.1, top + 14.0), "too noisy to rank"))
            }
            @for (mark, y) in strip.marks.iter().zip(middles) {
                @let Interval { low, estimate, high } = mark.at;
                g.(mark.look.class()) data-backend=(mark.contender) {
                    title {
                        (mark.contender) ": " (significant(estimate)) "×"
                        @if low < high { " (" (significant(low)) " to " (significant(high)) ")" }
                    }
                    @if low < high { (line("interval", (at(low), y), (at(high), y))) }
                    @for run in mark.of_runs.iter().filter(|it| axis.shows(**it)) {
                        (of_run((at(*run), y)))
                    }
                    (mark.look.marker((at(estimate), y)))
                }
            }
        }
    }
}

/// Which mark is whose, where there is no page around to say it.
fn key(contenders: &[&Contender], palette: &Palette) -> Markup {
    // Of a character, in the mean.
    const LETTER: f64 = 7.6;
    let places = contenders.iter().scan(16.0, |x, contender| {
        let here = *x;
        *x = contender.to_string().chars().fold(here + 34.0, |x, _| x + LETTER);
        Some(here)
    });
    html! {
        @for (contender, x) in contenders.iter().zip(places) {
            @let look = palette.look(contender);
            g.(look.class()) { (look.marker((x, 38.0))) }
            (text("tick", "start", (x + 10.0, 42.5), &contender.to_string()))
        }
    }
}

/// What a cell is, for readers who know no cells.
fn in_words(cell: &Cell) -> String {
    if let Some(length) = job_length(cell) {
        let nanos = length.as_secs_f64() * 1e9;
        return format!("Jobs of {}", Scale::of(Unit::Nanos, nanos).show_as(nanos, plain));
    }
    match cell {
        Cell::Latency { load: Load::HandOver, .. } => "A lone job's result",
        Cell::Latency { load: Load::Burst(_), .. } => "The last result of a burst",
        Cell::Shutdown(Scenario::Idle) => "Ending while idle",
        Cell::Shutdown(Scenario::Drain) => "Ending, the queue run",
        Cell::Shutdown(Scenario::StopBacklog) => "Stopping a long queue",
        Cell::Cost(Upkeep::Sparse) => "CPU time, a job per ms",
        Cell::Cost(Upkeep::Idle) => "CPU time while idle",
        Cell::Cost(Upkeep::Memory) => "Memory",
        _ if cell.workload() == Some("empty") => "Empty jobs",
        other => return other.to_string(),
    }
    .to_owned()
}
