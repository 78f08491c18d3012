//! Prose for a terminal.

use super::WIDTH;

/// Breaks a line between words, so that none is wider than a terminal; what follows the first
/// is indented by two more. A word that is wider stands alone. Several spaces are kept, and a
/// number stays with its percent sign.
pub(crate) fn wrap(text: &str) -> String {
    const NO_BREAK: &str = "\u{a0}%";
    let text = &text.replace(" %", NO_BREAK);
    let words = text.trim_start();
    let own = text.len() - words.len();
    let mut lines = vec![" ".repeat(own)];
    let mut begun = false;
    for word in words.split(' ') {
        let width = lines.last().map_or(0, |line| line.chars().count());
        if begun && width + 1 + word.chars().count() > WIDTH {
            lines.push(" ".repeat(own + 2));
            begun = false;
        }
        if let Some(line) = lines.last_mut().filter(|_| begun || !word.is_empty()) {
            line.push_str(if begun { " " } else { "" });
            line.push_str(word);
            begun = true;
        }
    }
    let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n").replace(NO_BREAK, " %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_indented() {
        let text = ["word"; 40].join(" ");
        let wrapped = wrap(&text);
        let lines: Vec<&str> = wrapped.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].len(), 79);
        assert!(lines[1].starts_with("  word"));
        assert!(wrap(&format!("  {text}")).lines().skip(1).all(|it| it.starts_with("    word")));
        assert_eq!(wrapped.split_whitespace().count(), 40);
    }

    #[test]
    fn a_short_text_stays_as_it_is() {
        assert_eq!(wrap("  a  b"), "  a  b");
        assert_eq!(wrap(""), "");
    }
}
