//! The one list of what is held to the contract.

use pool_conformance::{Exceptions, Subject};

/// A backend, and what it does not keep.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) subject: Subject,
    /// The list of a native pool; a managed one has none.
    pub(crate) exceptions: Option<&'static str>,
}

/// Every backend of this repository, in each of its forms.
pub(crate) const BACKENDS: &[Entry] = &[
    managed(Subject::of::<pool_std::Std>()),
    managed(Subject::of::<pool_crossbeam::Crossbeam>()),
    managed(Subject::of::<pool_flume::Flume>()),
    managed(Subject::of::<pool_rayon::Rayon>()),
    managed(Subject::of::<pool_tokio::Tokio>()),
    native(
        Subject::of::<pool_std::Native>(),
        include_str!("../../../pool-std/src/native-exceptions.txt"),
    ),
    native(
        Subject::of::<pool_crossbeam::Native>(),
        include_str!("../../../pool-crossbeam/src/native-exceptions.txt"),
    ),
    native(
        Subject::of::<pool_flume::Native>(),
        include_str!("../../../pool-flume/src/native-exceptions.txt"),
    ),
    native(
        Subject::of::<pool_rayon::Native>(),
        include_str!("../../../pool-rayon/src/native-exceptions.txt"),
    ),
    native(
        Subject::of::<pool_tokio::Native>(),
        include_str!("../../../pool-tokio/src/native-exceptions.txt"),
    ),
];

/// A pool that keeps every law.
const fn managed(subject: Subject) -> Entry {
    Entry { subject, exceptions: None }
}

/// A pool that keeps what its library gives, but for the cases in this list.
const fn native(subject: Subject, exceptions: &'static str) -> Entry {
    Entry { subject, exceptions: Some(exceptions) }
}

impl Entry {
    /// What the backend does not keep; a message if its list cannot be read.
    pub(crate) fn exceptions(self) -> Result<Exceptions, String> {
        Exceptions::parse(self.exceptions.unwrap_or_default())
            .map_err(|error| format!("the exceptions of {}: {error}", self.subject.name()))
    }
}
