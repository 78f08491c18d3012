//! The colours, light and dark.

use std::fmt::Write;

/// What a chart or a page is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// Each colour by its name in the style sheets, as it is in the light and in the dark.
///
/// Those of the backends are told apart with any kind of colour blindness: Okabe and Ito,
/// "Color Universal Design", 2008; in the order of the figures of the benchmarks. In the light the
/// brighter of them are darkened until they stand out from the page, in the dark the first is lighter.
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
    pub(crate) fn fix(self, css: &str) -> String {
        self.colours().fold(css.to_owned(), |css, (name, colour)| {
            css.replace(&format!("var(--{name})"), colour)
        })
    }

    /// The colour of this name; black for a name that there is not.
    pub(crate) fn colour(self, name: &str) -> &'static str {
        self.colours().find(|(it, _)| *it == name).map_or("#000000", |(_, colour)| colour)
    }
}

/// The colours as custom properties: dark on a screen that asks for it, light everywhere else,
/// paper included.
pub(crate) fn properties() -> String {
    let all = |theme: Theme| {
        theme.colours().fold(String::new(), |mut css, (name, colour)| {
            _ = write!(css, "--{name}:{colour};");
            css
        })
    };
    format!(
        ":root{{color-scheme:light;{}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{}}}}}\n",
        all(Theme::Light),
        all(Theme::Dark)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_that_a_style_sheet_uses_is_there() {
        for css in [include_str!("style.css"), include_str!("chart/chart.css")] {
            assert!(!Theme::Dark.fix(css).contains("var(--"), "{}", Theme::Dark.fix(css));
        }
    }

    #[test]
    fn text_stands_out_from_what_it_is_on() {
        for theme in [Theme::Light, Theme::Dark] {
            for text in ["ink", "muted", "accent", "warn"] {
                for ground in ["page", "raised"] {
                    let contrast = contrast(theme.colour(text), theme.colour(ground));
                    assert!(contrast >= 4.5, "{theme:?}: {text} on {ground} has {contrast}");
                }
            }
        }
    }

    #[test]
    fn marks_and_curves_stand_out_from_the_page() {
        for theme in [Theme::Light, Theme::Dark] {
            for series in 0..7 {
                let contrast = contrast(theme.colour(&format!("c{series}")), theme.colour("page"));
                assert!(contrast >= 3.0, "{theme:?}: c{series} has {contrast}");
            }
        }
    }

    /// As the Web Content Accessibility Guidelines define it.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |colour: &str| {
            [(1, 0.2126), (3, 0.7152), (5, 0.0722)].iter().fold(0.0, |sum, &(at, weight)| {
                let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                let linear = if part <= 0.040_45 {
                    part / 12.92
                } else {
                    ((part + 0.055) / 1.055).powf(2.4)
                };
                sum + weight * linear
            })
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}
