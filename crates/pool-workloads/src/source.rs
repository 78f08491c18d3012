//! A file as text, in which errors have a place.

use std::{
    fmt::{self, Write as _},
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::InputError;

/// A text and the name of its file.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

/// The largest file that is read: a trace of some million jobs. A mistaken path should not
/// fill the memory.
const MAX_BYTES: u64 = 64 << 20;

/// What editors of some systems begin a text with.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, InputError> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(io::Error::other("longer than 64 MiB"));
        }
        Ok(bytes)
    };
    read().map_err(|source| InputError::Unreadable { file: path.display().to_string(), source })
}

impl<'a> Source<'a> {
    /// `bytes` as the text of `file`.
    ///
    /// # Errors
    ///
    /// If they are not UTF-8.
    pub(crate) fn new(file: &'a str, bytes: &'a [u8]) -> Result<Self, InputError> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        str::from_utf8(bytes).map(|text| Self { file, text }).map_err(|error| {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            let text = str::from_utf8(valid).unwrap_or_default();
            let message = format!("expected UTF-8, found the byte {:#04x}", rest[0]);
            Self { file, text }.error(text.len(), message)
        })
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// An error at the byte `offset` of the text.
    pub(crate) fn error(&self, offset: usize, message: impl Into<String>) -> InputError {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let in_line = before.rsplit('\n').next().unwrap_or_default();
        InputError::Malformed {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: in_line.chars().count() + 1,
            message: message.into(),
        }
    }
}

/// What was found, quoted and not too long.
pub(crate) struct Found<'a>(pub(crate) &'a str);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 40;
        f.write_char('"')?;
        for c in self.0.chars().take(MOST) {
            write!(f, "{}", c.escape_debug())?;
        }
        f.write_str(if self.0.chars().nth(MOST).is_some() { "...\"" } else { "\"" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_and_a_character_of_it() {
        let source = Source::new("f", "a\näöü\r\n".as_bytes()).unwrap();
        for (offset, place) in
            [(0, "1:1"), (1, "1:2"), (2, "2:1"), (6, "2:3"), (10, "3:1"), (99, "3:1")]
        {
            assert_eq!(source.error(offset, "no").to_string(), format!("f:{place}: no"));
        }
    }

    #[test]
    fn what_is_not_utf_8_is_named_with_its_place() {
        let error = Source::new("f", b"\xef\xbb\xbfa\nb\xff").unwrap_err();
        assert_eq!(error.to_string(), "f:2:2: expected UTF-8, found the byte 0xff");
    }

    #[test]
    fn what_was_found_is_shown_in_one_line_and_cut_short() {
        assert_eq!(Found("a\"\n").to_string(), r#""a\"\n""#);
        assert_eq!(Found(&"x".repeat(41)).to_string(), format!("\"{}...\"", "x".repeat(40)));
    }
}
