//! Curves: something of each contender against the length of jobs, or along an axis of a sweep.

use maud::{Markup, PreEscaped, html};

use super::{
    WIDTH,
    axis::{Axis, Values},
    figure, grid, line, of_run, text,
};
use crate::{
    analysis::Analysis, once::once, opened::Runs, protocol::Contender, report::look::Palette,
};

/// A point of the curve of one contender.
#[derive(Debug)]
pub(in super::super) struct Point {
    pub(in super::super) contender: Contender,
    pub(in super::super) at: f64,
    pub(in super::super) value: f64,
    /// Whether the cell is too noisy for ranks.
    pub(in super::super) doubtful: bool,
}

/// A chart of curves through the points of what the runs say together, with those of each; `None`
/// if there is no curve.
pub(in super::super) fn curves(
    title: &str,
    (along, upwards): (Values, Values),
    runs: &Runs,
    palette: &Palette,
    points: impl Fn(&Analysis) -> Vec<Point>,
) -> Option<Markup> {
    const HEIGHT: f64 = 250.0;
    let (mut own, of_runs) = (points(&runs.analysis), runs.each().flat_map(&points));
    own.sort_by(|a, b| a.at.total_cmp(&b.at));
    let of_runs: Vec<Point> = of_runs.collect();
    let all = || own.iter().chain(&of_runs);
    let x = Axis::around(along, all().map(|it| it.at))?;
    let y = Axis::around(upwards, all().map(|it| it.value))?;
    // Upwards is towards 0.
    let (across, up) = ((54.0, WIDTH - 14.0), (HEIGHT - 42.0, 28.0));
    let place = |it: &Point| (x.place(it.at, across), y.place(it.value, up));
    let contenders = once(own.iter().map(|it| &it.contender));
    let lines: Vec<_> = contenders.iter().map(|it| (*it, of(it, &own))).collect();
    if lines.iter().all(|(_, points)| points.len() < 2) {
        return None;
    }
    let corner = |it: &&Point| {
        let (x, y) = place(it);
        format!("{x:.1},{y:.1}")
    };
    let content = html! {
        (grid(&x, across, (up.1, up.0)))
        @for (y, name) in y.ticks(up, 30.0) {
            (line("grid", (across.0, y), (across.1, y)))
            (text("tick", "end", (across.0 - 8.0, y + 4.0), &name))
        }
        (text("label", "start", (4.0, 14.0), y.values.label))
        @for (contender, points) in &lines {
            @let look = palette.look(contender);
            @let corners = points.iter().map(corner).collect::<Vec<_>>().join(" ");
            g.(look.class) {
                title { (contender) }
                polyline.curve points=(PreEscaped(corners)) {}
                @for point in of(contender, &of_runs) { (of_run(place(point))) }
                @for point in points { g.doubtful[point.doubtful] { (look.marker(place(point))) } }
            }
        }
    };
    let end = |(contender, points): &(&Contender, Vec<&Point>)| {
        let last = points.last().map(|it| (upwards.shown)(it.value));
        format!("{contender} ends at {}.", last.unwrap_or_default())
    };
    let description = lines.iter().map(end).collect::<Vec<_>>().join(" ");
    Some(figure(title, &description, HEIGHT, &content))
}

/// The points of one of them.
fn of<'a>(one: &Contender, all: &'a [Point]) -> Vec<&'a Point> {
    all.iter().filter(|it| it.contender == *one).collect()
}
