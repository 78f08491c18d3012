//! The passages of a page that are generated, and the page with others in their place.

use std::ops::Range;

use super::{
    comment::{Comment, Mark, comments},
    fault::Fault,
};

/// Where the passages of a page are.
#[derive(Debug, Default)]
pub(super) struct Passages {
    pub(super) passages: Vec<Passage>,
    /// Which run its figures are from.
    pub(super) run: Option<NamedRun>,
}

/// What stands between two comments.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Passage {
    /// That of its opening comment, from 1.
    pub(super) line: usize,
    /// What it is to say.
    pub(super) expression: String,
    pub(super) place: Place,
    /// Where it stands in the page.
    range: Range<usize>,
}

/// What is around a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A sentence, or a cell of a table.
    Inline,
    /// Comments on lines of their own, indented by this.
    Block(String),
}

/// `<!-- run: MACHINE/RUN -->`
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedRun {
    /// From 1.
    pub(super) line: usize,
    pub(super) name: String,
    /// Where the comment stands in the page.
    range: Range<usize>,
}

impl Passages {
    /// Finds the passages of a page.
    pub(super) fn of(page: &str) -> Result<Self, Fault> {
        let mut found = Self::default();
        let mut open: Option<(Comment<'_>, &str)> = None;
        for comment in comments(page)? {
            let line = comment.line;
            match (comment.mark, open.take()) {
                (Mark::Opening(expression), None) => open = Some((comment, expression)),
                (Mark::Closing, Some((opening, expression))) => {
                    let place = place(page, &opening, &comment)?;
                    let end = match place {
                        Place::Inline => comment.range.start,
                        Place::Block(_) => line_of(page, comment.range.start),
                    };
                    found.passages.push(Passage {
                        line: opening.line,
                        expression: expression.to_owned(),
                        place,
                        range: opening.range.end..end,
                    });
                }
                (Mark::Run(name), None) => {
                    if let Some(first) = &found.run {
                        let problem = format!("the run is named in line {} already", first.line);
                        return Err(Fault::at(line, problem));
                    }
                    found.run =
                        Some(NamedRun { line, name: name.to_owned(), range: comment.range });
                }
                (Mark::Closing, None) => {
                    return Err(Fault::at(line, "there is no passage here that could end"));
                }
                (Mark::Opening(_) | Mark::Run(_), Some((opening, _))) => {
                    let first = opening.line;
                    let problem = format!(
                        "the passage that begins in line {first} has not ended; `<!-- / -->` ends it"
                    );
                    return Err(Fault::at(line, problem));
                }
            }
        }
        match open {
            Some((opening, _)) => {
                Err(Fault::at(opening.line, "the passage does not end; `<!-- / -->` ends it"))
            }
            None => Ok(found),
        }
    }

    /// The page with these in place of its passages, each as [`Passage::laid_out`].
    pub(super) fn replaced(&self, page: &str, contents: &[String]) -> String {
        let mut replaced = String::with_capacity(page.len());
        let mut at = 0;
        for (passage, content) in self.passages.iter().zip(contents) {
            replaced.push_str(&page[at..passage.range.start]);
            replaced.push_str(content);
            at = passage.range.end;
        }
        replaced.push_str(&page[at..]);
        replaced
    }
}

impl Passage {
    /// What stands there now.
    pub(super) fn content<'a>(&self, page: &'a str) -> &'a str {
        &page[self.range.clone()]
    }

    /// How a text stands there: a block between blank lines, without which Markdown would take it
    /// for a part of the comment.
    pub(super) fn laid_out(&self, text: &str) -> String {
        let Place::Block(indent) = &self.place else { return text.to_owned() };
        let line = |line: &str| {
            if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") }
        };
        format!("\n\n{}\n", text.lines().map(line).collect::<String>())
    }
}

impl NamedRun {
    /// The page with another run named in it.
    pub(super) fn renamed(&self, page: &str, run: &str) -> String {
        let (before, after) = (&page[..self.range.start], &page[self.range.end..]);
        format!("{before}<!-- run: {run} -->{after}")
    }
}

/// What is around a passage between these two.
fn place(page: &str, opening: &Comment<'_>, closing: &Comment<'_>) -> Result<Place, Fault> {
    let before = &page[line_of(page, opening.range.start)..opening.range.start];
    if opening.line == closing.line {
        // Behind the marks of a list or a quotation a line begins anew.
        let marks = |c: char| c.is_whitespace() || c.is_ascii_digit() || "-*+>.)".contains(c);
        if before.trim_start_matches(marks).is_empty() {
            return Err(Fault::at(
                opening.line,
                "a comment that begins a line is a block to Markdown; put a word before it, or each \
                 of the two on a line of its own",
            ));
        }
        return Ok(Place::Inline);
    }
    let around = [
        before,
        rest_of_line(page, opening.range.end),
        &page[line_of(page, closing.range.start)..closing.range.start],
        rest_of_line(page, closing.range.end),
    ];
    if around.iter().all(|text| text.trim().is_empty()) {
        Ok(Place::Block(before.to_owned()))
    } else {
        Err(Fault::at(
            opening.line,
            "a passage is all on one line, or each of its comments on a line of its own",
        ))
    }
}

/// Where the line begins that has this place.
fn line_of(page: &str, at: usize) -> usize {
    page[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn rest_of_line(page: &str, at: usize) -> &str {
    page[at..].lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page with every passage made anew by this.
    fn made(page: &str, make: impl Fn(&str) -> String) -> String {
        let found = Passages::of(page).unwrap();
        let content = |it: &Passage| it.laid_out(&make(&it.expression));
        let contents: Vec<_> = found.passages.iter().map(content).collect();
        found.replaced(page, &contents)
    }

    #[test]
    fn passages_are_replaced_in_sentences_and_in_cells_and_nothing_else_is() {
        let page = "\
# Title, with <!-- a comment -->

The best is <!-- = best a -->old<!-- / -->, then <!-- = best b --><!-- / -->.

| <!-- = c -->1<!-- / --> |
| [link](x) | <!-- = d -->2 | 3<!-- / -->
";
        let expected = "\
# Title, with <!-- a comment -->

The best is <!-- = best a -->(best a)<!-- / -->, then <!-- = best b -->(best b)<!-- / -->.

| <!-- = c -->(c)<!-- / --> |
| [link](x) | <!-- = d -->(d)<!-- / -->
";
        let once = made(page, |it| format!("({it})"));
        assert_eq!(once, expected);
        assert_eq!(made(&once, |it| format!("({it})")), expected);
    }

    #[test]
    fn a_block_stands_between_blank_lines_and_is_indented_as_its_comments_are() {
        for old in ["", "old\n", "\n\n\nold\n\nlines\n\n"] {
            let page = format!("1. x\n\n   <!-- = b -->\n{old}   <!-- / -->\nbelow");
            let expected = "1. x\n\n   <!-- = b -->\n\n   one\n\n   two\n\n   <!-- / -->\nbelow";
            assert_eq!(made(&page, |_| "one\n\ntwo".to_owned()), expected);
        }
    }

    #[test]
    fn a_fence_in_a_block_may_hold_what_looks_like_an_end() {
        let page = "<!-- = b -->\n\n```\n<!-- / -->\n```\n\n<!-- / -->";
        assert_eq!(made(page, |_| "x".to_owned()), "<!-- = b -->\n\nx\n\n<!-- / -->");
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_line() {
        for (page, line, problem) in [
            ("a\nb <!-- = x -->", 2, "does not end"),
            ("a <!-- = x --> <!-- = y -->1<!-- / -->", 1, "begins in line 1 has not ended"),
            ("a <!-- = x -->\n\n<!-- run: m/r -->", 3, "begins in line 1 has not ended"),
            ("\na <!-- / -->", 2, "no passage"),
            ("<!-- run: a/b -->\n<!-- run: a/b -->", 2, "in line 1 already"),
            ("<!-- = x -->1<!-- / --> is best", 1, "begins a line"),
            ("- <!-- = x -->1<!-- / --> is best", 1, "begins a line"),
            ("> 1. <!-- = x -->1<!-- / -->", 1, "begins a line"),
            ("the <!-- = x -->\n1\n<!-- / -->", 1, "on a line of its own"),
            ("<!-- = x --> 1\n<!-- / -->", 1, "on a line of its own"),
            ("<!-- = x -->\n1 <!-- / -->", 1, "on a line of its own"),
            ("<!-- = x -->\n1\n<!-- / --> is", 1, "on a line of its own"),
        ] {
            let fault = Passages::of(page).unwrap_err();
            assert!(fault.line == line && fault.problem.contains(problem), "{page}\n{fault:?}");
        }
    }

    #[test]
    fn another_run_is_named_in_the_same_place() {
        let page = "a <!-- run:m/r --> b";
        let run = Passages::of(page).unwrap().run.unwrap();
        assert_eq!((run.line, run.name.as_str()), (1, "m/r"));
        assert_eq!(run.renamed(page, "m/s"), "a <!-- run: m/s --> b");
    }
}
