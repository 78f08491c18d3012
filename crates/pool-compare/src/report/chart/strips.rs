//! Strips: a line for each cell, and on it how far each backend is from the best of that cell.

use maud::{Markup, PreEscaped, html};
use pool_statistics::Interval;

use super::{
    STYLE, WIDTH,
    axis::{Axis, Values, plain, time},
    figure, grid, line, of_run, px, text,
};
use crate::{
    analysis::{Analysis, Comparison, Row, Trust, job_length},
    cell::Cell,
    figures::times,
    once::once,
    report::{Theme, backends, look::Palette},
    tables::{name, to_best},
};

/// Height of a strip, without its words.
const HEIGHT: f64 = 43.0;

/// Where strips are, and what is put to them.
struct Frame<'a> {
    label: &'static str,
    across: (f64, f64),
    /// Room for the words of each above it; without, they are at its left.
    above: f64,
    words: fn(&Comparison) -> String,
    palette: &'a Palette,
    /// Each of several runs, which has a small mark.
    runs: &'a [&'a Analysis],
}

/// A chart of these comparisons, with a small mark for each of the runs that they are over; `None`
/// if nothing can be drawn.
pub(in super::super) fn strips(
    title: &str,
    comparisons: &[&Comparison],
    palette: &Palette,
    runs: &[&Analysis],
) -> Option<Markup> {
    let words = |it: &Comparison| name(it, " (preview)");
    let label = "times the best of the line: less is better";
    let across = (18.0, WIDTH - 18.0);
    let frame = Frame { label, across, above: 18.0, words, palette, runs };
    let (height, content) = draw(comparisons, &frame)?;
    Some(figure(title, &description(comparisons), height, &content))
}

/// The same in plain words, as a file of its own, on the ground of whatever page shows it.
pub(crate) fn strips_svg(comparisons: &[&Comparison], theme: Theme) -> Option<String> {
    const TITLE: &str = "What each pool takes: times the best";
    const WIDTH: f64 = 640.0;
    const TOP: f64 = 58.0;
    let contenders = once(comparisons.iter().flat_map(|it| backends(it)).map(|it| &it.contender));
    let names: Vec<String> = contenders.iter().map(ToString::to_string).collect();
    let palette = Palette::of(&names);
    let label = "times the best of the line: less is better; shaded: too little to matter";
    let (across, words) = ((206.0, WIDTH - 20.0), |it: &Comparison| in_words(&it.cell));
    let frame = Frame { label, across, above: 0.0, words, palette: &palette, runs: &[] };
    let (height, content) = draw(comparisons, &frame)?;
    let height = height + TOP;
    let places = std::iter::successors(Some(16.0), |x| Some(x + 124.0));
    let drawing = html! {
        svg xmlns="http://www.w3.org/2000/svg" class="chart picture"
            width=(WIDTH) height=(px(height)) viewBox=(format!("0 0 {WIDTH} {height:.0}"))
            role="img" aria-label=(description(comparisons)) {
            style { (PreEscaped(theme.fix(STYLE))) }
            (text("heading", "start", (8.0, 18.0), TITLE))
            @for (contender, x) in contenders.into_iter().zip(places) {
                @let look = palette.look(contender);
                g.(look.class) { (look.marker((x, 38.0))) }
                (text("tick", "start", (x + 10.0, 42.5), &contender.to_string()))
            }
            g transform=(format!("translate(0 {TOP})")) { (content) }
        }
    };
    Some(drawing.into_string() + "\n")
}

/// What is to be seen, in words.
pub(crate) fn description(comparisons: &[&Comparison]) -> String {
    let of_cell = |comparison: &&Comparison| {
        let cell = &comparison.cell;
        if comparison.trust == Trust::TooNoisy {
            return format!("{cell}: too noisy to rank.");
        }
        let all = marks(comparison).map(|(row, Interval { estimate, .. })| {
            format!("{} {}", row.contender, times(Interval::exactly(estimate)))
        });
        format!("{cell}: {}.", all.collect::<Vec<_>>().join(", "))
    };
    comparisons.iter().map(of_cell).collect::<Vec<_>>().join(" ")
}

/// Each backend with how far it is from the best.
fn marks(comparison: &Comparison) -> impl Iterator<Item = (&Row, Interval)> {
    backends(comparison).filter_map(|row| Some((row, to_best(comparison, row)?)))
}

/// The values that are to be seen: all estimates, and of the intervals what is not far beyond them,
/// so that one of which little is known does not take the room of all.
fn visible(comparisons: &[&Comparison]) -> Vec<f64> {
    const BEYOND: f64 = 2.0;
    let all = || comparisons.iter().flat_map(|it| marks(it)).map(|it| it.1);
    let usable = || all().map(|it| it.estimate).filter(|it| it.is_finite() && *it > 0.0);
    let least = usable().fold(f64::INFINITY, f64::min) / BEYOND;
    let greatest = usable().fold(0.0, f64::max) * BEYOND;
    let ends = all().flat_map(|it| [it.low.max(least), it.high.min(greatest)]);
    usable().chain(ends).collect()
}

/// Draws them one below the other; and how high that is.
fn draw(comparisons: &[&Comparison], frame: &Frame<'_>) -> Option<(f64, Markup)> {
    let times = Values::log(frame.label, |it| format!("{}×", plain(it)));
    let axis = Axis::around(times, visible(comparisons))?;
    let step = frame.above + HEIGHT;
    let bottom = comparisons.iter().map(|_| step).sum();
    let tops = std::iter::successors(Some(0.0), |y| Some(y + step));
    let content = html! {
        (grid(&axis, frame.across, (0.0, bottom)))
        @for (comparison, top) in comparisons.iter().zip(tops) {
            (draw_one(comparison, &axis, frame, top))
        }
    };
    Some((bottom + 42.0, content))
}

fn draw_one(comparison: &Comparison, axis: &Axis, frame: &Frame<'_>, top: f64) -> Markup {
    let Frame { across, above, .. } = *frame;
    let at = |value: f64| axis.place(value, across);
    let matters = 1.0 + comparison.matters();
    let (left, right) = (at(matters.recip()), at(matters));
    let is_doubtful = comparison.trust == Trust::TooNoisy;
    let first = top + above;
    let step = (HEIGHT - 8.0) / marks(comparison).fold(0.0, |count, _| count + 1.0_f64).max(1.0);
    let middles = std::iter::successors(Some(first + 4.0 + step / 2.0), |y| Some(y + step));
    let words_at = if above > 0.0 { top + 14.0 } else { first + HEIGHT / 2.0 + 4.0 };
    let in_run = |row: &Row, run: &Analysis| {
        let of = run.find(&comparison.cell, comparison.quantity)?;
        let ratio = of.pair(row.contender.backend()?, comparison.best()?)?.0.estimate;
        Some(ratio).filter(|it| axis.shows(*it))
    };
    html! {
        g.strip.doubtful[is_doubtful] {
            (line("grid", (4.0, top), (across.1, top)))
            rect.band x=(px(left)) y=(px(first + 3.0)) width=(px(right - left)) height=(px(HEIGHT - 6.0)) {}
            (line("grid", (at(1.0), first), (at(1.0), first + HEIGHT)))
            (text("name", "start", (4.0, words_at), &(frame.words)(comparison)))
            @if is_doubtful {
                (text("tick", "end", (across.1, top + 14.0), "too noisy to rank"))
            }
            @for ((row, ratio), y) in marks(comparison).zip(middles) {
                @let look = frame.palette.look(&row.contender);
                @let Interval { low, estimate, high } = ratio;
                g.(look.class) {
                    title { (row.contender) ": " (times(ratio)) }
                    @if low < high { (line("interval", (at(low), y), (at(high), y))) }
                    @for run in frame.runs.iter().filter_map(|run| in_run(row, run)) {
                        (of_run((at(run), y)))
                    }
                    (look.marker((at(estimate), y)))
                }
            }
        }
    }
}

/// What a cell is, for readers who know no cells.
fn in_words(cell: &Cell) -> String {
    const WORDS: [(&str, &str); 4] = [
        ("throughput/empty", "Empty jobs"),
        ("latency/cpu-10us/hand-over", "A lone job's result"),
        ("shutdown/idle", "Ending while idle"),
        ("shutdown/stop-backlog", "Stopping a long queue"),
    ];
    let name = cell.to_string();
    match (job_length(cell), WORDS.iter().find(|it| it.0 == name)) {
        (Some(length), _) => format!("Jobs of {}", time(length.as_secs_f64() * 1e9)),
        (_, Some((_, words))) => (*words).to_owned(),
        _ => name,
    }
}
