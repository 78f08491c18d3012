//! Colours and shapes.

use std::fmt::Write;

use maud::{Markup, html};

use crate::{once::once, protocol::Contender};

/// What a chart or a page is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// Each colour by its name in the style sheets, as it is in the light and in the dark.
///
/// Those of the backends are told apart with any kind of colour blindness: Okabe and Ito,
/// "Color Universal Design", 2008. In the light the brighter of them are darkened until they stand
/// out from the page, in the dark the first is lighter.
const COLOURS: [(&str, &str, &str); 16] = [
    ("page", "#ffffff", "#14171a"),
    ("raised", "#f5f6f8", "#1d2125"),
    ("ink", "#1b1f24", "#e7e9ec"),
    ("muted", "#59616c", "#a3abb6"),
    ("rule", "#d9dde3", "#363c44"),
    ("band", "#e6ebf2", "#2a313a"),
    ("accent", "#0b5cad", "#7db8f0"),
    ("warn", "#8a4b00", "#f2b866"),
    ("beside", "#6b7480", "#9aa3ae"),
    ("c0", "#0072b2", "#2f93cf"),
    ("c1", "#d55e00", "#d55e00"),
    ("c2", "#009e73", "#009e73"),
    ("c3", "#c0689a", "#cc79a7"),
    ("c4", "#2b8fc9", "#56b4e9"),
    ("c5", "#b07800", "#e69f00"),
    ("c6", "#8a8200", "#f0e442"),
];

impl Theme {
    fn colours(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        COLOURS.iter().map(move |&(name, light, dark)| match self {
            Self::Light => (name, light),
            Self::Dark => (name, dark),
        })
    }

    /// `css` with its colours put in: for files that are read by more than browsers.
    pub(super) fn fix(self, css: &str) -> String {
        self.colours().fold(css.to_owned(), |css, (name, colour)| {
            css.replace(&format!("var(--{name})"), colour)
        })
    }
}

/// The colours as custom properties: dark on a screen that asks for it, light everywhere else,
/// paper included.
pub(super) fn properties() -> String {
    let all = |theme: Theme| {
        theme.colours().fold(String::new(), |mut css, (name, colour)| {
            _ = write!(css, "--{name}:{colour};");
            css
        })
    };
    let (light, dark) = (all(Theme::Light), all(Theme::Dark));
    format!(
        ":root{{color-scheme:light;{light}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
    )
}

/// The backends of all runs, in order: each looks the same wherever it is drawn.
#[derive(Debug)]
pub(super) struct Palette(Vec<String>);

/// A colour and a shape, so that neither is needed alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look(Option<usize>);

/// Corners around a point, one shape each; the first is a circle.
const SHAPES: [&[(f64, f64)]; 8] = [
    &[],
    &[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)],
    &[(0.0, -5.5), (5.0, 3.8), (-5.0, 3.8)],
    &[(0.0, -5.8), (5.8, 0.0), (0.0, 5.8), (-5.8, 0.0)],
    &[(0.0, 5.5), (5.0, -3.8), (-5.0, -3.8)],
    &[(-5.5, 0.0), (3.8, -5.0), (3.8, 5.0)],
    &[(-2.7, -4.8), (2.7, -4.8), (5.4, 0.0), (2.7, 4.8), (-2.7, 4.8), (-5.4, 0.0)],
    &[(5.5, 0.0), (-3.8, -5.0), (-3.8, 5.0)],
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
        let name = contender.backend();
        Look(name.and_then(|name| self.0.iter().position(|it| it == name)))
    }
}

impl Look {
    /// The class that colours what belongs to it.
    pub(super) fn class(self) -> String {
        self.0.map_or_else(|| "beside".to_owned(), |place| format!("c{}", place % SERIES))
    }

    /// Its shape, around a point.
    pub(super) fn marker(self, (x, y): (f64, f64)) -> Markup {
        match SHAPES[self.0.map_or(1, |place| place % SHAPES.len())] {
            [] => html! {
                circle.marker cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="4.5" {}
            },
            corners => {
                let point = |(dx, dy): &(f64, f64)| format!("{:.1},{:.1}", x + dx, y + dy);
                let points = corners.iter().map(point).collect::<Vec<_>>().join(" ");
                html! { polygon.marker points=(points) {} }
            }
        }
    }

    /// Its shape as a sign in text.
    pub(super) fn sign(self) -> Markup {
        html! {
            svg.sign.(self.class()) viewBox="0 0 14 14" width="14" height="14"
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
            let colour = |name: &str| theme.colours().find(|(it, _)| *it == name).unwrap().1;
            let marks = (0..SERIES).map(|it| (format!("c{it}"), 3.0));
            let texts = ["ink", "muted", "accent", "warn"].map(|it| (it.to_owned(), 4.5));
            for (name, least) in marks.chain(texts) {
                let contrast = contrast(colour(&name), colour("page"));
                assert!(contrast >= least, "{theme:?}: {name} has {contrast}");
            }
        }
    }

    /// As the Web Content Accessibility Guidelines define it.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |colour: &str| {
            [(1, 0.2126), (3, 0.7152), (5, 0.0722)].iter().fold(0.0, |sum, &(at, weight)| {
                let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                let linear =
                    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
                sum + weight * linear
            })
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}
