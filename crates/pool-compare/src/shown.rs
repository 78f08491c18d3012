//! Text from outside, so that it disturbs no line and no terminal.

use std::{fmt, path::Path};

/// A path, printed as it is; but in quotes and escaped if it could disturb the line or the
/// terminal.
#[derive(Debug)]
pub(crate) struct Shown<'a>(pub(crate) &'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_str() {
            Some(plain) if !plain.chars().any(char::is_control) => f.write_str(plain),
            _ => fmt::Debug::fmt(self.0, f),
        }
    }
}

/// The same text, with its control characters escaped: it may be from a file of somebody else.
pub(crate) fn plain(text: &str) -> String {
    let escaped =
        |c: char| if c.is_control() { c.escape_default().collect() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_disturb_the_terminal_is_escaped() {
        assert_eq!(Shown(Path::new("a b/ü")).to_string(), "a b/ü");
        assert_eq!(Shown(Path::new("a\x1b[2J\n")).to_string(), r#""a\u{1b}[2J\n""#);
        assert_eq!(plain("EPYC\x1b[31m"), "EPYC\\u{1b}[31m");
    }
}
