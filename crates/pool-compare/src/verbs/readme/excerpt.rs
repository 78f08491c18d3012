//! Pieces of the source, as they are now.

use std::{
    fs,
    path::{Component, Path},
};

use super::{
    expression::{Expression, Made, Refusal},
    scope::Scope,
};

pub(super) const EXPRESSIONS: [Expression; 1] = [Expression::block(
    ["code", "PATH \"ITEM\" [\"ITEM\"...]"],
    "pieces of the source: of each ITEM, what its first line begins with; \"OUTER > INNER\" for one inside another",
    code,
)];

/// Items of a file, in fenced code.
fn code(scope: &Scope<'_>, words: &[&str]) -> Made {
    let (path, items) = match words {
        [path, items @ ..] if !items.is_empty() => (*path, items),
        _ => return Err(Refusal::Words),
    };
    let inside = Path::new(path).components().all(|it| matches!(it, Component::Normal(_)));
    if !inside {
        return Err(format!("{path}: a path goes from the checkout downwards").into());
    }
    let source = fs::read_to_string(scope.root.join(path));
    let source = source.map_err(|error| format!("{path}: {error}"))?;
    let lines: Vec<&str> = source.lines().collect();
    let found = items.iter().map(|item| excerpt(&lines, item));
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(|it| format!("{path}: {it}"))?;
    Ok(fenced(path, &found.join("\n\n")))
}

/// Excerpts do not compile alone, so they are no tests. The fence is longer than any in the code.
fn fenced(path: &str, code: &str) -> String {
    let mut fence = "```".to_owned();
    while code.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}rust,ignore\n// {path}\n{code}\n{fence}")
}

/// The lines of an item, without what is before it, not indented. `OUTER > INNER` is an item in
/// another one.
fn excerpt(lines: &[&str], item: &str) -> Result<String, String> {
    let mut within = lines;
    for (depth, step) in item.split(" > ").enumerate() {
        // An item is not in itself.
        let from = usize::from(depth > 0);
        let begin = from + begin(&within[from..], step)?;
        let length = length(&within[begin..]);
        within = &within[begin..begin + length];
    }
    let indent = within.first().map_or(0, |first| indentation(first));
    let dedented = within.iter().map(|line| line.get(indent..).unwrap_or_default());
    Ok(dedented.collect::<Vec<_>>().join("\n"))
}

/// Which line begins with that text: one alone, if need be the one in which no word goes on.
fn begin(lines: &[&str], item: &str) -> Result<usize, String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let begins = lines.iter().enumerate();
    let begins = begins.filter_map(|(at, line)| Some((at, line.trim_start().strip_prefix(item)?)));
    let found: Vec<(usize, &str)> = begins.collect();
    let mut whole =
        found.iter().filter(|(_, rest)| item.ends_with(is_word) && !rest.starts_with(is_word));
    match (&found[..], whole.next(), whole.next()) {
        ([(at, _)], ..) | (_, Some((at, _)), None) if !item.is_empty() => Ok(*at),
        ([], ..) => Err(format!("no line begins with {item:?}")),
        (all, ..) => Err(format!(
            "{} lines begin with {item:?}; say more of it, or what it is in: \"OUTER > INNER\"",
            all.len()
        )),
    }
}

/// How many lines the item has that these begin with, formatted by rustfmt: up to the line that
/// ends it with nothing open, or to the end of what it is in.
fn length(lines: &[&str]) -> usize {
    const OPENING: [char; 4] = ['{', '(', '[', '<'];
    const CLOSING: [char; 4] = ['}', ')', ']', '>'];
    let indent = lines.first().map_or(0, |first| indentation(first));
    // The indentations of the lines that have opened something.
    let mut open = Vec::new();
    // Whether bounds are listed, whose commas end nothing.
    let mut bounds = false;
    let mut length = 0;
    for (at, line) in lines.iter().enumerate() {
        let text = without_comment(line);
        if text.is_empty() {
            continue;
        }
        let own = indentation(line);
        if own < indent {
            break;
        }
        length = at + 1;
        if text.starts_with(CLOSING) && open.last() == Some(&own) {
            open.pop();
        }
        if text.ends_with(OPENING) {
            open.push(own);
            bounds = false;
        } else if open.is_empty() {
            bounds |= text == "where";
            let goes_on = || {
                let next = lines[at + 1..].iter().map(|line| without_comment(line));
                next.into_iter().find(|text| !text.is_empty()).is_some_and(|it| it.starts_with('.'))
            };
            let ends = match text.chars().last() {
                Some(';') => true,
                Some(',') => !bounds,
                Some('}') => own == indent && !goes_on(),
                _ => false,
            };
            if ends {
                break;
            }
        }
    }
    length
}

/// The code of a line.
fn without_comment(line: &str) -> &str {
    let text = line.trim();
    if text.starts_with("//") {
        return "";
    }
    text.split(" // ").next().unwrap_or_default().trim_end()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::readme::{expression::make, passage::Place, scope::tests::without_run};

    const SOURCE: &str = "\
//! Docs: fn no_item.

use std::fmt;

/// A queue.
#[derive(Debug)]
pub(crate) struct Queue<J>(Vec<J>);

pub(crate) enum Either {
    /// One.
    Left(u8),
    Right {
        field: u8,
    },
}

impl<J> Queue<J>
where
    J: Send,
    J: Sync,
{
    fn recv(&self) -> Option<J> {
        let found = self
            .0
            .iter()
            .map(|it| {
                let it = it;
                it
            })
            .next();
        let two = both(
            1, // {
            2,
        )
        .sum();
        match found {
            Some(it) => it.take(),
            None => {
                self.wait();
            }
        }
        self.0.pop()
    }

    fn recv_timeout(
        &self,
        timeout: Duration,
    ) -> Option<J> {
        if timeout.is_zero() {
            None
        } else {
            self.recv()
        }
    }
}

impl fmt::Debug for Queue<u8> {
    fn fmt(&self) {}
}

impl fmt::Display for Queue<u8> {
    fn fmt(&self) {}
}
";

    fn of(item: &str) -> Result<String, String> {
        excerpt(&SOURCE.lines().collect::<Vec<_>>(), item)
    }

    /// The last line of an item, and how many it has.
    fn end(item: &str) -> (String, usize) {
        let excerpt = of(item).unwrap();
        (excerpt.lines().last().unwrap_or_default().to_owned(), excerpt.lines().count())
    }

    #[test]
    fn an_item_ends_where_rustfmt_ends_it() {
        for (item, last, count) in [
            ("use std::fmt", "use std::fmt;", 1),
            ("pub(crate) struct", "pub(crate) struct Queue<J>(Vec<J>);", 1),
            ("pub(crate) enum", "}", 7),
            ("Left", "Left(u8),", 1),
            ("Right", "},", 3),
            ("impl<J> Queue", "}", 39),
            ("let found", "    .next();", 8),
            ("let two", ".sum();", 5),
            ("match found", "}", 6),
            ("Some(it)", "Some(it) => it.take(),", 1),
            ("None => {", "}", 3),
            ("self.0.pop()", "self.0.pop()", 1),
            ("fn recv_timeout", "}", 10),
            ("if timeout", "}", 5),
            ("impl fmt::Debug", "}", 3),
        ] {
            assert_eq!(end(item), (last.to_owned(), count), "{item}");
        }
    }

    #[test]
    fn an_item_is_not_indented_and_has_nothing_before_it() {
        let expected = "fn recv_timeout(\n    &self,\n    timeout: Duration,\n) -> Option<J> {";
        assert!(of("fn recv_timeout").unwrap().starts_with(expected));
    }

    #[test]
    fn a_whole_word_is_preferred_where_several_lines_begin_alike() {
        assert!(of("fn recv").unwrap().starts_with("fn recv(&self)"));
        assert!(of("fn rec").unwrap_err().starts_with("2 lines begin with \"fn rec\""));
    }

    #[test]
    fn an_item_may_be_looked_for_in_another() {
        assert_eq!(of("impl fmt::Debug > fn fmt").unwrap(), "fn fmt(&self) {}");
        assert!(of("impl<J> Queue<J> > fn recv > match found").unwrap().ends_with('}'));
        let said = of("fn fmt").unwrap_err();
        assert!(said.ends_with("or what it is in: \"OUTER > INNER\""), "{said}");
        assert_eq!(of("impl fmt::Debug > fn recv").unwrap_err(), "no line begins with \"fn recv\"");
    }

    #[test]
    fn what_is_not_there_is_told() {
        assert_eq!(of("fn no_item").unwrap_err(), "no line begins with \"fn no_item\"");
        assert!(of("").is_err());
    }

    #[test]
    fn code_names_its_file_and_is_no_test() {
        let block = Place::Block(String::new());
        let made = |expression| make(&without_run(), expression, &block);
        let path = "crates/pool-flume/src/queue.rs";
        let code =
            made("code crates/pool-flume/src/queue.rs \"let (sender\" \"pub(crate) fn recv\"");
        let code = code.unwrap();
        assert!(code.starts_with(&format!("```rust,ignore\n// {path}\nlet (sender,")), "{code}");
        assert!(code.contains(";\n\npub(crate) fn recv(") && code.ends_with("}\n```"), "{code}");
        assert_eq!(made("code a.rs").unwrap_err(), "`code` takes PATH \"ITEM\" [\"ITEM\"...]");
        assert!(made("code ../a.rs x").unwrap_err().contains("downwards"));
        assert!(made("code a.rs x").unwrap_err().starts_with("a.rs: "));
    }

    #[test]
    fn a_fence_in_the_code_does_not_end_it() {
        assert!(fenced("a.rs", "/// ```").starts_with("````rust,ignore\n// a.rs\n"));
    }
}
