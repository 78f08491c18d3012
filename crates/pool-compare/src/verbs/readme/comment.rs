//! The comments of a page that are ours: those that begin and end a passage, and the one that
//! names the run.

use std::ops::Range;

use super::fault::Fault;

/// A comment that is ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment<'a> {
    /// From 1.
    pub(super) line: usize,
    /// Where it stands in the page, from `<!--` to `-->`.
    pub(super) range: Range<usize>,
    pub(super) mark: Mark<'a>,
}

/// What a comment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    /// `<!-- = EXPRESSION -->`
    Opening(&'a str),
    /// `<!-- / -->`
    Closing,
    /// `<!-- run: MACHINE/RUN -->`
    Run(&'a str),
}

impl<'a> Mark<'a> {
    /// What the text of a comment says, if the comment is ours.
    fn of(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if let Some(expression) = text.strip_prefix('=') {
            return Some(Self::Opening(expression.trim()));
        }
        if let Some(run) = text.strip_prefix("run:") {
            return Some(Self::Run(run.trim()));
        }
        (text == "/").then_some(Self::Closing)
    }
}

const BEGINS: &str = "<!--";
const ENDS: &str = "-->";

/// All of them, in order. What stands in fenced code or in a code span is shown to readers, and so
/// no comment.
pub(super) fn comments(page: &str) -> Result<Vec<Comment<'_>>, Fault> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    // Whether a comment that is not ours goes on from the line before.
    let mut amid = false;
    let mut start = 0;
    for (line, text) in (1..).zip(page.split_inclusive('\n')) {
        if let Some(opened) = fence {
            fence = fence.filter(|_| !closes(opened, text));
        } else if let (false, Some(opens)) = (amid, opening_fence(text)) {
            fence = Some(opens);
        } else {
            amid = in_line(line, start, text, amid, &mut found)?;
        }
        start += text.len();
    }
    Ok(found)
}

/// Adds the comments of a line; whether another one goes on after it.
fn in_line<'a>(
    line: usize,
    start: usize,
    text: &'a str,
    amid: bool,
    found: &mut Vec<Comment<'a>>,
) -> Result<bool, Fault> {
    let mut at = 0;
    if amid {
        match text.find(ENDS) {
            Some(end) => at = end + ENDS.len(),
            None => return Ok(true),
        }
    }
    while let Some(next) = text[at..].find(['`', '<']) {
        at += next;
        let rest = &text[at..];
        if rest.starts_with('`') {
            at += code_span(rest);
        } else if let Some(inner) = rest.strip_prefix(BEGINS) {
            let Some(length) = inner.find(ENDS) else {
                if Mark::of(inner).is_some() {
                    return Err(Fault::at(line, "the comment does not end on its line"));
                }
                return Ok(true);
            };
            let end = at + BEGINS.len() + length + ENDS.len();
            if let Some(mark) = Mark::of(&inner[..length]) {
                if inner[..length].contains("--") {
                    return Err(Fault::at(line, "`--` cannot stand inside a comment"));
                }
                found.push(Comment { line, range: start + at..start + end, mark });
            }
            at = end;
        } else {
            at += 1;
        }
    }
    Ok(false)
}

/// How long the code span is that `text` begins with; if none ends on this line, its backticks.
fn code_span(text: &str) -> usize {
    let run = |text: &str| text.len() - text.trim_start_matches('`').len();
    let ticks = run(text);
    let mut at = ticks;
    while let Some(next) = text[at..].find('`') {
        at += next;
        let closing = run(&text[at..]);
        at += closing;
        if closing == ticks {
            return at;
        }
    }
    ticks
}

/// The marks that fenced code begins with, if it does so here.
fn opening_fence(line: &str) -> Option<&str> {
    let text = line.trim();
    let marks = &text[..text.len() - text.trim_start_matches(['`', '~']).len()];
    let (first, info) = (marks.chars().next()?, &text[marks.len()..]);
    let is_fence = marks.len() >= 3 && marks.chars().all(|mark| mark == first);
    (is_fence && !(first == '`' && info.contains('`'))).then_some(marks)
}

/// Whether the code that `fence` has begun ends with this line.
fn closes(fence: &str, line: &str) -> bool {
    let text = line.trim();
    text.len() >= fence.len() && text.chars().all(|mark| fence.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, each as the line and the comment as it stands.
    fn found(page: &str) -> Vec<(usize, &str)> {
        comments(page).unwrap().iter().map(|it| (it.line, &page[it.range.clone()])).collect()
    }

    #[test]
    fn ours_are_told_from_others() {
        let page =
            "# T\n<!-- note -->\n<!--run: m/r-->\na <!-- = x y -->1<!-- / -->, <!-- /toc -->\n";
        let expected = [(3, "<!--run: m/r-->"), (4, "<!-- = x y -->"), (4, "<!-- / -->")];
        assert_eq!(found(page), expected);
        let marks: Vec<_> = comments(page).unwrap().into_iter().map(|it| it.mark).collect();
        assert_eq!(marks, [Mark::Run("m/r"), Mark::Opening("x y"), Mark::Closing]);
    }

    #[test]
    fn what_is_shown_as_code_is_no_comment() {
        for code in [
            "```\n<!-- = x -->\n```\n",
            "  ~~~~ text\n<!-- = x -->\n~~~\n<!-- / -->\n~~~~\n",
            "````md\n```\n<!-- = x -->\n```\n````\n",
            "a `<!-- = x -->` and ``<!-- ` -->``\n",
            "<!-- a comment\n```\n<!-- = x\n-->\n",
        ] {
            assert_eq!(found(&format!("{code}a <!-- / -->")).len(), 1, "{code}");
        }
    }

    #[test]
    fn a_lone_backtick_hides_nothing() {
        assert_eq!(found("it`s <!-- = x -->1<!-- / --> here").len(), 2);
        assert_eq!(found("```x``` <!-- / -->\n<!-- / -->").len(), 2);
    }

    #[test]
    fn a_comment_of_ours_ends_on_its_line() {
        let error = comments("a\n<!-- = x\n-->").unwrap_err();
        assert_eq!(error, Fault::at(2, "the comment does not end on its line"));
        assert!(found("a\n<!-- not ours\n<!-- = x -->\n").is_empty());
    }

    #[test]
    fn what_markdown_would_not_take_for_a_comment_is_an_error() {
        let error = comments("a <!-- = code x \"a -- b\" -->").unwrap_err();
        assert_eq!(error, Fault::at(1, "`--` cannot stand inside a comment"));
    }
}
