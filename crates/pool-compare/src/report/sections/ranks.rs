//! The ranks in each cell.

use maud::{Markup, html};

use super::{capitalised, contender, rank, section as within, trust, trusted, value};
use crate::{
    analysis::{Comparison, Row, Trust},
    figures::{self, per_second},
    report::{
        ratio::to_best,
        subject::Subject,
        table::{Field, Table, TableRow},
    },
    statistics::Interval,
    tables::fell_behind,
};

/// The section; `None` if nothing was compared.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Markup> {
    let comparisons = &subject.analysis.comparisons;
    let cells: Vec<_> = comparisons.chunk_by(|a, b| a.cell == b.cell).collect();
    let content = html! {
        p {
            "Less is better, but for jobs per second. Equal ranks (1=) are ties: neither is shown "
            "to be better than the other by a difference that matters."
        }
        @for comparisons in &cells { (cell(subject, comparisons)) }
    };
    (!cells.is_empty()).then(|| within(subject, "ranks", "Ranks", &content))
}

/// A cell: its main quantity, and the others to be unfolded.
fn cell(subject: &Subject<'_>, comparisons: &[Comparison]) -> Markup {
    let Some((main, others)) = comparisons.split_first() else { return html! {} };
    html! {
        section.cell data-cell=(main.cell.to_string()) {
            h4 { (main.cell.to_string()) " " (badge(main.trust)) }
            (comparison(subject, main))
            @if !others.is_empty() {
                details {
                    summary { "Other quantities of this cell" }
                    @for other in others {
                        h5 { (other.quantity().title) " " (badge(other.trust)) }
                        (comparison(subject, other))
                    }
                }
            }
        }
    }
}

fn comparison(subject: &Subject<'_>, comparison: &Comparison) -> Markup {
    html! {
        (table(subject, comparison).render())
        p.basis {
            (comparison.processes)
            @if comparison.processes == 1 { " process" } @else { " processes" }
            @if let Some(Interval { low, estimate, high }) = comparison.twin {
                ", twin over its original "
                span data-value=(estimate) data-low=(low) data-high=(high) {
                    (figures::significant(estimate))
                    " (" (figures::significant(low)) " to " (figures::significant(high)) ")"
                }
            }
            @if let Some(words) = fell_behind(comparison) { ". " (capitalised(&words)) "." }
            @if comparison.trust == Trust::TooNoisy {
                ". It is not shown that the twins differ by less than matters, so nobody has a rank."
            }
        }
    }
}

fn badge(trust: Trust) -> Markup {
    let class = match trust {
        Trust::Sound => "badge",
        Trust::Preview | Trust::TooNoisy => "badge doubt",
    };
    html! { span class=(class) { (trusted(trust)) } }
}

fn table(subject: &Subject<'_>, comparison: &Comparison) -> Table {
    let rate = comparison.is_time_per_job();
    let efficiency = comparison.rows.iter().any(|row| row.efficiency.is_some());
    let mut head = vec!["contender", "rank", comparison.quantity().title];
    head.extend(rate.then_some("jobs per second"));
    head.push("times the best");
    head.extend(efficiency.then_some("efficiency"));
    head.push("trust");
    let fields = |row: &Row| {
        let mut fields =
            vec![contender(subject, row), rank(row), value(row, comparison.quantity())];
        fields.extend(rate.then(|| Field::estimate(per_second(row.value), figures::rate)));
        fields.push(ratio(comparison, row));
        fields.extend(efficiency.then(|| Field::maybe(row.efficiency, figures::percent)));
        fields.push(trust(comparison));
        fields
    };
    let row = |row: &Row| TableRow {
        backend: Some(row.contender.to_string()),
        cell: Some(comparison.cell.to_string()),
        fields: fields(row),
    };
    Table {
        caption: format!("Ranks in {}: {}", comparison.cell, comparison.quantity().title),
        head: head.into_iter().map(str::to_owned).collect(),
        rows: comparison.best_first().into_iter().map(row).collect(),
    }
}

/// How many times the best's.
pub(crate) fn ratio(comparison: &Comparison, row: &Row) -> Field {
    match to_best(comparison, row) {
        Some(ratio) => Field::estimate(ratio, figures::significant),
        None => Field::Nothing,
    }
}
