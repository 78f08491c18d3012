//! The file of checksums, in the format of `sha256sum`.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::{job::Checksum, walk::bytes};
use crate::{
    error::Error,
    whole::{directory_of, probe, replace},
};

/// Where the checksums are to be written.
#[derive(Debug)]
pub(crate) enum Destination {
    /// A regular file, there already or not: it changes all at once, or not at all.
    File(PathBuf),
    /// A device, a pipe or the like: there is nothing to replace.
    Stream(PathBuf),
}

impl Destination {
    /// Looks whether `path` can be written, before any work is done for it.
    pub(crate) fn prepare(path: &Path) -> Result<Self, Error> {
        Self::look_at(path).map_err(|source| Error::Destination { path: path.to_owned(), source })
    }

    fn look_at(path: &Path) -> io::Result<Self> {
        let target = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => return Ok(Self::Stream(path.to_owned())),
            // Through a symbolic link: the link stays, what it leads to is replaced.
            Ok(_) => fs::canonicalize(path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let name = path.file_name().ok_or(error)?;
                fs::canonicalize(directory_of(path))?.join(name)
            }
            Err(error) => return Err(error),
        };
        probe(&target)?;
        Ok(Self::File(target))
    }

    /// The file that will be replaced, by its canonical path.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stream(_) => None,
        }
    }

    /// Writes `contents`, all of it or, to a file, nothing.
    pub(crate) fn write(&self, contents: &[u8]) -> Result<(), Error> {
        let (path, written) = match self {
            Self::File(path) => (path, replace(path, contents)),
            Self::Stream(path) => {
                let opened = fs::OpenOptions::new().write(true).open(path);
                (path, opened.and_then(|mut stream| stream.write_all(contents)))
            }
        };
        written.map_err(|source| Error::Output { path: path.clone(), source })
    }
}

/// Adds the line that `sha256sum` writes for a file.
///
/// A name with a backslash, a newline or a carriage return is written with those escaped,
/// and the line begins with a backslash to say so. All other bytes stand for themselves.
pub(crate) fn push_line(lines: &mut Vec<u8>, checksum: &Checksum, path: &Path) {
    let name = bytes(path);
    if name.iter().any(|byte| matches!(byte, b'\\' | b'\n' | b'\r')) {
        lines.push(b'\\');
    }
    lines.extend_from_slice(format!("{checksum}  ").as_bytes());
    for &byte in name {
        match byte {
            b'\\' => lines.extend_from_slice(b"\\\\"),
            b'\n' => lines.extend_from_slice(b"\\n"),
            b'\r' => lines.extend_from_slice(b"\\r"),
            _ => lines.push(byte),
        }
    }
    lines.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECKSUM: Checksum = Checksum { digest: [0xa0; 32], bytes: 0 };

    fn line(path: &str) -> String {
        let mut lines = Vec::new();
        push_line(&mut lines, &CHECKSUM, Path::new(path));
        String::from_utf8(lines).unwrap().replace("a0", "")
    }

    #[test]
    fn a_plain_name_stands_after_two_spaces() {
        assert_eq!(line("a b/ü\t*"), "  a b/ü\t*\n");
    }

    #[test]
    fn a_name_that_would_break_the_line_is_escaped_and_announced() {
        assert_eq!(line("a\\b"), "\\  a\\\\b\n");
        assert_eq!(line("a\nb\r"), "\\  a\\nb\\r\n");
    }

    #[test]
    #[cfg(unix)]
    fn a_name_that_is_not_unicode_keeps_its_bytes() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

        let mut lines = Vec::new();
        push_line(&mut lines, &CHECKSUM, Path::new(OsStr::from_bytes(b"a\xff\\")));
        assert!(lines.starts_with(b"\\a0"));
        assert!(lines.ends_with(b"a0  a\xff\\\\\n"));
    }

    #[test]
    fn writing_replaces_the_file_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("SUMS");
        for contents in [b"first, and longer".as_slice(), b"second"] {
            Destination::prepare(&path).unwrap().write(contents).unwrap();
            assert_eq!(fs::read(&path).unwrap(), contents);
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn a_symbolic_link_stays_and_what_it_leads_to_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        Destination::prepare(&link).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
