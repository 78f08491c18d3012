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
];

/// A pool that keeps every law.
const fn managed(subject: Subject) -> Entry {
    Entry { subject, exceptions: None }
}

/// A pool that keeps what its library gives, but for the cases in this list.
#[allow(dead_code, reason = "the first native pool is on its way")]
const fn native(subject: Subject, exceptions: &'static str) -> Entry {
    Entry { subject, exceptions: Some(exceptions) }
}

impl Entry {
    /// The backend's name and what it does not keep.
    ///
    /// # Panics
    ///
    /// If its list cannot be read.
    pub(crate) fn exceptions(self) -> Exceptions {
        let name = self.subject.name();
        Exceptions::parse(self.exceptions.unwrap_or_default())
            .unwrap_or_else(|error| panic!("the exceptions of {name}: {error}"))
    }
}
