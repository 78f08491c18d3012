//! How short jobs may be and still be worth a pool.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::section as within;
use crate::{
    analysis::{Granularity, Length, job_length},
    cell::Kind,
    figures,
    protocol::Contender,
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

/// The efficiencies of a contender: at which length of jobs, in nanoseconds, which one.
type Points = Vec<(f64, f64)>;

/// The section; `None` if efficiency was not measured at two lengths at least.
pub(crate) fn section(subject: &Subject<'_>) -> Option<Markup> {
    let curves = curves(subject);
    let lengths = || curves.iter().flat_map(|(_, points)| points.iter().map(|(length, _)| *length));
    if curves.iter().all(|(_, points)| points.len() < 2) {
        return None;
    }
    let title = "Efficiency against the length of jobs";
    let chart = Curves {
        words: Words {
            id: subject.id("efficiency"),
            title: title.to_owned(),
            description: description(subject),
        },
        x: Axis::log("length of a job", lengths(), |length| numbers::tick(length, Unit::Nanos))?,
        y: Axis::linear(
            "efficiency",
            curves.iter().flat_map(|(_, points)| points.iter().map(|(_, part)| *part)),
            1.0,
            |part| format!("{} %", numbers::plain(part * 100.0)),
        ),
        levels: [0.5, 0.9].map(|level| (level, name(level))).to_vec(),
        lines: curves
            .iter()
            .map(|(contender, points)| Curve {
                name: contender.to_string(),
                series: subject.palette.series(contender),
                points: points.clone(),
                crossings: crossings(subject, contender),
            })
            .collect(),
    };
    let key: Vec<_> = chart.lines.iter().map(|it| (it.name.clone(), it.series)).collect();
    let content = html! {
        p {
            "Efficiency is the part of the ideal speed that a pool reaches, the ideal being one "
            "thread alone times the workers, or the cores if those are fewer. METG(50), the "
            "minimum effective task granularity, is the shortest job at which it is one half; "
            "METG(90), nine tenths. Hollow marks are where a curve reaches these."
        }
        (figure(title, &key, |layout| chart.svg(layout), &efficiencies(subject, &curves)))
        @if !subject.analysis.granularity.is_empty() { (metg(subject).render()) }
    };
    Some(within(subject, "granularity", "Short jobs", &content))
}

/// Of mixing workloads of one length, which are named by it.
fn curves(subject: &Subject<'_>) -> Vec<(Contender, Points)> {
    let mut curves: Vec<(Contender, Points)> = Vec::new();
    for comparison in subject.main_of_kind(Kind::Throughput) {
        let Some(length) = job_length(&comparison.cell) else { continue };
        let nanos = length.as_secs_f64() * 1e9;
        for row in &comparison.rows {
            let (Some(efficiency), Some(_)) = (row.efficiency, row.contender.backend()) else {
                continue;
            };
            match curves.iter_mut().find(|(it, _)| *it == row.contender) {
                Some((_, points)) => points.push((nanos, efficiency)),
                None => curves.push((row.contender.clone(), vec![(nanos, efficiency)])),
            }
        }
    }
    for (_, points) in &mut curves {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    curves
}

fn crossings(
    subject: &Subject<'_>,
    contender: &Contender,
) -> Vec<(crate::statistics::Interval, f64)> {
    let own = subject.analysis.granularity.iter().filter(|it| it.contender == *contender);
    own.filter_map(|it| match it.length {
        Length::At(length) => Some((length, it.level)),
        Length::AtMost(_) | Length::Beyond(_) => None,
    })
    .collect()
}

/// `METG(50)`.
fn name(level: f64) -> String {
    format!("METG({})", numbers::plain(level * 100.0))
}

fn said(length: Length) -> String {
    match length {
        Length::At(length) => figures::time(length.estimate),
        Length::AtMost(length) => format!("at most {}", figures::time(length)),
        Length::Beyond(length) => format!("more than {}", figures::time(length)),
    }
}

fn description(subject: &Subject<'_>) -> String {
    let all = subject.analysis.granularity.iter();
    let said =
        all.map(|it| format!("{} of {} is {}.", name(it.level), it.contender, said(it.length)));
    said.collect::<Vec<_>>().join(" ")
}

fn metg(subject: &Subject<'_>) -> Table {
    let all = &subject.analysis.granularity;
    let mut levels: Vec<f64> = all.iter().map(|it| it.level).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let mut rows: BTreeMap<usize, (&Contender, Vec<&Granularity>)> = BTreeMap::new();
    for (place, it) in all.iter().enumerate() {
        let first = all.iter().position(|other| other.contender == it.contender);
        rows.entry(first.unwrap_or(place)).or_insert((&it.contender, Vec::new())).1.push(it);
    }
    let field = |of_it: &[&Granularity], level: f64| {
        let found = of_it.iter().find(|it| (it.level - level).abs() < 1e-9);
        found.map_or(Field::Nothing, |it| match it.length {
            Length::At(length) => Field::estimate(length, figures::time),
            Length::AtMost(exact) | Length::Beyond(exact) => {
                Field::Number { shown: said(it.length), exact }
            }
        })
    };
    Table {
        caption: "The shortest jobs that are worth a pool".to_owned(),
        head: std::iter::once("contender".to_owned())
            .chain(levels.iter().map(|it| name(*it)))
            .collect(),
        rows: rows
            .into_values()
            .map(|(contender, of_it)| TableRow {
                backend: Some(contender.to_string()),
                cell: None,
                fields: std::iter::once(Field::Contender(
                    contender.clone(),
                    subject.palette.series(contender),
                ))
                .chain(levels.iter().map(|level| field(&of_it, *level)))
                .collect(),
            })
            .collect(),
    }
}

fn efficiencies(subject: &Subject<'_>, curves: &[(Contender, Points)]) -> Table {
    let rows = curves.iter().flat_map(|(contender, points)| {
        points.iter().map(|&(length, part)| TableRow {
            backend: Some(contender.to_string()),
            cell: None,
            fields: vec![
                Field::Contender(contender.clone(), subject.palette.series(contender)),
                Field::Number { shown: figures::time(length), exact: length },
                Field::Number { shown: figures::percent(part), exact: part },
            ],
        })
    });
    Table {
        caption: "Efficiency by the length of jobs".to_owned(),
        head: ["contender", "length of a job", "efficiency"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
