//! Files of the user's that say what jobs to measure.

use std::{borrow::Cow, fs, path::Path};

use pool_workloads::{Checksums, InputError, Profile, Speed, Trace, Workload};
use serde::{Deserialize, Serialize};

use super::cell::Load;
use crate::environment::sha256;

/// A file that says what jobs to measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What it is.
    pub kind: InputKind,
    /// Absolute: a run may be resumed from elsewhere.
    pub path: String,
    /// The SHA-256 of its content, in hexadecimal digits: a run is resumed with the same.
    pub sha256: String,
}

impl Input {
    /// Whether the file is still what it was when the run began.
    ///
    /// # Errors
    ///
    /// If it is not, or cannot be read: in a line, with what to do.
    pub fn check_unchanged(&self) -> Result<(), String> {
        let path = &self.path;
        let content = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        if sha256(&content) == self.sha256 {
            return Ok(());
        }
        Err(format!("{path}: it has changed since the run began; begin a new run"))
    }

    /// What the file is called. What is shown of a run may be passed on, and directories may have
    /// the names of users.
    pub fn name(&self) -> Cow<'_, str> {
        Path::new(&self.path).file_name().unwrap_or_default().to_string_lossy()
    }
}

/// What a file of the user's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// Jobs as they came and took.
    Trace,
    /// Jobs as they are distributed.
    Profile,
    /// Files to checksum, and the SHA-256 of each, as `sha256sum` writes them.
    Files,
}

/// Jobs of the user's own.
#[derive(Clone, Debug)]
pub enum Work {
    /// Of a trace.
    Trace(Trace),
    /// Of a profile.
    Profile(Profile),
    /// A file each.
    Files(Checksums),
}

impl Work {
    /// Reads the file of a configuration.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is not what it should be.
    pub fn read(input: &Input) -> Result<Self, InputError> {
        let path = Path::new(&input.path);
        match input.kind {
            InputKind::Trace => Trace::read(path).map(Self::Trace),
            InputKind::Profile => Profile::read(path).map(Self::Profile),
            InputKind::Files => Checksums::read(path).map(Self::Files),
        }
    }

    /// Its jobs; `None` if there are no files.
    pub fn workload(&self, speed: Speed) -> Option<Workload> {
        match self {
            Self::Trace(trace) => Some(Workload::trace(trace.clone(), speed)),
            Self::Profile(profile) => Some(Workload::profile(profile, speed)),
            Self::Files(files) => Workload::checksum(files.clone()),
        }
    }

    /// What its workload is called, in cells too.
    pub fn name(&self) -> &str {
        match self {
            Self::Trace(_) => "trace",
            Self::Profile(profile) => profile.name(),
            Self::Files(_) => "checksum",
        }
    }

    /// Threads that submit.
    pub fn producers(&self) -> usize {
        match self {
            Self::Profile(profile) => profile.producers(),
            Self::Trace(_) | Self::Files(_) => 1,
        }
    }

    /// How many jobs are due in a second, if it says that.
    pub fn load(&self) -> Option<Load> {
        match self {
            Self::Trace(_) => Some(Load::Recorded),
            Self::Profile(profile) => profile.rate().map(Load::Rate),
            Self::Files(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_called_as_its_workload_is() {
        let trace = Trace::parse("t", "arrival_us,work_us\n0,1\n").unwrap();
        let text = "name = \"mine\"\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n";
        let profile = Profile::parse("p", text).unwrap();
        let list = format!("{}  file\n", "0".repeat(64));
        let files = Checksums::parse("list", &list).unwrap();
        for work in [Work::Trace(trace), Work::Profile(profile), Work::Files(files)] {
            assert_eq!(work.workload(Speed::new(1.0)).unwrap().name(), work.name());
        }
    }
}
