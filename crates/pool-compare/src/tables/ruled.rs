//! The one style of tables: rules above, below and between sections, and none beside.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// Between two columns: a padding of one and the place of a junction.
pub(crate) const GAP: usize = 2;

/// The widest that a table may be: what a terminal has in any case.
pub(crate) const WIDTH: usize = 80;

/// A line below the header and at either end, and none between the rows.
const RULED: TableStyle = {
    let line = LineStyle::none().fill('─').junction('─');
    TableStyle::new().top_border(line).header_separator(line).bottom_border(line)
};

/// A table whose first column names its rows and whose others are aligned at their right, with
/// a rule between any two sections. Cells are of one line.
pub(crate) fn ruled(header: Vec<String>, sections: Vec<Vec<Vec<String>>>) -> String {
    let ends: Vec<usize> = sections
        .iter()
        .scan(0, |rows, section| {
            *rows += section.len();
            Some(*rows)
        })
        .collect();
    let mut table = Table::new();
    table.load_style(RULED);
    table.set_header(header);
    table.add_rows(sections.into_iter().flatten());
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
        if column.index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    separate(&table.trim_fmt(), &ends)
}

/// Puts a rule after each of these rows but the last, which has one.
fn separate(table: &str, ends: &[usize]) -> String {
    const ABOVE: usize = 3;
    let lines: Vec<&str> = table.lines().collect();
    let last = ends.last().copied().unwrap_or_default();
    let mut separated = Vec::with_capacity(lines.len() + ends.len());
    for (index, line) in lines.iter().enumerate() {
        separated.push(*line);
        let rows = (index + 1).saturating_sub(ABOVE);
        if rows > 0 && rows < last && ends.contains(&rows) {
            separated.push(lines[0]);
        }
    }
    separated.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [&str; 2]) -> Vec<String> {
        cells.map(str::to_owned).to_vec()
    }

    #[test]
    fn sections_are_separated_by_a_rule() {
        let sections = vec![vec![row(["std", "1.50"]), row(["flume", "12"])], vec![row(["s", ""])]];
        let table = ruled(row(["", "µs"]), sections);
        assert_eq!(
            table,
            "\
────────────
         µs
────────────
std    1.50
flume    12
────────────
s
────────────"
        );
    }

    #[test]
    fn one_section_has_no_rule_within() {
        let table = ruled(row(["", "µs"]), vec![vec![row(["std", "1"]), row(["b", "2"])]]);
        assert_eq!(table.lines().filter(|line| line.starts_with('─')).count(), 3);
    }
}
