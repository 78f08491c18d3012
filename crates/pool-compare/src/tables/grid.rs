//! A table, for a terminal and for a page.

use std::fmt::Write;

/// The widest that a table or a line may be.
pub(crate) const WIDTH: usize = 100;

/// Rows under a header. The first column names them and is aligned at its left, the others at
/// their right.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    header: Vec<String>,
    /// A row without cells but the first is a heading.
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(crate) fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(crate) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let all = || std::iter::once(&self.header).chain(&self.rows).filter(|row| row.len() > 1);
        let width = |column| {
            let texts = all().filter_map(move |row| row.get(column));
            texts.map(|text: &String| text.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let mut line = String::new();
            for (place, (text, width)) in row.iter().zip(&widths).enumerate() {
                _ = match place {
                    0 => write!(line, "{text:<width$}"),
                    _ => write!(line, "  {text:>width$}"),
                };
            }
            line.trim_end().to_owned()
        };
        let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1));
        let mut lines = vec![line(&self.header), rule];
        lines.extend(self.rows.iter().map(line));
        lines.join("\n")
    }

    /// For a page, without its headings: there they are paragraphs.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &Vec<String>| {
            let cells: Vec<_> = cells.iter().map(|cell| cell.trim()).collect();
            format!("| {} |", cells.join(" | "))
        };
        let aligned = |at| if at == 0 { "---" } else { "--:" };
        let rule: Vec<_> = (0..self.header.len()).map(aligned).collect();
        let mut lines = vec![line(&self.header), format!("|{}|", rule.join("|"))];
        lines.extend(self.rows.iter().filter(|row| row.len() > 1).map(line));
        lines.join("\n")
    }
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
    fn columns_are_aligned_and_headings_take_no_room() {
        let mut grid = Grid::new(["", "std", "flume"]);
        grid.row(["Shutdown, which is a long heading"]);
        grid.row(["idle", "1.50 µs", "12"]);
        assert_eq!(
            grid.text(),
            "          std  flume
────────────────────
Shutdown, which is a long heading
idle  1.50 µs     12"
        );
        assert_eq!(
            grid.markdown(),
            "\
|  | std | flume |
|---|--:|--:|
| idle | 1.50 µs | 12 |"
        );
    }

    #[test]
    fn lines_are_broken_between_words_and_indented() {
        let wrapped = wrap(&format!("  {}", ["word"; 40].join(" ")));
        assert!(wrapped.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(wrapped.lines().skip(1).all(|line| line.starts_with("    word")));
        assert_eq!(wrap("  a b, 5 %"), "  a b, 5 %");
    }
}
