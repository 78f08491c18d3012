//! Tables.

use maud::{Markup, html};

use super::look::Palette;
use crate::{
    protocol::Contender,
    tables::{Field, Grid},
};

/// A table in a frame of its own, that it can be scrolled in. If its rows are of contenders, these look
/// as in the charts.
pub(super) fn table(caption: &str, grid: &Grid, contenders: Option<&Palette>) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr {
                    @for title in &grid.header { th scope="col" { (title.shown) } }
                } }
                tbody { @for row in &grid.rows { tr {
                    th scope="row" {
                        @if let Some(palette) = contenders {
                            (palette.look(&Contender::from(row[0].shown.clone())).sign())
                        }
                        (row[0].shown)
                    }
                    @for Field { shown, class } in &row[1..] {
                        @if shown.is_empty() {
                            td.nothing { "–" }
                        } @else if let Some((value, bounds)) = shown.split_once(" [") {
                            td class=(class) { (value) " " span.bounds { "[" (bounds) } }
                        } @else {
                            td class=(class) { (shown) }
                        }
                    }
                } } }
            }
        }
    }
}
