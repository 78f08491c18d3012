//! `samples.jsonl`: a line a visit. The process that adds to it holds its lock.

use std::{
    collections::HashSet,
    fs::{File, TryLockError},
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{
    error::{Kind, StoreError},
    place::SAMPLES,
};
use crate::protocol::{CellPlan, Sample};

/// Takes the samples of a run one by one, and finds those that cannot be of it.
#[derive(Clone, Debug)]
pub(super) struct Checker {
    cells: Vec<CellPlan>,
    seen: HashSet<(String, u32, u32, String)>,
}

impl Checker {
    /// For the samples of these cells, of which there are none yet.
    pub(super) fn new(cells: Vec<CellPlan>) -> Self {
        Self { cells, seen: HashSet::new() }
    }

    /// Remembers the visit that the sample is of, if all is well with it.
    pub(super) fn check(&mut self, sample: &Sample) -> Result<(), String> {
        let Sample { process, block, cell, contender, .. } = sample;
        let plan = self.cells.iter().find(|plan| plan.cell == *cell);
        let plan = plan.ok_or_else(|| format!("the run has no cell {cell}"))?;
        if !plan.contenders.contains(contender) {
            return Err(format!("{cell} has no contender {:?}", contender.to_string()));
        }
        if *block >= plan.blocks {
            return Err(format!("block {block} of {cell}, which has {}, from 0", plan.blocks));
        }
        let values = sample.values.iter().map(|(key, it)| (key.as_str(), it));
        for (name, value) in values.chain([("took_ms", &sample.took_ms)]) {
            if !value.is_finite() || *value < 0.0 {
                return Err(format!("{name} is {value}, and should be finite and not below 0"));
            }
        }
        let is_new = self.seen.insert(sample.visit());
        let visit = || format!("{contender} in {cell}, process {process}, block {block}");
        if is_new { Ok(()) } else { Err(format!("a second visit of {}", visit())) }
    }
}

/// What a file of samples has.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) samples: Vec<Sample>,
    /// How many bytes its whole lines are.
    whole: usize,
    /// Knows what was visited.
    pub(super) checker: Checker,
}

/// Reads the whole lines of `text`, which is in `file`, and checks them.
pub(super) fn parse(file: &Path, text: &[u8], cells: &[CellPlan]) -> Result<Parsed, StoreError> {
    let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    let (mut checker, mut samples) = (Checker::new(cells.to_vec()), Vec::new());
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
    pub(super) path: PathBuf,
    file: File,
}

impl SampleFile {
    /// Makes the file, which must not be there yet.
    pub(super) fn create(directory: &Path) -> Result<Self, StoreError> {
        Self::lock(directory, File::options().read(true).write(true).create_new(true))
    }

    /// Opens the file, reads it, and cuts off what is behind its whole lines.
    pub(super) fn open(
        directory: &Path,
        cells: impl FnOnce() -> Result<Vec<CellPlan>, StoreError>,
    ) -> Result<(Self, Parsed), StoreError> {
        let mut samples = Self::lock(directory, File::options().read(true).write(true))?;
        let mut text = Vec::new();
        // By the handle that has the lock: on Windows no other may read.
        samples.file.read_to_end(&mut text).map_err(StoreError::read(&samples.path))?;
        let parsed = parse(&samples.path, &text, &cells()?)?;
        let cut = samples.file.set_len(parsed.whole as u64);
        let cut = cut.and_then(|()| samples.file.seek(SeekFrom::End(0)));
        cut.map_err(StoreError::write(&samples.path))?;
        Ok((samples, parsed))
    }

    fn lock(directory: &Path, options: &std::fs::OpenOptions) -> Result<Self, StoreError> {
        let path = directory.join(SAMPLES);
        let file = options.open(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound if directory.exists() => missing(&path),
            _ => StoreError::write(&path)(error),
        })?;
        match file.try_lock() {
            // Some network file systems have no locks: better to measure without.
            Ok(()) => {}
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(StoreError::write(&path)(error)),
            Err(TryLockError::WouldBlock) => {
                let message = "another process measures for this run; wait until it has ended";
                return Err(StoreError::new(Kind::Misuse, directory, message));
            }
        }
        Ok(Self { path, file })
    }

    /// Adds a line in one call. If that fails, the run is over: what came of the line is cut off
    /// when it is resumed.
    pub(super) fn append(&mut self, line: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(line).map_err(StoreError::append(&self.path))
    }

    /// Has the system write to the disk what it has of the file.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::write(&self.path))
    }
}

/// A run without samples was not kept whole.
pub(super) fn missing(path: &Path) -> StoreError {
    StoreError::damaged(path, None, "there is no such file")
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn a_sample_that_cannot_be_of_the_run_is_refused() {
        let sample = fixture::samples().remove(0);
        for (change, says) in [
            (
                (|it| it.cell = "cost/idle".parse().unwrap()) as fn(&mut Sample),
                "the run has no cell cost/idle",
            ),
            (
                |it| it.contender = "bogus".to_owned().into(),
                "throughput/cpu-10us has no contender \"bogus\"",
            ),
            (|it| it.block = 2, "block 2 of throughput/cpu-10us, which has 2, from 0"),
            (|it| it.took_ms = -0.5, "took_ms is -0.5, and should be finite and not below 0"),
            (
                |it| _ = it.values.insert("x".to_owned(), f64::NAN),
                "x is NaN, and should be finite and not below 0",
            ),
            (|_| (), "a second visit of std in throughput/cpu-10us, process 0, block 0"),
        ] {
            let mut checker = Checker::new(fixture::run_file().configuration.cells);
            checker.check(&sample).unwrap();
            let mut changed = sample.clone();
            change(&mut changed);
            assert_eq!(checker.check(&changed).unwrap_err(), says);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_asks_for_room() {
        let file = File::options().write(true).open("/dev/full").unwrap();
        let mut full = SampleFile { path: SAMPLES.into(), file };
        let text = full.append(b"{}\n").unwrap_err().to_string();
        assert!(text.contains("those before it are: "), "{text}");
        assert!(text.ends_with("make room, then resume the run"), "{text}");
    }
}
