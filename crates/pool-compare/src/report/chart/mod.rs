//! Charts: SVG that takes its colours from the page, as wide as a phone; a page has as many next to
//! each other as it has room for.

mod axis;
mod curves;
mod strips;

use maud::{Markup, PreEscaped, html};

use self::axis::Axis;
pub(crate) use self::strips::{description, strips_svg};
pub(super) use self::{
    axis::{Values, plain},
    curves::{Point, curves},
    strips::strips,
};

/// How what is drawn in a chart looks, on the page and in a file of its own.
pub(super) const STYLE: &str = include_str!("../chart.css");

/// In the units of everything in a chart, which are pixels where it has the room.
const WIDTH: f64 = 380.0;

/// A chart of this height with its title, and what is to be seen in it for those who do not see.
fn figure(title: &str, description: &str, height: f64, content: &Markup) -> Markup {
    html! {
        figure {
            figcaption { (title) }
            svg.chart viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img"
                aria-label=(description) { (content) }
        }
    }
}

/// The marked values of an axis from left to right: lines between two heights, and below them what
/// they are.
fn grid(axis: &Axis, across: (f64, f64), (top, bottom): (f64, f64)) -> Markup {
    html! {
        @for (x, name) in axis.ticks(across, 48.0) {
            (line("grid", (x, top), (x, bottom)))
            (text("tick", "middle", (x, bottom + 16.0), &name))
        }
        (text("label", "end", (across.1, bottom + 34.0), axis.values.label))
    }
}

/// A straight line.
fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Markup {
    html! {
        line class=(class) x1=(px(from.0)) y1=(px(from.1)) x2=(px(to.0)) y2=(px(to.1)) {}
    }
}

/// The small mark of one of several runs.
fn of_run((x, y): (f64, f64)) -> Markup {
    html! { circle.of-run cx=(px(x)) cy=(px(y)) r="2.2" {} }
}

/// Text that begins, ends or has its middle at a point: `anchor` is `start`, `end` or `middle`.
fn text(class: &str, anchor: &str, at: (f64, f64), words: &str) -> Markup {
    html! {
        text class=(class) text-anchor=(anchor) x=(px(at.0)) y=(px(at.1)) { (words) }
    }
}

/// A coordinate: a tenth of a pixel is finer than anybody sees.
fn px(coordinate: f64) -> PreEscaped<String> {
    PreEscaped(format!("{coordinate:.1}"))
}
