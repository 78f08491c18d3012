//! Tables, whose rows are sorted by a click on a column, where there is a script.

use maud::{Markup, html};

use super::look::Palette;
use crate::{
    protocol::Contender,
    tables::{Field, Grid},
};

/// What the rows of a table are of: by that they are filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    Contenders,
    Cells,
}

/// A table in a frame of its own, that it can be scrolled in.
pub(super) fn table(caption: &str, grid: &Grid, rows: Rows, palette: &Palette) -> Markup {
    let numeric = |column: usize| {
        let is_number = |row: &Vec<Field>| row.get(column).is_some_and(|it| it.exact.is_some());
        grid.rows.iter().any(is_number)
    };
    let name = |row: &[Field], of| (rows == of).then(|| row[0].shown.clone());
    html! {
        div.scroll tabindex="0" role="group" aria-label=(caption) {
            table.sortable {
                caption { (caption) }
                thead { tr {
                    @for (column, title) in grid.header.iter().enumerate() {
                        th.number[numeric(column)] scope="col" { (title.shown) }
                    }
                } }
                tbody { @for row in &grid.rows {
                    tr data-backend=[name(row, Rows::Contenders)] data-cell=[name(row, Rows::Cells)] {
                        th scope="row" {
                            @if let Some(name) = name(row, Rows::Contenders) {
                                (palette.look(&Contender::from(name)).sign())
                            }
                            (row[0].shown)
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
