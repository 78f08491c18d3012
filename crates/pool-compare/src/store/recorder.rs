//! Keeping a run while it is measured.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use pool_measure::environment::sha256;
use pool_workloads::Checksums;

use super::{
    error::{misuse, unreadable, unwritable},
    kept::{KeptRun, parse, whole},
    place::{CHECKSUMS, RUN, SAMPLES, SUMMARY, directory_of},
    run_file::{Ended, RunFile},
};
use crate::{
    error::Error,
    protocol::{Input, InputKind, Sample},
    whole::replace,
};

/// Adds to a run, and keeps others from doing so for as long as it lives.
#[derive(Debug)]
pub(crate) struct Recorder {
    directory: PathBuf,
    samples: File,
}

impl Recorder {
    /// Begins a run: makes `<machine>/<run>` in `results`, with a number behind it if there is
    /// one of that name already.
    ///
    /// Files to checksum are listed in it, and its input is that list.
    pub(crate) fn create(
        results: &Path,
        mut file: RunFile,
        files: Option<&Checksums>,
    ) -> Result<(Self, RunFile), Error> {
        let directory = file
            .environment
            .make_directory(results)
            .map_err(|(directory, error)| unwritable(&directory)(error))?;
        // The lock before `run.json`: no other process can resume what has just begun.
        let samples = open(&directory, File::options().write(true).create_new(true))?;
        let written =
            list_files(&directory, &mut file, files).and_then(|()| write_run(&directory, &file));
        if let Err(error) = written {
            // It was made just now. If that fails too, the first error says more.
            _ = fs::remove_dir_all(&directory);
            return Err(error);
        }
        Ok((Self { directory, samples }, file))
    }

    /// Goes on with a run that was interrupted or killed, of which `path` is the directory or a
    /// file in it. Everything is checked before what there is of a torn last line is cut off.
    pub(crate) fn resume(path: &Path) -> Result<(Self, KeptRun), Error> {
        let directory = directory_of(path);
        // Whether there is a run, before anything is said about its samples; and what it says
        // only once no other process can change it.
        RunFile::read(&directory)?;
        let mut log = open(&directory, File::options().read(true).write(true))?;
        let file = RunFile::read(&directory)?;
        if file.ended == Some(Ended::Complete) {
            let message = "it is complete: there is nothing to resume";
            return Err(misuse(&directory, message));
        }
        let path = directory.join(SAMPLES);
        let mut text = Vec::new();
        // By the handle that has the lock: on Windows no other may read.
        log.read_to_end(&mut text).map_err(unreadable(&path))?;
        let samples = parse(&path, &text, &file.configuration.cells)?;
        let cut = log.set_len(whole(&text).len() as u64).and_then(|()| log.seek(SeekFrom::End(0)));
        cut.map_err(unwritable(&path))?;
        let kept = KeptRun { directory: directory.clone(), file, samples, figures: None };
        Ok((Self { directory, samples: log }, kept))
    }

    /// Keeps a sample. Once this returns, it outlives the process, though not yet a power cut. If it
    /// fails, the run is over: what came of the line is cut off when it is resumed.
    pub(crate) fn append(&mut self, sample: &Sample) -> Result<(), Error> {
        let path = self.directory.join(SAMPLES);
        let line = serde_json::to_string(sample).map_err(Into::into);
        let written = line.and_then(|line| self.samples.write_all((line + "\n").as_bytes()));
        written.map_err(unwritable(&path))
    }

    /// Says how the run ended, and what came of it. Last of all in `run.json`: where that says
    /// so, the rest is there.
    pub(crate) fn finish(&mut self, file: &RunFile, summary: &str) -> Result<(), Error> {
        let samples = self.directory.join(SAMPLES);
        self.samples.sync_data().map_err(unwritable(&samples))?;
        write(&self.directory.join(SUMMARY), summary)?;
        write_run(&self.directory, file)
    }

    /// Where the run is kept.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

/// Opens the samples of the run in a directory, for this process alone until they are closed.
fn open(directory: &Path, options: &OpenOptions) -> Result<File, Error> {
    let path = directory.join(SAMPLES);
    let file = options.open(&path).map_err(unwritable(&path))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let message = "another process measures for this run; wait until it has ended";
            Err(misuse(directory, message))
        }
        // Some network file systems have no locks: better to measure without.
        Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
            Err(unwritable(&path)(error))
        }
        _ => Ok(file),
    }
}

/// Keeps the list of files to checksum in the run.
fn list_files(
    directory: &Path,
    file: &mut RunFile,
    files: Option<&Checksums>,
) -> Result<(), Error> {
    let Some(files) = files else { return Ok(()) };
    let path = directory.join(CHECKSUMS);
    let path = std::path::absolute(&path).map_err(unwritable(&path))?;
    let text = files.to_string();
    write(&path, &text)?;
    let (sha256, path) = (sha256(text.as_bytes()), path.display().to_string());
    file.configuration.input = Some(Input { kind: InputKind::Files, path, sha256 });
    Ok(())
}

fn write_run(directory: &Path, file: &RunFile) -> Result<(), Error> {
    let path = directory.join(RUN);
    let text = serde_json::to_string_pretty(file).map_err(|error| unwritable(&path)(error.into()));
    write(&path, &(text? + "\n"))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    replace(path, text.as_bytes()).map_err(unwritable(path))
}

#[cfg(test)]
mod tests {
    use super::{super::fixture, *};

    #[test]
    fn a_run_has_one_recorder_at_a_time() {
        let results = tempfile::tempdir().unwrap();
        let recorder = fixture::recorder(results.path());
        let directory = recorder.directory().to_owned();
        let error = Recorder::resume(&directory).unwrap_err();
        assert!(error.to_string().contains("another process measures for this run"));
        drop(recorder);
        Recorder::resume(&directory).unwrap();
    }
}
