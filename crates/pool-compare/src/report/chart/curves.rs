//! Curves: the efficiency of each contender against the length of jobs, or its rate along an axis of
//! a sweep.

use maud::{Markup, PreEscaped, html};

use super::{
    Layout, Words,
    axis::{Axis, plain},
    figure, line, text,
};
use crate::{
    figures::{Scale, percent, rate},
    protocol::Contender,
    quantity::Unit,
    report::look::Palette,
};

/// The curve of one contender: its points from left to right.
pub(in super::super) type Curve = (Contender, Vec<(f64, f64)>);

/// Efficiencies against lengths in nanoseconds; `None` unless a curve has two points.
pub(in super::super) fn efficiency_curves(
    words: Words<'_>,
    lines: &[Curve],
    palette: &Palette,
) -> Option<Markup> {
    let time = |nanos: f64| Scale::of(Unit::Nanos, nanos).show_as(nanos, plain);
    let x = Axis::log("length of a job", points(lines).map(|it| it.0), time)?;
    let highest = points(lines).map(|it| it.1).fold(1.0, f64::max);
    let y = Axis::linear("efficiency", highest, |part| format!("{} %", plain(part * 100.0)));
    curves(words, (&x, &y), percent, lines, palette)
}

/// Jobs a second against the values of an axis; `None` unless a curve has two points.
pub(in super::super) fn scaling_curves(
    words: Words<'_>,
    axis: &'static str,
    lines: &[Curve],
    palette: &Palette,
) -> Option<Markup> {
    let x = Axis::log(axis, points(lines).map(|it| it.0), plain)?;
    let shown = |rate: f64| Scale::of_rate(rate).show_as(rate, plain);
    let y = Axis::log("jobs a second", points(lines).map(|it| it.1), shown)?;
    curves(words, (&x, &y), rate, lines, palette)
}

fn points(lines: &[Curve]) -> impl Iterator<Item = &(f64, f64)> {
    lines.iter().flat_map(|(_, points)| points)
}

fn curves(
    words: Words<'_>,
    axes: (&Axis, &Axis),
    shown: fn(f64) -> String,
    lines: &[Curve],
    palette: &Palette,
) -> Option<Markup> {
    if lines.iter().all(|(_, points)| points.len() < 2) {
        return None;
    }
    let key = html! {
        ul.key { @for (contender, _) in lines {
            li data-backend=(contender) { (palette.look(contender).sign()) (contender) }
        } }
    };
    let last = |points: &[(f64, f64)]| points.last().map_or(0.0, |it| it.1);
    let said = lines.iter().map(|it| format!("{} ends at {}.", it.0, shown(last(&it.1))));
    let description = said.collect::<Vec<_>>().join(" ");
    Some(figure(words, &description, &key, |layout| draw(layout, axes, lines, palette)))
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
        @for (contender, points) in lines {
            @let look = palette.look(contender);
            @let places: Vec<_> =
                points.iter().map(|it| (x.place(it.0, across), y.place(it.1, up))).collect();
            @let corners: Vec<_> =
                places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            g.(look.class()) data-backend=(contender) {
                title { (contender) }
                polyline.curve points=(PreEscaped(corners.join(" "))) {}
                @for place in places { (look.marker(place, "")) }
            }
        }
    };
    (height, content)
}
