//! What the parts of a line of Rust are, for their colours.
//!
//! A line at a time: what goes on over several lines, as a long string does, is taken for code.

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Comment,
    Keyword,
    /// A string, a character or a number.
    Literal,
    /// A name that begins with a capital letter, or a lifetime.
    Type,
    Plain,
}

const KEYWORDS: &str = "as async await break const continue crate dyn else enum extern false fn for \
                        if impl in let loop match mod move mut pub ref return self Self static \
                        struct super trait true type unsafe use where while";

/// The parts of a line, which together are the line.
pub(crate) fn parts(line: &str) -> Vec<(Kind, &str)> {
    let mut parts: Vec<(Kind, &str)> = Vec::new();
    let mut from = 0;
    while from < line.len() {
        let rest = &line[from..];
        let (kind, length) = first(rest);
        match parts.last_mut() {
            // One part of what stands together.
            Some((Kind::Plain, text)) if kind == Kind::Plain => {
                *text = &line[from - text.len()..from + length];
            }
            _ => parts.push((kind, &rest[..length])),
        }
        from += length;
    }
    parts
}

/// The part that begins a text that is not empty, and its length.
fn first(text: &str) -> (Kind, usize) {
    let word = |from: usize| {
        let ends = |c: char| !(c.is_alphanumeric() || c == '_');
        text[from..].find(ends).map_or(text.len(), |at| from + at)
    };
    let mut chars = text.chars();
    match chars.next().unwrap_or_default() {
        '/' if text.starts_with("//") => (Kind::Comment, text.len()),
        '"' => (Kind::Literal, quoted(text, '"')),
        // A lifetime has no second quotation mark.
        '\'' => match chars.next() {
            Some(c) if c != '\\' && chars.next() != Some('\'') => (Kind::Type, word(1)),
            _ => (Kind::Literal, quoted(text, '\'')),
        },
        c if c.is_ascii_digit() => (Kind::Literal, word(0)),
        c if c.is_alphabetic() || c == '_' => {
            let name = &text[..word(0)];
            let kind = match c {
                _ if KEYWORDS.split_whitespace().any(|it| it == name) => Kind::Keyword,
                _ if c.is_uppercase() => Kind::Type,
                _ => Kind::Plain,
            };
            (kind, name.len())
        }
        c => (Kind::Plain, c.len_utf8()),
    }
}

/// The length of what is in quotation marks, with them; of all there is if they are not closed.
fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = true; // the first mark opens it
    for (at, c) in text.char_indices() {
        if c == mark && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{Kind::*, *};

    #[test]
    fn the_parts_of_a_line_are_what_they_are_in_rust() {
        let line = r#"let a: &'a S<'_> = f("\"x", 'c', '\'', 10_u8); // why"#;
        let named: Vec<_> = parts(line).into_iter().filter(|(kind, _)| *kind != Plain).collect();
        assert_eq!(
            named,
            [
                (Keyword, "let"),
                (Type, "'a"),
                (Type, "S"),
                (Type, "'_"),
                (Literal, r#""\"x""#),
                (Literal, "'c'"),
                (Literal, r"'\''"),
                (Literal, "10_u8"),
                (Comment, "// why"),
            ]
        );
        let whole: String = parts(line).into_iter().map(|(_, text)| text).collect();
        assert_eq!(whole, line);
    }
}
