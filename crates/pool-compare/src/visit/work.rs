//! Work that is told in a file: a trace or a profile.

use std::path::Path;

use pool_workloads::{InputError, Profile, Speed, Trace, Workload};

use crate::{
    cell::Load,
    configuration::{Input, InputKind},
};

/// Work that is told in a file.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Trace(Trace),
    Profile(Profile),
}

impl Work {
    /// Reads the file of a configuration.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is not what it should be.
    pub(crate) fn read(input: &Input) -> Result<Self, InputError> {
        let path = Path::new(&input.path);
        match input.kind {
            InputKind::Trace => Trace::read(path).map(Self::Trace),
            InputKind::Profile => Profile::read(path).map(Self::Profile),
        }
    }

    /// Its jobs.
    pub(crate) fn workload(&self, speed: Speed) -> Workload {
        match self {
            Self::Trace(trace) => Workload::trace(trace.clone(), speed),
            Self::Profile(profile) => Workload::profile(profile, speed),
        }
    }

    /// What its workload is called, in cells too.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Trace(_) => "trace",
            Self::Profile(profile) => profile.name(),
        }
    }

    /// Threads that submit.
    pub(crate) fn producers(&self) -> usize {
        match self {
            Self::Trace(_) => 1,
            Self::Profile(profile) => profile.producers(),
        }
    }

    /// How many jobs are due in a second, if it says that.
    pub(crate) fn load(&self) -> Option<Load> {
        match self {
            Self::Trace(_) => Some(Load::Recorded),
            Self::Profile(profile) => profile.rate().map(Load::Rate),
        }
    }

    /// The trace, if it is one.
    pub(crate) fn trace(&self) -> Option<&Trace> {
        match self {
            Self::Trace(trace) => Some(trace),
            Self::Profile(_) => None,
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
        for work in [Work::Trace(trace), Work::Profile(profile)] {
            assert_eq!(work.workload(Speed::new(1.0)).name(), work.name());
        }
    }
}
