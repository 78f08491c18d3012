//! A table: for a terminal, for a page in Markdown, and, by `report`, for one in HTML.

use std::{fmt::Write, iter};

use pool_statistics::Interval;

use crate::figures::{self, Scale};

/// The widest that a table or a line may be.
const WIDTH: usize = 100;

/// A field of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    /// For people; bounds are in brackets after their estimate.
    pub(crate) shown: String,
    /// How a page shows it: a class of its style sheet.
    pub(crate) class: &'static str,
}

impl From<String> for Field {
    fn from(shown: String) -> Self {
        Self { shown, ..Self::default() }
    }
}

impl From<&str> for Field {
    fn from(shown: &str) -> Self {
        shown.to_owned().into()
    }
}

impl Field {
    /// A value with its bounds, in a unit.
    pub(crate) fn value(value: Interval, scale: Scale) -> Self {
        scale.interval(value).into()
    }

    /// A ratio with its bounds.
    pub(crate) fn ratio(ratio: Interval) -> Self {
        figures::ratio(ratio).into()
    }
}

/// Rows under a header. The first column names them and is aligned at its left, the others at
/// their right.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// Whether the others are words, and aligned at their left.
    pub(crate) words: bool,
    pub(crate) header: Vec<Field>,
    /// A row without fields but the first is a heading.
    pub(crate) rows: Vec<Vec<Field>>,
}

impl Grid {
    pub(crate) fn new<F: Into<Field>>(header: impl IntoIterator<Item = F>) -> Self {
        let header = header.into_iter().map(Into::into).collect();
        Self { header, ..Self::default() }
    }

    pub(crate) fn row<F: Into<Field>>(&mut self, fields: impl IntoIterator<Item = F>) {
        self.rows.push(fields.into_iter().map(Into::into).collect());
    }

    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let widths = self.widths();
        let line = |row: &Vec<Field>| {
            let mut line = String::new();
            for (place, (field, width)) in row.iter().zip(&widths).enumerate() {
                _ = match place {
                    0 => write!(line, "{:<width$}", field.shown),
                    _ if self.words => write!(line, "  {:<width$}", field.shown),
                    _ => write!(line, "  {:>width$}", field.shown),
                };
            }
            line.trim_end().to_owned()
        };
        let rule = "─".repeat(total(&widths));
        let mut lines = vec![line(&self.header), rule];
        lines.extend(self.rows.iter().map(line));
        lines.join("\n")
    }

    /// For a terminal: where the table is too wide, some columns below the others, as many in each as
    /// fit, with the rows that have something in them.
    pub(crate) fn blocks(&self) -> String {
        let mut blocks: Vec<Vec<usize>> = vec![Vec::new()];
        for column in 1..self.header.len() {
            let last = blocks.last_mut().expect("there is one");
            last.push(column);
            if last.len() > 1 && total(&self.only(last).widths()) > WIDTH {
                last.pop();
                blocks.push(vec![column]);
            }
        }
        blocks.iter().map(|block| self.only(block).text()).collect::<Vec<_>>().join("\n\n")
    }

    /// The first column and these.
    fn only(&self, columns: &[usize]) -> Self {
        let picked = |row: &Vec<Field>| -> Vec<Field> {
            let places = iter::once(&0).chain(columns);
            places.filter_map(|place| row.get(*place).cloned()).collect()
        };
        let mut rows: Vec<Vec<Field>> = self.rows.iter().map(picked).collect();
        rows.retain(|row| row.len() == 1 || row[1..].iter().any(|it| !it.shown.is_empty()));
        // A heading without rows says nothing.
        let next: Vec<usize> = rows.iter().skip(1).map(Vec::len).chain([1]).collect();
        let mut next = next.into_iter();
        rows.retain(|row| next.next() > Some(1) || row.len() > 1);
        Self { header: picked(&self.header), rows, words: self.words }
    }

    /// How wide each column is.
    fn widths(&self) -> Vec<usize> {
        let all = || iter::once(&self.header).chain(&self.rows).filter(|row| row.len() > 1);
        let text_width = |field: &Field| field.shown.chars().count();
        let width = |column: usize| {
            all().filter_map(|row| row.get(column)).map(text_width).max().unwrap_or_default()
        };
        (0..self.header.len()).map(width).collect()
    }

    /// For a page, without its headings: there they are paragraphs.
    pub(crate) fn markdown(&self) -> String {
        let line = |row: &Vec<Field>| {
            let texts: Vec<_> = row.iter().map(|field| field.shown.trim()).collect();
            format!("| {} |", texts.join(" | "))
        };
        let aligned = |at| if at == 0 { "---" } else { "--:" };
        let rule: Vec<_> = (0..self.header.len()).map(aligned).collect();
        let mut lines = vec![line(&self.header), format!("|{}|", rule.join("|"))];
        lines.extend(self.rows.iter().filter(|row| row.len() > 1).map(line));
        lines.join("\n")
    }
}

/// With two spaces between columns.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
}

/// Breaks a line between words; what follows is indented by two more than it.
pub(crate) fn wrap(text: &str) -> String {
    let own = text.len() - text.trim_start().len();
    let (first, next) = (" ".repeat(own), " ".repeat(own + 2));
    let options = textwrap::Options::new(WIDTH).initial_indent(&first).subsequent_indent(&next);
    // A number stays with its percent sign.
    let text = text.trim_start().replace(" %", "\u{a0}%");
    textwrap::fill(&text, options.break_words(false)).replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_wide_comes_in_blocks_without_the_rows_that_have_nothing_in_them() {
        let wide = "x".repeat(60);
        let mut grid = Grid::new(["", &wide, "b", &wide, "d"]);
        grid.row(["One"]);
        grid.row(["e", "1", "2", "", ""]);
        grid.row(["Two"]);
        grid.row(["f", "1", "2", "3", "4"]);
        let lines: Vec<String> = grid.blocks().lines().map(|it| it.replace(' ', "")).collect();
        let rule = &lines[1];
        let first = [&format!("{wide}b"), rule, "One", "e12", "Two", "f12", ""];
        let second = [&format!("{wide}d"), rule, "Two", "f34"];
        assert_eq!(lines, [&first[..], &second].concat());
    }
}
