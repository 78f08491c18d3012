//! Charts: SVG that takes its colours from the page, in a wide and a narrow layout.

mod axis;
mod curves;
mod strips;

use maud::{Markup, PreEscaped, html};

pub(crate) use self::strips::{description, strips_svg};
pub(super) use self::{
    curves::{Curve, Point, Values, curves, over_runs},
    strips::strips,
};
use super::look::Palette;
use crate::protocol::Contender;

/// How what is drawn in a chart looks, on the page and in a file of its own.
pub(super) const STYLE: &str = include_str!("../chart.css");

/// What a chart is drawn for: a screen or a sheet of paper; or a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Wide,
    Narrow,
}

impl Layout {
    /// In the units of everything in the chart, which are pixels where it has the room.
    fn width(self) -> f64 {
        if self == Self::Wide { 760.0 } else { 340.0 }
    }

    fn class(self) -> &'static str {
        if self == Self::Wide { "wide" } else { "narrow" }
    }
}

/// An id that no other chart has, and a title.
type Words<'a> = (&'a str, &'a str);

/// A chart in both layouts, with its title, who is who in it, and what is to be seen in it for those
/// who do not see.
fn figure<'a>(
    (id, title): Words<'_>,
    description: &str,
    contenders: impl IntoIterator<Item = &'a Contender>,
    palette: &Palette,
    draw: impl Fn(Layout) -> (f64, Markup),
) -> Markup {
    html! {
        figure {
            figcaption { (title) }
            ul.key { @for contender in contenders {
                li data-backend=(contender) { (palette.look(contender).sign()) (contender) }
            } }
            @for layout in [Layout::Wide, Layout::Narrow] {
                @let (height, content) = draw(layout);
                @let id = format!("{id}-{}", layout.class());
                svg.chart.(layout.class()) viewBox=(format!("0 0 {} {height:.0}", layout.width()))
                    role="img" aria-labelledby=(format!("{id}-title {id}-text")) {
                    title id=(format!("{id}-title")) { (title) }
                    desc id=(format!("{id}-text")) { (description) }
                    (content)
                }
            }
        }
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

/// As much of a name as there is room for. Names are from files, and of any length.
fn shortened(name: &str, room: f64) -> String {
    // Of a character, in the mean.
    const WIDTH: f64 = 6.6;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen")]
    let fits = (room / WIDTH).max(1.0) as usize;
    if name.chars().count() <= fits {
        return name.to_owned();
    }
    let short: String = name.chars().take(fits - 1).collect();
    format!("{short}…")
}
