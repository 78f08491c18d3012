//! The one list of what is measured.

use std::time::Duration;

use pool::Backend;
use pool_conformance::Subject;
use pool_crossbeam::Crossbeam;
use pool_flume::Flume;
use pool_measure::{
    capability::Capability,
    contender::{Pooled, Shape},
    submit::{self, Way},
    throughput::{self, Session},
    words,
};
use pool_rayon::Rayon;
use pool_std::Std;
use pool_tokio::Tokio;

/// A backend: how it is measured, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct BackendEntry {
    /// The name people know it by: `"crossbeam"`.
    pub name: &'static str,
    /// The package it is in, so that what that depends on can be looked up.
    pub package: &'static str,
    /// What it can beyond the contract.
    pub capabilities: &'static [Capability],
    /// The list of the cases that it does not keep, of a native pool.
    pub exceptions: Option<&'static str>,
    /// What has to pass [`SMOKE`](static@pool_conformance::SMOKE) before it is measured, but for its
    /// exceptions.
    pub subject: Subject,
    /// Starts a pool that batches are pushed through; see [`throughput::start`].
    pub start: fn(Shape) -> Box<dyn Session>,
    /// Starts a pool for all else.
    pub words: words::Start,
    /// See [`submit::submit`].
    pub submit: fn(Way, usize, usize) -> Duration,
}

impl BackendEntry {
    /// An entry for the backend `B`, in the package of that name: all that it takes to have it
    /// measured.
    pub const fn of<B: Backend + 'static>(package: &'static str) -> Self {
        Self {
            name: B::NAME,
            package,
            capabilities: &[],
            exceptions: None,
            subject: Subject::of::<B>(),
            start: throughput::start::<Pooled<B>>,
            words: words::start::<B>,
            submit: submit::submit::<B>,
        }
    }

    /// The same, and what it can beyond the contract.
    pub const fn with(mut self, capabilities: &'static [Capability]) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// The same, as a native pool, with the list of the cases that it does not keep.
    pub const fn native(mut self, exceptions: &'static str) -> Self {
        self.exceptions = Some(exceptions);
        self
    }

    /// The same under another name: to measure a backend beside itself.
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }
}

/// The five libraries, in two forms each: under the layer, and native.
// A static is compiled with this library, once for all programs; a constant with each of them.
pub static BACKENDS: [BackendEntry; 10] = [
    BackendEntry::of::<Std>("pool-std"),
    BackendEntry::of::<Crossbeam>("pool-crossbeam"),
    BackendEntry::of::<Flume>("pool-flume")
        .with(&[Capability::async_submit::<Flume>(), Capability::async_results::<Flume>()]),
    BackendEntry::of::<Rayon>("pool-rayon").with(&[Capability::Fork]),
    BackendEntry::of::<Tokio>("pool-tokio").with(&[
        Capability::async_submit::<Tokio>(),
        Capability::async_results::<Tokio>(),
        Capability::AsyncHandlers,
    ]),
    BackendEntry::of::<pool_std::Native>("pool-std")
        .native(include_str!("../../pool-std/src/native-exceptions.txt")),
    BackendEntry::of::<pool_crossbeam::Native>("pool-crossbeam")
        .native(include_str!("../../pool-crossbeam/src/native-exceptions.txt")),
    BackendEntry::of::<pool_flume::Native>("pool-flume")
        .native(include_str!("../../pool-flume/src/native-exceptions.txt")),
    BackendEntry::of::<pool_rayon::Native>("pool-rayon")
        .native(include_str!("../../pool-rayon/src/native-exceptions.txt")),
    BackendEntry::of::<pool_tokio::Native>("pool-tokio")
        .native(include_str!("../../pool-tokio/src/native-exceptions.txt")),
];
