//! Colours and shapes.

use maud::{Markup, html};

use crate::{once::once, protocol::Contender};

/// What a chart or a page is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// The colours that the other style sheets name.
pub(super) const COLOURS: &str = include_str!("colours.css");

impl Theme {
    /// `css` with its colours put in: for files that are read by more than browsers.
    pub(super) fn fix(self, css: &str) -> String {
        let colours = COLOURS.lines().filter_map(|line| {
            let (name, both) = line.trim().strip_suffix(");")?.split_once(": light-dark(")?;
            let (light, dark) = both.split_once(", ")?;
            Some((format!("var({name})"), if self == Self::Light { light } else { dark }))
        });
        colours.fold(css.to_owned(), |css, (name, colour)| css.replace(&name, colour))
    }
}

/// The backends of all runs, in order: each looks the same wherever it is drawn.
#[derive(Debug)]
pub(super) struct Palette(Vec<String>);

/// A colour and a shape, so that neither is needed alone.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// The class that colours what belongs to it.
    pub(super) class: String,
    shape: &'static str,
}

/// Paths from a point on, around it: a circle, a square, triangles, a diamond, a hexagon.
const SHAPES: [&str; 8] = [
    "m-4.5 0a4.5 4.5 0 0 0 9 0a4.5 4.5 0 0 0-9 0z",
    "m-4-4h8v8h-8z",
    "m0-5.5l5 9.3h-10z",
    "m0-5.8l5.8 5.8l-5.8 5.8l-5.8-5.8z",
    "m0 5.5l5-9.3h-10z",
    "m-5.5 0l9.3-5v10z",
    "m-2.7-4.8h5.4l2.7 4.8l-2.7 4.8h-5.4l-2.7-4.8z",
    "m5.5 0l-9.3-5v10z",
];

/// Of the colours, those of backends.
const SERIES: usize = 7;

impl Palette {
    /// For these backends; a name counts where it comes first.
    pub(super) fn of<'a>(backends: impl IntoIterator<Item = &'a String>) -> Self {
        Self(once(backends).into_iter().cloned().collect())
    }

    /// How this one looks. What is measured next to the backends has no colour.
    pub(super) fn look(&self, contender: &Contender) -> Look {
        let place = self.0.iter().position(|it| contender.backend() == Some(it));
        let class = place.map_or("beside".to_owned(), |it| format!("c{}", it % SERIES));
        Look { class, shape: SHAPES[place.unwrap_or(1) % SHAPES.len()] }
    }
}

impl Look {
    /// Its shape, around a point.
    pub(super) fn marker(&self, (x, y): (f64, f64)) -> Markup {
        html! { path.marker d=(format!("M{x:.1} {y:.1}{}", self.shape)) {} }
    }

    /// Its shape as a sign in text.
    pub(super) fn sign(&self) -> Markup {
        html! {
            svg.sign.(self.class) viewBox="0 0 14 14" width="14" height="14"
                aria-hidden="true" { (self.marker((7.0, 7.0))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_the_style_sheets_is_there_and_text_and_marks_stand_out() {
        for theme in [Theme::Light, Theme::Dark] {
            for css in [include_str!("style.css"), include_str!("chart.css")] {
                assert!(!theme.fix(css).contains("var(--"));
            }
            let page = theme.fix("var(--page)");
            let marks = (0..SERIES).map(|it| (format!("var(--c{it})"), 3.0));
            let texts = ["ink", "muted", "accent", "warn"].map(|it| (format!("var(--{it})"), 4.5));
            for (name, least) in marks.chain(texts) {
                let contrast = contrast(&theme.fix(&name), &page);
                assert!(contrast >= least, "{theme:?}: {name} has {contrast}");
            }
        }
    }

    /// As the Web Content Accessibility Guidelines define it, with one exponent for all of it.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |colour: &str| -> f64 {
            let part = |(at, weight): (usize, f64)| {
                let part = u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
                weight * (f64::from(part) / 255.0).powf(2.2)
            };
            [(1, 0.2126), (3, 0.7152), (5, 0.0722)].map(part).iter().sum()
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}
