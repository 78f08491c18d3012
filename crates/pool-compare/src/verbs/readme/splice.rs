//! Where the generated parts of a page are.

use std::ops::Range;

/// A generated part.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    /// What it is made of, at least one.
    pub(super) words: Vec<String>,
    /// In which line it begins, from 1.
    pub(super) line: usize,
    /// Whether it has lines of its own.
    pub(super) is_block: bool,
    /// Between its two comments.
    between: Range<usize>,
}

const BEGIN: &str = "<!-- = ";
const CLOSE: &str = " -->";
const END: &str = "<!-- / -->";
const RUN: &str = "<!-- run: ";

/// The parts of a page, or the line of one that is not ended.
pub(super) fn parts(text: &str) -> Result<Vec<Part>, usize> {
    let mut parts = Vec::new();
    let mut from = 0;
    while let Some(begin) = text[from..].find(BEGIN).map(|at| from + at) {
        let line = text[..begin].matches('\n').count() + 1;
        let expression = begin + BEGIN.len();
        let close = expression + text[expression..].find(CLOSE).ok_or(line)?;
        let start = close + CLOSE.len();
        let end = start + text[start..].find(END).ok_or(line)?;
        let words = words(&text[expression..close]);
        if words.is_empty() || text[start..end].contains(BEGIN) {
            return Err(line);
        }
        let is_block = text[start..].starts_with('\n');
        parts.push(Part { words, line, is_block, between: start..end });
        from = end + END.len();
    }
    Ok(parts)
}

/// Words between spaces; in quotation marks, with their spaces.
fn words(text: &str) -> Vec<String> {
    let pieces = text.split('"').enumerate();
    let all = pieces.flat_map(|(at, piece)| match at % 2 {
        0 => piece.split_whitespace().map(str::to_owned).collect(),
        _ => vec![piece.to_owned()],
    });
    all.collect()
}

/// The page with these texts in its parts.
pub(super) fn replaced(text: &str, parts: &[Part], made: &[String]) -> String {
    let (mut page, mut from) = (String::new(), 0);
    for (Part { between, is_block, .. }, made) in parts.iter().zip(made) {
        page.push_str(&text[from..between.start]);
        let own_lines = format!("\n\n{made}\n\n");
        page.push_str(if *is_block { &own_lines } else { made });
        from = between.end;
    }
    page.push_str(&text[from..]);
    page
}

/// Which run a page names.
pub(super) fn named_run(text: &str) -> Option<&str> {
    Some(text.split_once(RUN)?.1.split_once(CLOSE)?.0)
}

/// The page, naming this run.
pub(super) fn name_run(text: &str, run: &str) -> String {
    match named_run(text) {
        Some(old) => text.replacen(&format!("{RUN}{old}{CLOSE}"), &format!("{RUN}{run}{CLOSE}"), 1),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_and_replaced_and_nothing_else_is() {
        let page = "# T\n<!-- run: a/b -->\nx <!-- = v c \"s l\" -->1<!-- / --> y\n\
                    <!-- = t -->\nold\n<!-- / -->\nz";
        let found = parts(page).unwrap();
        assert_eq!(found[0].words, ["v", "c", "s l"]);
        assert_eq!((found[0].line, found[0].is_block, found[1].is_block), (3, false, true));
        let made = ["2", "new"].map(str::to_owned);
        let expected = "# T\n<!-- run: a/b -->\nx <!-- = v c \"s l\" -->2<!-- / --> y\n\
                        <!-- = t -->\n\nnew\n\n<!-- / -->\nz";
        assert_eq!(replaced(page, &found, &made), expected);
        assert_eq!(named_run(page), Some("a/b"));
        assert!(name_run(page, "c/d").contains("<!-- run: c/d -->"));
    }

    #[test]
    fn a_part_that_is_not_ended_is_named() {
        assert_eq!(parts("\n<!-- = v -->1"), Err(2));
        assert_eq!(parts("<!-- = v -->1 <!-- = w -->2<!-- / -->"), Err(1));
    }
}
