//! How far everyone is from the best, in pictures.

use maud::{Markup, html};

use super::{capitalised, contender, ranks::ratio, section as within, trust};
use crate::{
    analysis::{Comparison, Row},
    cell::Kind,
    report::{
        chart::{
            Words, figure,
            forest::{description, forest},
        },
        ratio::backends,
        subject::Subject,
        table::{Field, Table, TableRow},
    },
};

/// The section; `None` if there is nothing to compare with.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Markup> {
    let charts: Vec<_> = Kind::ALL.into_iter().filter_map(|kind| chart(subject, kind)).collect();
    let content = html! {
        p {
            "Each mark is how many times the best of its cell a backend took, with its interval: "
            "all of a cell’s together have 95 % confidence. Within the shaded band, differences "
            "are too small to matter."
        }
        @for chart in &charts { (chart) }
    };
    (!charts.is_empty()).then(|| within(subject, "ratios", "How far from the best", &content))
}

fn chart(subject: &Subject<'_>, kind: Kind) -> Option<Markup> {
    let comparisons: Vec<_> = subject.main_of_kind(kind).collect();
    let title = format!("{}: times the best of the cell", capitalised(kind.name()));
    let words = Words {
        id: subject.id(&format!("forest-{}", kind.name())),
        title: title.clone(),
        description: description(comparisons.iter().copied()),
    };
    let rows = forest(words, comparisons.iter().copied(), subject.palette)?;
    let table = Table {
        caption: title.clone(),
        head: ["contender", "cell", "times the best", "trust"].map(str::to_owned).to_vec(),
        rows: comparisons
            .iter()
            .flat_map(|it| backends(it).map(|row| table_row(subject, it, row)))
            .collect(),
    };
    Some(figure(&title, &[], |layout| rows.svg(layout), &table))
}

fn table_row(subject: &Subject<'_>, comparison: &Comparison, row: &Row) -> TableRow {
    let cell = comparison.cell.to_string();
    TableRow {
        backend: Some(row.contender.to_string()),
        cell: Some(cell.clone()),
        fields: vec![
            contender(subject, row),
            Field::Text(cell),
            ratio(comparison, row),
            trust(comparison),
        ],
    }
}
