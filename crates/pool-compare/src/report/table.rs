//! Tables.

use maud::{Markup, html};

use super::look::Look;
use crate::statistics::Interval;

/// A table, whose rows are sorted by a click on a column, where there is a script.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<TableRow>,
}

/// A row; its first field is its heading.
#[derive(Debug)]
pub(super) struct TableRow {
    pub(super) backend: Option<String>,
    pub(super) cell: Option<String>,
    pub(super) fields: Vec<Field>,
}

/// A field.
#[derive(Debug)]
pub(super) enum Field {
    Text(String),
    Contender(String, Look),
    /// As it is for people, and as it is, with its bounds.
    Number {
        shown: String,
        bounds: Option<String>,
        exact: Interval,
    },
    /// In a matrix: how many times the best, with a class for how far that is.
    Rank {
        ratio: f64,
        shown: String,
        shade: &'static str,
    },
    Nothing,
}

impl Field {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(exact: f64, shown: impl Into<String>) -> Self {
        Self::Number { shown: shown.into(), bounds: None, exact: Interval::exactly(exact) }
    }

    /// With its bounds, if it has some.
    pub(super) fn interval(exact: Interval, shown: impl Fn(f64) -> String) -> Self {
        let bounds = || format!("{} to {}", shown(exact.low), shown(exact.high));
        let bounds = (exact.low < exact.high).then(bounds);
        Self::Number { shown: shown(exact.estimate), bounds, exact }
    }

    fn render(&self) -> Markup {
        match self {
            Self::Number { exact, bounds, .. } => html! {
                td.number data-value=(exact.estimate)
                    data-low=[bounds.as_ref().map(|_| exact.low)]
                    data-high=[bounds.as_ref().map(|_| exact.high)] { (self.content()) }
            },
            Self::Rank { ratio, shade, .. } => html! {
                td.number.(shade) data-value=(ratio) { (self.content()) }
            },
            Self::Nothing => html! { td.number.nothing { "–" } },
            _ => html! { td { (self.content()) } },
        }
    }

    fn content(&self) -> Markup {
        match self {
            Self::Text(text) | Self::Rank { shown: text, .. } => html! { (text) },
            Self::Contender(name, look) => html! { span.contender { (look.sign()) (name) } },
            Self::Number { shown, bounds, .. } => html! {
                (shown) @if let Some(bounds) = bounds { " " span.bounds { (bounds) } }
            },
            Self::Nothing => html! { "–" },
        }
    }
}

impl Table {
    /// The table, in a frame of its own that it can be scrolled in.
    pub(super) fn render(&self) -> Markup {
        let is_number = |row: &TableRow, column| {
            matches!(
                row.fields.get(column),
                Some(Field::Number { .. } | Field::Rank { .. } | Field::Nothing)
            )
        };
        let numeric = |column| self.rows.iter().any(|row| is_number(row, column));
        html! {
            div.scroll tabindex="0" role="group" aria-label=(self.caption) {
                table.sortable {
                    caption { (self.caption) }
                    thead { tr {
                        @for (column, title) in self.head.iter().enumerate() {
                            th.number[numeric(column)] scope="col" { (title) }
                        }
                    } }
                    tbody { @for row in &self.rows {
                        tr data-backend=[row.backend.as_deref()] data-cell=[row.cell.as_deref()] {
                            @for (column, field) in row.fields.iter().enumerate() {
                                @if column == 0 { th scope="row" { (field.content()) } }
                                @else { (field.render()) }
                            }
                        }
                    } }
                }
            }
        }
    }
}
