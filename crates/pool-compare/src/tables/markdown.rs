//! The same tables for a page in Markdown: cells as rows, for there are more of them than of
//! contenders, and a page is narrower than it is long.

use pool_measure::entry::FLOORS;

use super::{
    column::{Column, Figure},
    kind::contenders,
    legend::marks,
};
use crate::{
    analysis::{Analysis, Comparison},
    cell::Kind,
    contender::Contender,
};

/// The tables of a kind of cell, with what their marks mean below; `None` if nothing of that kind
/// was measured.
pub(crate) fn markdown(analysis: &Analysis, kind: Kind) -> Option<String> {
    let quantities = kind.quantities(analysis).into_iter().take(kind.in_overview());
    let mut parts = Vec::new();
    let mut shown: Vec<&Comparison> = Vec::new();
    for comparisons in quantities {
        parts.push(format!("{}.", kind.title_of(&comparisons)));
        parts.push(table(&comparisons));
        shown.extend(comparisons);
    }
    if shown.is_empty() {
        return None;
    }
    parts.push(legend(&shown));
    Some(parts.join("\n\n"))
}

/// A row of each cell, and below it one of each other form of the backends: these stand in their
/// backends' columns.
fn table(comparisons: &[&Comparison]) -> String {
    let columns: Vec<Column> = comparisons.iter().map(|it| Column::of(it)).collect();
    let (forms, heads): (Vec<_>, Vec<_>) =
        contenders(&columns).into_iter().partition(|it| it.form().is_some());
    let names = heads.iter().map(ToString::to_string);
    let header: Vec<_> = ["", "in"].map(str::to_owned).into_iter().chain(names).collect();
    let mut titles: Vec<_> = forms.iter().filter_map(|it| Some(it.form()?.0)).collect();
    titles.dedup();
    let mut rows_of_all = Vec::new();
    for column in &columns {
        rows_of_all.extend(row(column, &column.header, &heads, Some));
        for title in &titles {
            let name = format!("{}, {title}", column.header);
            let form_of = |head: &Contender| {
                let wanted = Some((*title, head.backend()?));
                forms.iter().copied().find(|it| it.form() == wanted)
            };
            rows_of_all.extend(row(column, &name, &heads, form_of));
        }
    }
    rows(&header, &rows_of_all)
}

/// A row of figures, each of whom stands for the head of its column; `None` if there are none.
fn row<'a>(
    column: &Column,
    name: &str,
    heads: &[&'a Contender],
    stands_for: impl Fn(&'a Contender) -> Option<&'a Contender>,
) -> Option<Vec<String>> {
    let figure = |head: &&'a Contender| column.figure(stands_for(head)?);
    let figures: Vec<Option<&Figure>> = heads.iter().map(figure).collect();
    let (_, unit) = split(&figures.iter().flatten().next()?.value);
    let all_first = figures.iter().flatten().all(|it| it.is_first || it.rank.is_empty());
    let cells = figures.iter().map(|it| it.map(|it| cell(it, all_first)).unwrap_or_default());
    Some([name, unit].map(str::to_owned).into_iter().chain(cells).collect())
}

fn cell(Figure { rank, is_first, value, .. }: &Figure, all_first: bool) -> String {
    let (number, _) = split(value);
    let stands_out = *is_first && !all_first;
    let number = if stands_out { format!("**{number}**") } else { number.to_owned() };
    if rank.is_empty() { number } else { format!("{number} ({rank})") }
}

/// A number and its unit.
fn split(value: &str) -> (&str, &str) {
    value.split_once(' ').unwrap_or((value, ""))
}

fn legend(shown: &[&Comparison]) -> String {
    let mut lines = vec!["in brackets is the rank; bold are the first, unless all are".to_owned()];
    lines.extend(marks(shown));
    let has = |is: fn(&Contender) -> bool| {
        shown.iter().flat_map(|it| &it.rows).any(|row| is(&row.contender))
    };
    if has(|it| matches!(it, Contender::BareLoop(_))) {
        let lacks = FLOORS[0].lacks;
        lines.push(format!("a bare loop is workers on the library's channel alone: {lacks}"));
    }
    if has(|it| matches!(it, Contender::Serial)) {
        lines.push("the serial loop is one thread alone, without a queue".to_owned());
    }
    lines.iter().map(|line| sentence(line)).collect::<Vec<_>>().join("\n")
}

fn sentence(line: &str) -> String {
    let mut chars = line.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// A table in Markdown: the first column names the rows, the others are centred.
pub(crate) fn rows(header: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let aligned = header.iter().enumerate().map(|(at, _)| if at == 0 { "---" } else { ":-:" });
    let rule = format!("|{}|", aligned.collect::<Vec<_>>().join("|"));
    let lines = [line(header), rule].into_iter().chain(rows.iter().map(|row| line(row)));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{Row, Trust},
        tables::fixtures::{about, analysis, comparison},
    };

    const THREE: [(&str, f64); 3] = [("std", 150.0), ("flume", 100.0), ("rayon", 101.0)];

    fn beside(contender: Contender, value: f64) -> Row {
        Row { contender, value: about(value), rank: None, tied: false, efficiency: None }
    }

    #[test]
    fn a_cell_is_a_row_with_one_unit_and_its_bare_loops_are_another_below() {
        let mut one = comparison("throughput/empty", Trust::Sound, &THREE);
        one.rows.push(beside(Contender::Serial, 10.0));
        one.rows.push(beside(Contender::BareLoop("flume".to_owned()), 50.0));
        let noisy = comparison("throughput/cpu-1us", Trust::TooNoisy, &THREE);
        let shown = markdown(&analysis(vec![one, noisy]), Kind::Throughput).unwrap();
        assert_eq!(
            shown,
            "\
Throughput: jobs per second, more is better.

|  | in | std | flume | rayon | serial loop |
|---|:-:|:-:|:-:|:-:|:-:|
| empty | M/s | 6.67 (3) | **10.0** (1=) | **9.90** (1=) | 100 |
| empty, bare loop | M/s |  | 20.0 |  |  |
| cpu-1us | M/s | 6.67 (~) | 10.0 (~) | 9.90 (~) |  |

In brackets is the rank; bold are the first, unless all are.
A rank is 1 plus how many are shown to be better by at least 5 %; = is a tie.
~ throughput/cpu-1us, time per job: too noisy for ranks: with 95 % confidence, the same backend twice differs by 19 % to 21 %, where 5 % matters.
A bare loop is workers on the library's channel alone: no ids, no errors, no panic isolation, no cancellation, no stop.
The serial loop is one thread alone, without a queue."
        );
    }

    #[test]
    fn nobody_stands_out_where_all_are_first() {
        let tie = [("std", 100.0), ("tokio", 101.0)];
        let mut one = comparison("throughput/blocking-1ms", Trust::Sound, &tie);
        one.rows.push(beside(Contender::Serial, 10.0));
        one.rows.push(beside(Contender::AsyncLane, 50.0));
        let shown = markdown(&analysis(vec![one]), Kind::Throughput).unwrap();
        assert!(
            shown.contains("\n| blocking-1ms | M/s | 10.0 (1=) | 9.90 (1=) | 100 |\n"),
            "{shown}"
        );
        assert!(shown.contains("\n| blocking-1ms, async lane | M/s |  | 20.0 |  |\n"), "{shown}");
    }

    #[test]
    fn of_latency_the_tail_has_a_table_too() {
        let mut tail = comparison("latency/cpu-10us/50%", Trust::Preview, &THREE);
        tail.quantity = "sojourn_p99_ns";
        let main = comparison("latency/cpu-10us/50%", Trust::Preview, &THREE);
        let shown = markdown(&analysis(vec![main, tail]), Kind::Latency).unwrap();
        assert!(
            shown.contains("\n\nAlso of latency: latency, p99, less is better.\n\n"),
            "{shown}"
        );
        assert!(shown.contains("\n| cpu-10us/50% ? | ns |"), "{shown}");
        assert!(shown.contains("\n? is a preview"), "{shown}");
    }

    #[test]
    fn what_was_not_measured_has_no_table() {
        let one = comparison("throughput/empty", Trust::Sound, &THREE);
        assert!(markdown(&analysis(vec![one]), Kind::Cost).is_none());
    }
}
