//! Tables: plain without the script, sorted and filtered by it.

use maud::{Markup, html};

use super::{numbers, series::Series};
use crate::{contender::Contender, statistics::Interval};

/// A table. Its first field of each row is the row's heading.
#[derive(Debug)]
pub(crate) struct Table {
    /// For those who cannot see what it stands below.
    pub(crate) caption: String,
    /// The headings of its columns.
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<TableRow>,
}

/// A row.
#[derive(Debug, Default)]
pub(crate) struct TableRow {
    /// Which backend it is about, to be filtered by.
    pub(crate) backend: Option<String>,
    /// Which cell it is about, to be filtered by.
    pub(crate) cell: Option<String>,
    pub(crate) fields: Vec<Field>,
}

/// What stands where a row and a column meet.
#[derive(Debug)]
pub(crate) enum Field {
    Text(String),
    /// A link to an element of the page, by its id.
    Link {
        id: String,
        text: String,
    },
    /// With the sign by which it is found in the charts.
    Contender(Contender, Series),
    /// For people, and as it is.
    Number {
        shown: String,
        exact: f64,
    },
    /// An estimate and its interval, for people and as they are.
    Estimate {
        shown: String,
        bounds: String,
        exact: Interval,
    },
    Nothing,
}

impl Field {
    /// An estimate with its interval; without it, if it has no width.
    pub(crate) fn estimate(exact: Interval, shown: impl Fn(f64) -> String) -> Self {
        if exact.low < exact.high {
            let bounds = numbers::bounds(exact, &shown);
            Self::Estimate { shown: shown(exact.estimate), bounds, exact }
        } else {
            Self::Number { shown: shown(exact.estimate), exact: exact.estimate }
        }
    }

    /// If there is a number.
    pub(crate) fn maybe(exact: Option<f64>, shown: impl Fn(f64) -> String) -> Self {
        exact.map_or(Self::Nothing, |exact| Self::Number { shown: shown(exact), exact })
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number { .. } | Self::Estimate { .. })
    }
}

impl Table {
    /// Whether a column is of numbers, which stand right.
    fn numeric(&self, column: usize) -> bool {
        self.rows.iter().any(|row| row.fields.get(column).is_some_and(Field::is_number))
    }

    /// The table, in a frame of its own that it can be scrolled in.
    pub(crate) fn render(&self) -> Markup {
        html! {
            div.scroll tabindex="0" role="group" aria-label=(self.caption) {
                table.sortable {
                    caption { (self.caption) }
                    thead { tr {
                        @for (column, title) in self.head.iter().enumerate() {
                            th.number[self.numeric(column)] scope="col" { (title) }
                        }
                    } }
                    tbody { @for row in &self.rows { (row.render()) } }
                }
            }
        }
    }
}

impl TableRow {
    fn render(&self) -> Markup {
        html! {
            tr data-backend=[self.backend.as_deref()] data-cell=[self.cell.as_deref()] {
                @for (column, field) in self.fields.iter().enumerate() {
                    @if column == 0 {
                        th scope="row" { (field.content()) }
                    } @else {
                        (field.render())
                    }
                }
            }
        }
    }
}

impl Field {
    fn render(&self) -> Markup {
        match self {
            Self::Text(_) | Self::Link { .. } | Self::Contender(..) => {
                html! { td { (self.content()) } }
            }
            Self::Number { exact, .. } => html! {
                td.number data-value=(exact) { (self.content()) }
            },
            Self::Estimate { exact, .. } => html! {
                td.number data-value=(exact.estimate) data-low=(exact.low) data-high=(exact.high) {
                    (self.content())
                }
            },
            Self::Nothing => html! { td.number.nothing { "–" } },
        }
    }

    fn content(&self) -> Markup {
        match self {
            Self::Text(text) => html! { (text) },
            Self::Link { id, text } => html! { a href=(format!("#{id}")) { (text) } },
            Self::Contender(contender, series) => html! {
                span.contender { (series.sign()) (contender.to_string()) }
            },
            Self::Number { shown, .. } => html! { (shown) },
            Self::Estimate { shown, bounds, .. } => html! {
                (shown) " " span.bounds { (bounds) }
            },
            Self::Nothing => html! { "–" },
        }
    }
}
