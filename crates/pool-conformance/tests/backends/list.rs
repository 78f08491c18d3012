//! The one list of what is held to the contract.

use pool_conformance::Subject;

/// Every backend of this repository.
pub(crate) const BACKENDS: &[Subject] = &[
    Subject::of::<pool_std::Std>(),
    Subject::of::<pool_crossbeam::Crossbeam>(),
    Subject::of::<pool_flume::Flume>(),
    Subject::of::<pool_rayon::Rayon>(),
    Subject::of::<pool_tokio::Tokio>(),
];
