//! How a contender looks in every chart: a colour and a shape, so that neither is needed alone.

use maud::{Markup, html};

use crate::protocol::Contender;

/// Colours that there are; see `theme`.
const COLOURS: usize = 7;
/// Shapes that there are; with seven colours, 56 backends look different.
const SHAPES: usize = 8;

/// The backends of all runs, in order: each looks the same wherever it is drawn.
#[derive(Debug)]
pub(crate) struct Palette(Vec<String>);

/// A colour and a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    colour: Option<usize>,
    shape: usize,
}

impl Palette {
    /// For these backends; a name counts where it comes first.
    pub(crate) fn of<'a>(backends: impl IntoIterator<Item = &'a String>) -> Self {
        let mut names: Vec<String> = Vec::new();
        for name in backends {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        Self(names)
    }

    /// How this one looks. What is measured beside the backends has no colour.
    pub(crate) fn series(&self, contender: &Contender) -> Series {
        let place = contender.backend().and_then(|name| self.0.iter().position(|it| it == name));
        match place {
            Some(place) => Series { colour: Some(place % COLOURS), shape: place % SHAPES },
            None => Series { colour: None, shape: SHAPES },
        }
    }
}

impl Series {
    /// The class that colours what belongs to it.
    pub(crate) fn class(self) -> String {
        self.colour.map_or_else(|| "beside".to_owned(), |colour| format!("c{colour}"))
    }

    /// Its shape, around a point.
    pub(crate) fn marker(self, x: f64, y: f64, class: &str) -> Markup {
        let class = format!("marker {class}");
        let polygon = |corners: &[(f64, f64)]| {
            let point = |(dx, dy): &(f64, f64)| format!("{:.1},{:.1}", x + dx, y + dy);
            let points = corners.iter().map(point).collect::<Vec<_>>().join(" ");
            html! { polygon class=(class) points=(points) {} }
        };
        match self.shape {
            0 => html! {
                circle class=(class) cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="4.5" {}
            },
            1 => polygon(&[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)]),
            2 => polygon(&[(0.0, -5.5), (5.0, 3.8), (-5.0, 3.8)]),
            3 => polygon(&[(0.0, -5.8), (5.8, 0.0), (0.0, 5.8), (-5.8, 0.0)]),
            4 => polygon(&[(0.0, 5.5), (5.0, -3.8), (-5.0, -3.8)]),
            5 => polygon(&[(-5.5, 0.0), (3.8, -5.0), (3.8, 5.0)]),
            6 => polygon(&[
                (-2.7, -4.8),
                (2.7, -4.8),
                (5.4, 0.0),
                (2.7, 4.8),
                (-2.7, 4.8),
                (-5.4, 0.0),
            ]),
            7 => polygon(&[(5.5, 0.0), (-3.8, -5.0), (-3.8, 5.0)]),
            _ => polygon(&[
                (-1.5, -5.0),
                (1.5, -5.0),
                (1.5, -1.5),
                (5.0, -1.5),
                (5.0, 1.5),
                (1.5, 1.5),
                (1.5, 5.0),
                (-1.5, 5.0),
                (-1.5, 1.5),
                (-5.0, 1.5),
                (-5.0, -1.5),
                (-1.5, -1.5),
            ]),
        }
    }

    /// Its shape as a sign in text.
    pub(crate) fn sign(self) -> Markup {
        html! {
            svg.sign.(self.class()) viewBox="0 0 14 14" width="14" height="14"
                aria-hidden="true" { (self.marker(7.0, 7.0, "")) }
        }
    }
}
