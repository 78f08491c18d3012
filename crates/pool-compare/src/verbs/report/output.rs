//! Where the report goes: whole or not at all, and over nothing but a report.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{error::Error, report::GENERATOR, shown::Shown, whole};

/// A place that a report may be written to.
#[derive(Debug)]
pub(crate) struct Output {
    /// Through a symbolic link: the link stays, what it leads to is replaced.
    path: PathBuf,
}

impl Output {
    /// Looks whether a report may be written to `path`: if nothing is there, or a report, or,
    /// by `force`, any regular file.
    pub(crate) fn prepare(path: &Path, force: bool) -> Result<Self, Error> {
        let failed =
            |source: io::Error| Error::Usage(format!("--output {}: {source}", Shown(path)));
        let target = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(failed(error)),
            Ok(it) if it.is_dir() => return Err(failed(io::ErrorKind::IsADirectory.into())),
            Ok(it) if !it.is_file() => {
                return Err(Error::Usage(format!(
                    "--output {}: no regular file; name another",
                    Shown(path)
                )));
            }
            Ok(_) if force || is_report(path).map_err(failed)? => {
                fs::canonicalize(path).map_err(failed)?
            }
            Ok(_) => {
                return Err(Error::Usage(format!(
                    "--output {}: there is a file that is no report; --force replaces it",
                    Shown(path)
                )));
            }
        };
        whole::probe(&target).map_err(failed)?;
        Ok(Self { path: target })
    }

    /// Writes the report, all of it or nothing.
    pub(crate) fn write(&self, report: &str) -> Result<(), Error> {
        whole::replace(&self.path, report.as_bytes())
            .map_err(|source| Error::Unwritten { path: self.path.clone(), source })
    }
}

/// Whether the file says, where a report or a chart of it does, that it is one.
fn is_report(path: &Path) -> io::Result<bool> {
    const BEGINNING: u64 = 512;
    let mut beginning = Vec::new();
    fs::File::open(path)?.take(BEGINNING).read_to_end(&mut beginning)?;
    let mark = format!("=\"{GENERATOR}\"");
    Ok(beginning.windows(mark.len()).any(|window| window == mark.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::render;

    #[test]
    fn what_is_no_report_stays_unless_forced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("thesis.html");
        for other in ["", "<!DOCTYPE html><title>My thesis on cargo compare report</title>"] {
            fs::write(&path, other).unwrap();
            let error = Output::prepare(&path, false).unwrap_err().to_string();
            assert!(error.ends_with("there is a file that is no report; --force replaces it"));
            assert_eq!(fs::read_to_string(&path).unwrap(), other);
        }
        Output::prepare(&path, true).unwrap().write("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn where_nothing_can_be_written_is_said_before() {
        let dir = tempfile::tempdir().unwrap();
        for path in [dir.path().to_owned(), dir.path().join("missing/report.html")] {
            let error = Output::prepare(&path, true).unwrap_err();
            assert!(matches!(error, Error::Usage(_)), "{error}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_symbolic_link_stays_and_what_it_leads_to_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real.html"), dir.path().join("link.html"));
        fs::write(&real, render(&[])).unwrap();
        std::os::unix::fs::symlink("real.html", &link).unwrap();
        Output::prepare(&link, false).unwrap().write("new").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
