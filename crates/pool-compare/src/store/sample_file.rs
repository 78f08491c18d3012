//! `samples.jsonl`: a line a visit, and whoever adds to it holds its lock.

use std::{
    fs::{File, TryLockError},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{checker::Checker, error::StoreError, place::SAMPLES};
use crate::protocol::{Configuration, Sample};

/// What a file of samples has.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) samples: Vec<Sample>,
    /// How many bytes its whole lines are.
    pub(super) whole: usize,
    /// Knows what was visited.
    pub(super) checker: Checker,
}

/// Reads the whole lines of `text`, which is in `file`, and checks them.
pub(super) fn parse(
    file: &Path,
    text: &[u8],
    configuration: &Configuration,
) -> Result<Parsed, StoreError> {
    let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    let mut checker = Checker::new(configuration.cells.clone());
    let mut samples = Vec::new();
    for (number, line) in (1..).zip(text[..whole].split_inclusive(|&byte| byte == b'\n')) {
        let number = Some(number);
        let sample =
            serde_json::from_slice(line).map_err(|error| StoreError::json(file, number, &error))?;
        checker.check(&sample).map_err(|problem| StoreError::damaged(file, number, problem))?;
        samples.push(sample);
    }
    Ok(Parsed { samples, whole, checker })
}

/// A file of samples that is open, and locked until it is dropped.
#[derive(Debug)]
pub(super) struct SampleFile {
    path: PathBuf,
    file: File,
    /// How many bytes its whole lines are: where the next one goes.
    whole: u64,
    /// Whether there may be more behind them.
    torn: bool,
}

impl SampleFile {
    /// Makes the file, which must not be there yet.
    pub(super) fn create(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(SAMPLES);
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        Self::lock(directory, path, file)
    }

    /// Opens the file, and changes nothing yet.
    pub(super) fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(SAMPLES);
        let file = match File::options().read(true).write(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StoreError::damaged(&path, None, "there is no such file"));
            }
            file => file,
        };
        Self::lock(directory, path, file)
    }

    fn lock(directory: &Path, path: PathBuf, file: io::Result<File>) -> Result<Self, StoreError> {
        let file = file.map_err(StoreError::write(&path))?;
        match file.try_lock() {
            // Some network file systems have no locks: better to measure without.
            Ok(()) => {}
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(StoreError::write(&path)(error)),
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy(directory.to_owned())),
        }
        Ok(Self { path, file, whole: 0, torn: false })
    }

    /// All that it contains, by the handle that has the lock: on Windows no other may read.
    pub(super) fn parse(&mut self, configuration: &Configuration) -> Result<Parsed, StoreError> {
        let mut text = Vec::new();
        let read = self.file.rewind().and_then(|()| self.file.read_to_end(&mut text));
        read.map_err(StoreError::read(&self.path))?;
        parse(&self.path, &text, configuration)
    }

    /// The first `whole` bytes are whole lines; what is behind them is cut off.
    pub(super) fn cut_behind(&mut self, whole: u64) -> Result<(), StoreError> {
        self.whole = whole;
        self.cut().map_err(StoreError::write(&self.path))
    }

    /// Adds a line in one call. If that fails, whatever came of it is cut off again, now or
    /// before the next line.
    pub(super) fn append(&mut self, line: &[u8]) -> Result<(), StoreError> {
        let result = if self.torn { self.cut() } else { Ok(()) };
        match result.and_then(|()| self.file.write_all(line)) {
            Ok(()) => {
                self.whole += line.len() as u64;
                Ok(())
            }
            Err(source) => {
                self.torn = self.cut().is_err();
                Err(StoreError::Append { file: self.path.clone(), source, torn: self.torn })
            }
        }
    }

    fn cut(&mut self) -> io::Result<()> {
        self.torn = true;
        self.file.set_len(self.whole)?;
        self.file.seek(SeekFrom::Start(self.whole))?;
        self.torn = false;
        Ok(())
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Has the system write to the disk what it has of the file.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::write(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_told_of() {
        let file = File::options().write(true).open("/dev/full").unwrap();
        let path = PathBuf::from(SAMPLES);
        let mut full = SampleFile { path, file, whole: 0, torn: false };
        let error = full.append(b"{}\n").unwrap_err();
        // What is no file cannot be cut.
        assert!(matches!(error, StoreError::Append { torn: true, .. }));
        let text = error.to_string();
        assert!(text.contains("a torn line is at its end"), "{text}");
        assert!(text.ends_with("make room, then resume the run"), "{text}");
    }

    #[test]
    fn what_came_of_a_failed_line_is_cut_off_before_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let mut samples = SampleFile::create(dir.path()).unwrap();
        samples.append(b"first\n").unwrap();
        samples.file.write_all(b"sec").unwrap();
        samples.torn = true;
        samples.append(b"third\n").unwrap();
        assert_eq!(fs::read(&samples.path).unwrap(), b"first\nthird\n");
    }
}
