//! Curves: a value of each contender against a length or a percentile.

use maud::{Markup, PreEscaped, html};

use super::{Axis, Layout, Words, line, svg, text};
use crate::{report::series::Series, statistics::Interval};

/// A chart of curves.
#[derive(Debug)]
pub(crate) struct Curves {
    pub(crate) words: Words,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    /// Values of y that are looked at, and what they are called.
    pub(crate) levels: Vec<(f64, String)>,
    pub(crate) lines: Vec<Curve>,
}

/// The curve of one contender.
#[derive(Debug)]
pub(crate) struct Curve {
    pub(crate) name: String,
    pub(crate) series: Series,
    /// From left to right.
    pub(crate) points: Vec<(f64, f64)>,
    /// Where it reaches a level: x with its interval, and y.
    pub(crate) crossings: Vec<(Interval, f64)>,
}

impl Curves {
    /// Draws it.
    pub(crate) fn svg(&self, layout: Layout) -> Markup {
        let (height, margin) = match layout {
            Layout::Wide => (360.0, 24.0),
            Layout::Narrow => (300.0, 22.0),
        };
        // What the levels are called stands beside them.
        let right = if self.levels.is_empty() { margin } else { 66.0 };
        // Upwards is towards 0.
        let (across, up) = ((64.0, layout.width() - right), (height - 48.0, 28.0));
        let content = html! {
            (self.grid(across, up))
            @for (level, name) in &self.levels {
                @let y = self.y.place(*level, up);
                (line("level", (across.0, y), (across.1, y)))
                (text("tick", "start", (across.1 + 5.0, y + 4.0), name))
            }
            @for curve in &self.lines { (self.curve(curve, across, up)) }
        };
        svg(&self.words, layout, height, &content)
    }

    fn grid(&self, across: (f64, f64), up: (f64, f64)) -> Markup {
        html! {
            @for (x, name) in self.x.ticks(across, 52.0) {
                (line("grid", (x, up.0), (x, up.1)))
                (text("tick", "middle", (x, up.0 + 18.0), &name))
            }
            @for (y, name) in self.y.ticks(up, 30.0) {
                (line("grid", (across.0, y), (across.1, y)))
                (text("tick", "end", (across.0 - 8.0, y + 4.0), &name))
            }
            @let middle = f64::midpoint(across.0, across.1);
            (text("label", "middle", (middle, up.0 + 40.0), &self.x.label))
            (text("label", "start", (4.0, 14.0), &self.y.label))
        }
    }

    fn curve(&self, curve: &Curve, across: (f64, f64), up: (f64, f64)) -> Markup {
        let at = |x: f64, y: f64| (self.x.place(x, across), self.y.place(y, up));
        let places: Vec<_> = curve.points.iter().map(|&(x, y)| at(x, y)).collect();
        let corners = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>();
        html! {
            g.(curve.series.class()) data-backend=(curve.name) {
                title { (curve.name) }
                polyline.curve points=(PreEscaped(corners.join(" "))) {}
                @for (x, y) in places { (curve.series.marker(x, y, "")) }
                @for (x, y) in &curve.crossings {
                    @let (middle, height) = at(x.estimate, *y);
                    (line("interval", at(x.low, *y), at(x.high, *y)))
                    (curve.series.marker(middle, height, "hollow"))
                }
            }
        }
    }
}
