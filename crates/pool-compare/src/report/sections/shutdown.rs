//! How long it takes to end, in each scenario.

use maud::{Markup, html};

use super::{contender, rank, section as within, value};
use crate::{
    analysis::Comparison,
    cell::Kind,
    report::{
        chart::{Words, dots::dots, figure, forest::description},
        subject::Subject,
        table::{Field, Table, TableRow},
    },
};

/// The section; `None` if no end was measured.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Markup> {
    let comparisons: Vec<_> = subject.main_of_kind(Kind::Shutdown).collect();
    let figure = plot(subject, "shutdown", "Time to end", &comparisons)?;
    let content = html! {
        p {
            "From being told to end to all threads joined, on a logarithmic scale. A drain includes "
            "the jobs that were queued; a stop under jobs that do not listen leaves their time out."
        }
        (figure)
    };
    Some(within(subject, "shutdown", "Shutdown", &content))
}

/// A dot plot of comparisons of one unit, and its table.
pub(crate) fn plot(
    subject: &Subject<'_>,
    name: &str,
    label: &str,
    comparisons: &[&Comparison],
) -> Option<Markup> {
    let words = Words {
        id: subject.id(name),
        title: format!("{label}, with intervals"),
        description: description(comparisons.iter().copied()),
    };
    let chart = dots(words, &format!("{label} (less is better)"), comparisons, subject.palette)?;
    let rows = comparisons.iter().flat_map(|it| {
        it.rows.iter().map(move |row| TableRow {
            backend: Some(row.contender.to_string()),
            cell: Some(it.cell.to_string()),
            fields: vec![
                contender(subject, row),
                Field::Text(it.cell.to_string()),
                rank(row),
                value(row, it.quantity()),
            ],
        })
    });
    let table = Table {
        caption: label.to_owned(),
        head: ["contender", "cell", "rank", label].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    };
    Some(figure(label, &[], |layout| chart.svg(layout), &table))
}
