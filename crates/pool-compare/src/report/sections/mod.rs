//! What the report says of a run, a section a module, in the order of the page.

mod cost;
mod environment;
mod granularity;
mod head;
mod latency;
mod method;
mod ranks;
mod ratios;
mod shutdown;
mod summary;
mod traces;

use maud::{Markup, html};

pub(crate) use self::head::{date, machine};
use super::{subject::Subject, table::Field};
use crate::{
    analysis::{Comparison, Row, Trust},
    figures,
    quantity::Quantity,
};

/// All of a run. Sections for which there is no data are left out.
pub(crate) fn run(subject: &Subject<'_>) -> Markup {
    html! {
        article.run id=(subject.id("all")) {
            (head::section(subject))
            @for section in [
                summary::section(subject),
                ranks::section(subject),
                ratios::section(subject),
                granularity::section(subject),
                latency::section(subject),
                shutdown::section(subject),
                cost::section(subject),
            ].into_iter().flatten() { (section) }
            (environment::section(subject))
            (method::section(subject))
            (traces::section(subject))
        }
    }
}

/// A section with its heading.
fn section(subject: &Subject<'_>, name: &str, title: &str, content: &Markup) -> Markup {
    html! {
        section id=(subject.id(name)) {
            h3 { (title) }
            (content)
        }
    }
}

/// A row's contender, as the heading of a table's row.
fn contender(subject: &Subject<'_>, row: &Row) -> Field {
    Field::Contender(row.contender.clone(), subject.palette.series(&row.contender))
}

/// A row's value with its interval.
fn value(row: &Row, quantity: &Quantity) -> Field {
    Field::estimate(row.value, |value| figures::value(quantity.unit, value))
}

/// A row's rank, with a mark if it is shared.
fn rank(row: &Row) -> Field {
    let Some((rank, shown)) = row.rank.zip(row.rank_shown()) else { return Field::Nothing };
    #[expect(clippy::cast_precision_loss, reason = "there are not that many backends")]
    Field::Number { shown, exact: rank as f64 }
}

/// How far a comparison may be trusted.
fn trust(comparison: &Comparison) -> Field {
    Field::Text(trusted(comparison.trust).to_owned())
}

fn trusted(trust: Trust) -> &'static str {
    match trust {
        Trust::Sound => "sound",
        Trust::Preview => "preview",
        Trust::TooNoisy => "too noisy",
    }
}

/// As the beginning of a sentence or a title.
fn capitalised(title: &str) -> String {
    let mut characters = title.chars();
    characters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}
