//! Curves: something of each contender against the length of jobs, or along an axis of a sweep.

use maud::{Markup, PreEscaped, html};

use super::{
    Layout, Words,
    axis::{Axis, plain},
    figure, line, of_run, text,
};
use crate::{
    analysis::Analysis,
    figures::{self, Scale},
    opened::Runs,
    protocol::Contender,
    quantity::Unit,
    report::look::Palette,
};

/// The curve of one contender.
#[derive(Debug)]
pub(in super::super) struct Curve {
    pub(in super::super) contender: Contender,
    /// From left to right.
    pub(in super::super) points: Vec<Point>,
    /// Where the points of each run are, if there are several.
    of_runs: Vec<(f64, f64)>,
}

/// A point of a curve.
#[derive(Debug)]
pub(in super::super) struct Point {
    /// The length of a job, in nanoseconds; of a rate the value on the axis that is swept.
    pub(in super::super) at: f64,
    pub(in super::super) value: f64,
    /// Whether the cell is too noisy for ranks.
    pub(in super::super) doubtful: bool,
}

impl Curve {
    pub(in super::super) fn new(contender: &Contender, points: Vec<Point>) -> Self {
        Self { contender: contender.clone(), points, of_runs: Vec::new() }
    }
}

/// The curves of what the runs say, and with them the points of each.
pub(in super::super) fn over_runs(
    runs: &Runs,
    curves: impl Fn(&Analysis) -> Vec<Curve>,
) -> Vec<Curve> {
    let mut lines = curves(&runs.analysis);
    for Curve { contender, points, .. } in runs.each().flat_map(&curves) {
        if let Some(line) = lines.iter_mut().find(|it| it.contender == contender) {
            line.of_runs.extend(points.iter().map(|it| (it.at, it.value)));
        }
    }
    lines
}

/// What the values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Values {
    /// Parts of one.
    Efficiency,
    /// Nanoseconds.
    CoreTime,
    /// Jobs a second, over this axis of a sweep.
    Rate(&'static str),
}

/// A chart of curves; `None` unless one has two points.
pub(in super::super) fn curves(
    words: Words<'_>,
    values: Values,
    lines: &[Curve],
    palette: &Palette,
) -> Option<Markup> {
    if lines.iter().all(|line| line.points.len() < 2) {
        return None;
    }
    let points = || lines.iter().flat_map(|line| &line.points);
    let time = |nanos: f64| Scale::of(Unit::Nanos, nanos).show_as(nanos, plain);
    let marks = || lines.iter().flat_map(|line| line.of_runs.iter().copied());
    let places = points().map(|it| it.at).chain(marks().map(|it| it.0));
    let x = match values {
        Values::Rate(axis) => Axis::log(axis, places, plain)?,
        _ => Axis::log("length of a job", places, time)?,
    };
    let all = || points().map(|it| it.value).chain(marks().map(|it| it.1));
    let percent = |part: f64| format!("{} %", plain(part * 100.0));
    let y = match values {
        Values::Efficiency => Axis::linear("efficiency", all().fold(1.0, f64::max), percent),
        Values::CoreTime => Axis::log("core time next to the job's work", all(), time)?,
        Values::Rate(_) => {
            Axis::log("jobs a second", all(), |it| Scale::of_rate(it).show_as(it, plain))?
        }
    };
    let shown = |it: &Point| match values {
        Values::Efficiency => percent((it.value * 100.0).round() / 100.0),
        Values::CoreTime => figures::time(it.value),
        Values::Rate(_) => figures::rate(it.value),
    };
    let last = |it: &Curve| it.points.last().map(shown).unwrap_or_default();
    let said = lines.iter().map(|it| format!("{} ends at {}.", it.contender, last(it)));
    let description = said.collect::<Vec<_>>().join(" ");
    let contenders = lines.iter().map(|it| &it.contender);
    let draw = |layout| draw(layout, (&x, &y), lines, palette);
    Some(figure(words, &description, contenders, palette, draw))
}

fn draw(
    layout: Layout,
    (x, y): (&Axis, &Axis),
    lines: &[Curve],
    palette: &Palette,
) -> (f64, Markup) {
    let height = if layout == Layout::Wide { 360.0 } else { 300.0 };
    // Upwards is towards 0.
    let (across, up) = ((64.0, layout.width() - 24.0), (height - 48.0, 28.0));
    let content = html! {
        @for (x, name) in x.ticks(across, 52.0) {
            (line("grid", (x, up.0), (x, up.1)))
            (text("tick", "middle", (x, up.0 + 18.0), &name))
        }
        @for (y, name) in y.ticks(up, 30.0) {
            (line("grid", (across.0, y), (across.1, y)))
            (text("tick", "end", (across.0 - 8.0, y + 4.0), &name))
        }
        (text("label", "middle", (f64::midpoint(across.0, across.1), up.0 + 40.0), x.label))
        (text("label", "start", (4.0, 14.0), y.label))
        @for Curve { contender, points, of_runs } in lines {
            @let look = palette.look(contender);
            @let place = |at, value| (x.place(at, across), y.place(value, up));
            @let corners: Vec<_> = points.iter().map(|it| place(it.at, it.value)).collect();
            @let corners: Vec<_> = corners.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            g.(look.class()) data-backend=(contender) {
                title { (contender) }
                polyline.curve points=(PreEscaped(corners.join(" "))) {}
                @for (at, value) in of_runs { (of_run(place(*at, *value))) }
                @for point in points {
                    g.doubtful[point.doubtful] { (look.marker(place(point.at, point.value))) }
                }
            }
        }
    };
    (height, content)
}
