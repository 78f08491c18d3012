//! Latency by percentiles.

use maud::{Markup, html};

use super::section as within;
use crate::{
    analysis::{Percentiles, percentiles},
    figures,
    protocol::CellPlan,
    quantity::Unit,
    report::{
        chart::{
            Axis, Words,
            curves::{Curve, Curves},
            figure,
        },
        numbers,
        subject::Subject,
        table::{Field, Table, TableRow},
    },
};

/// The section; `None` if no percentiles were measured.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Markup> {
    let latency = subject.file.configuration.cells.iter().filter(|plan| plan.cell.is_latency());
    let charts: Vec<_> =
        latency.enumerate().filter_map(|(place, plan)| chart(subject, place, plan)).collect();
    let content = html! {
        p {
            "From the moment a job is due to the moment its result is received, whether or not a "
            "worker was free. Towards the right, rarer and rarer jobs: one in ten, in a hundred, "
            "in a thousand takes longer."
        }
        @for chart in &charts { (chart) }
    };
    (!charts.is_empty()).then(|| within(subject, "latency", "Latency by percentiles", &content))
}

fn chart(subject: &Subject<'_>, place: usize, plan: &CellPlan) -> Option<Markup> {
    let mut all = percentiles(plan, subject.samples);
    // One point is no curve.
    all.retain(|it| it.points.len() > 1);
    let points = || all.iter().flat_map(|it| it.points.iter());
    let title = plan.cell.to_string();
    let chart = Curves {
        words: Words {
            id: subject.id(&format!("percentiles-{place}")),
            title: format!("Latency by percentiles in {title}"),
            description: all.iter().map(said).collect::<Vec<_>>().join(" "),
        },
        x: Axis::percentiles("percentile", points().map(|it| it.0), |it| {
            format!("p{}", numbers::plain(it))
        })?,
        y: Axis::log("latency", points().map(|it| it.1), |it| numbers::tick(it, Unit::Nanos))?,
        levels: Vec::new(),
        lines: all
            .iter()
            .map(|it| Curve {
                name: it.contender.to_string(),
                series: subject.palette.series(&it.contender),
                points: it.points.clone(),
                crossings: Vec::new(),
            })
            .collect(),
    };
    let key: Vec<_> = chart.lines.iter().map(|it| (it.name.clone(), it.series)).collect();
    let drawn = figure(&title, &key, |layout| chart.svg(layout), &table(subject, &title, &all));
    Some(html! { div data-cell=(title) { (drawn) } })
}

fn said(of_it: &Percentiles) -> String {
    let points = of_it.points.iter();
    let said =
        points.map(|(at, value)| format!("p{} {}", numbers::plain(*at), figures::time(*value)));
    format!("{}: {}.", of_it.contender, said.collect::<Vec<_>>().join(", "))
}

fn table(subject: &Subject<'_>, cell: &str, all: &[Percentiles]) -> Table {
    let mut columns: Vec<f64> =
        all.iter().flat_map(|it| it.points.iter().map(|point| point.0)).collect();
    columns.sort_by(f64::total_cmp);
    columns.dedup();
    let field = |it: &Percentiles, column: f64| {
        let found = it.points.iter().find(|(at, _)| at.total_cmp(&column).is_eq());
        Field::maybe(found.map(|(_, value)| *value), figures::time)
    };
    let row = |it: &Percentiles| TableRow {
        backend: Some(it.contender.to_string()),
        cell: Some(cell.to_owned()),
        fields: std::iter::once(Field::Contender(
            it.contender.clone(),
            subject.palette.series(&it.contender),
        ))
        .chain(columns.iter().map(|column| field(it, *column)))
        .collect(),
    };
    let names = columns.iter().map(|it| format!("p{}", numbers::plain(*it)));
    Table {
        caption: format!("Latency by percentiles in {cell}"),
        head: std::iter::once("contender".to_owned()).chain(names).collect(),
        rows: all.iter().map(row).collect(),
    }
}
