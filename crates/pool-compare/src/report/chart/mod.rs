//! Charts: SVG that takes its colours from the page, in a wide and a narrow layout.

mod axis;
pub(crate) mod curves;
pub(crate) mod dots;
pub(crate) mod forest;
mod rows;

use maud::{Markup, PreEscaped, html};

pub(crate) use self::axis::Axis;
use super::{series::Series, table::Table};

/// How what is drawn in a chart looks, on the page and in a file of its own.
pub(crate) const STYLE: &str = include_str!("chart.css");

/// What a chart is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A screen or a sheet of paper.
    Wide,
    /// A phone.
    Narrow,
}

impl Layout {
    /// In the units of everything in the chart, which are pixels where it has the room.
    fn width(self) -> f64 {
        match self {
            Self::Wide => 760.0,
            Self::Narrow => 340.0,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}

/// What is said of a chart to those who do not see it.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    /// What no other chart of the page is called.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
}

/// A chart with its caption and its key, and the same as a table.
pub(crate) fn figure(
    caption: &str,
    key: &[(String, Series)],
    draw: impl Fn(Layout) -> Markup,
    table: &Table,
) -> Markup {
    html! {
        figure {
            figcaption { (caption) }
            @if !key.is_empty() {
                ul.key { @for (name, series) in key { li data-backend=(name) {
                    (series.sign()) (name)
                } } }
            }
            (draw(Layout::Wide))
            (draw(Layout::Narrow))
            details { summary { "The same as a table: " (caption) } (table.render()) }
        }
    }
}

/// The SVG element around what is drawn.
fn svg(words: &Words, layout: Layout, height: f64, content: &Markup) -> Markup {
    let id = format!("{}-{}", words.id, layout.class());
    let (title, description) = (format!("{id}-title"), format!("{id}-text"));
    let size = format!("0 0 {} {height:.0}", layout.width());
    html! {
        svg.chart.(layout.class()) viewBox=(size) role="img"
            aria-labelledby=(format!("{title} {description}")) {
            title id=(title) { (words.title) }
            desc id=(description) { (words.description) }
            (content)
        }
    }
}

/// A straight line.
fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Markup {
    html! {
        line class=(class) x1=(px(from.0)) y1=(px(from.1)) x2=(px(to.0)) y2=(px(to.1)) {}
    }
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
    let mut left = room;
    let fits = name.chars().take_while(|_| {
        left -= WIDTH;
        left >= 0.0
    });
    let short: String = fits.collect();
    if short.len() == name.len() {
        return short;
    }
    let mut characters = short.chars();
    characters.next_back();
    format!("{}…", characters.as_str())
}
