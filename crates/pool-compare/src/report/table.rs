//! Tables, whose rows are sorted by a click on a column, where there is a script.

use maud::{Markup, html};

use super::look::Palette;
use crate::{
    protocol::Contender,
    tables::{Field, Grid},
};

/// A table in a frame of its own, that it can be scrolled in. A row is of a contender, which looks as
/// in the charts, or else of a cell: by that rows are filtered.
pub(super) fn table(caption: &str, grid: &Grid, contenders: Option<&Palette>) -> Markup {
    let is_number = |column: usize| {
        grid.rows.iter().filter_map(|row| row.get(column)).any(|it| it.exact.is_some())
    };
    html! {
        div.scroll tabindex="0" role="group" aria-label=(caption) {
            table.sortable {
                caption { (caption) }
                thead { tr {
                    @for (column, title) in grid.header.iter().enumerate() {
                        th.number[is_number(column)] scope="col" { (title.shown) }
                    }
                } }
                tbody { @for row in &grid.rows {
                    @let name = &row[0].shown;
                    tr data-backend=[contenders.map(|_| name)]
                        data-cell=[contenders.is_none().then_some(name)] {
                        th scope="row" {
                            @if let Some(palette) = contenders {
                                (palette.look(&Contender::from(name.clone())).sign())
                            }
                            (name)
                        }
                        @for field in &row[1..] { (cell(field)) }
                    }
                } }
            }
        }
    }
}

fn cell(Field { shown, bounds, exact, class }: &Field) -> Markup {
    let bounded = exact.filter(|_| !bounds.is_empty());
    html! {
        @if shown.is_empty() {
            td.number.nothing { "–" }
        } @else {
            td class=[exact.map(|_| format!("number {class}"))] data-value=[exact.map(|it| it.estimate)]
                data-low=[bounded.map(|it| it.low)] data-high=[bounded.map(|it| it.high)] {
                (shown) @if bounded.is_some() { " " span.bounds { (bounds) } }
            }
        }
    }
}
