//! The facts for people: a table no wider than 80 columns.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

use super::{Examination, Fact};
use crate::tables::WIDTH;

/// A line at either end, and none between the rows.
const RULED: TableStyle = {
    let line = LineStyle::none().fill('─').junction('─');
    TableStyle::new().top_border(line).bottom_border(line)
};

/// A row for each fact, and one below it for what is to be minded.
pub(super) fn table(examination: &Examination) -> String {
    let mut table = Table::new();
    table.load_style(RULED);
    let width = u16::try_from(WIDTH).unwrap_or(u16::MAX);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    for Fact { name, value, advice } in &examination.facts {
        match advice {
            None => table.add_row(["ok", name, value]),
            Some(advice) => table.add_row(["mind", name, &format!("{value}\n-> {advice}")]),
        };
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    let legend = match examination.facts.iter().filter(|fact| fact.advice.is_some()).count() {
        0 => "Nothing here stands in the way of good measurements.".to_owned(),
        minded => format!("{minded} of {} to be minded.", examination.facts.len()),
    };
    format!("{}\n{legend}", table.trim_fmt())
}
