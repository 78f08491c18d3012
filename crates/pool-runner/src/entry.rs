//! The one list of what is measured.

use std::{fmt, time::Duration};

use pool::Backend;
use pool_conformance::Subject;
use pool_crossbeam::Crossbeam;
use pool_flume::Flume;
use pool_measure::{
    capability::Capability,
    contender::{Contender, Pooled, Shape},
    cost::Cost,
    latency::{self, Bursts, ClosedLoop, OpenLoop},
    shutdown::{self, Drain, Running, Stop},
    submit::{self, Way},
    throughput::{self, Session, WrongAnswer},
    upkeep,
};
use pool_rayon::Rayon;
use pool_std::Std;
use pool_tokio::Tokio;
use pool_workloads::Batch;

/// Something that batches can be pushed through.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name people know it by: `"crossbeam"`.
    pub name: &'static str,
    /// See [`throughput::start`].
    pub start: fn(Shape) -> Box<dyn Session>,
    /// See [`upkeep::sparse`].
    pub sparse: fn(Shape, u32, Duration) -> Option<Cost>,
    /// See [`latency::open_loop`].
    pub open_loop: fn(Shape, Batch, &[Duration]) -> Result<OpenLoop, WrongAnswer>,
    /// See [`latency::closed_loop`].
    pub closed_loop: fn(Shape, Batch, usize, Duration) -> Result<ClosedLoop, WrongAnswer>,
    /// See [`latency::bursts`].
    pub bursts: fn(Shape, Vec<Batch>, Duration) -> Result<Bursts, WrongAnswer>,
}

impl Entry {
    /// An entry for the contender `C`.
    pub const fn of<C: Contender>(name: &'static str) -> Self {
        Self {
            name,
            start: throughput::start::<C>,
            sparse: upkeep::sparse::<C>,
            open_loop: latency::open_loop::<C>,
            closed_loop: latency::closed_loop::<C>,
            bursts: latency::bursts::<C>,
        }
    }
}

/// A backend: what batches can be pushed through, and what only a pool under the contract can
/// do.
#[derive(Clone, Copy)]
pub struct BackendEntry {
    /// Its pool.
    pub pool: Entry,
    /// The package it is in, so that what that depends on can be looked up.
    pub package: &'static str,
    /// What it can beyond the contract.
    pub capabilities: &'static [Capability],
    /// The list of the cases that it does not keep, of a native pool.
    pub exceptions: Option<&'static str>,
    /// What has to pass [`SMOKE`](static@pool_conformance::SMOKE) before it is measured, but for its
    /// exceptions.
    pub subject: Subject,
    /// See [`shutdown::idle`].
    pub idle_shutdown: fn(Shape) -> Duration,
    /// See [`shutdown::drain`].
    pub drain: fn(Shape, &dyn Fn() -> Batch) -> Drain,
    /// See [`shutdown::stop`].
    pub stop: fn(Shape, usize, Running) -> Stop,
    /// See [`shutdown::last_completion_to_joined`].
    pub last_completion_to_joined: fn(Shape) -> Duration,
    /// See [`submit::submit`].
    pub submit: fn(Way, usize, usize) -> Duration,
    /// See [`upkeep::idle`].
    pub idle: fn(Shape, Duration) -> Option<Duration>,
    /// See [`upkeep::memory`].
    pub memory: fn(usize, usize) -> Option<u64>,
}

impl BackendEntry {
    /// An entry for the backend `B`, in the package of that name: all that it takes to have it
    /// measured.
    pub const fn of<B: Backend + 'static>(package: &'static str) -> Self {
        Self {
            pool: Entry::of::<Pooled<B>>(B::NAME),
            package,
            capabilities: &[],
            exceptions: None,
            subject: Subject::of::<B>(),
            idle_shutdown: shutdown::idle::<B>,
            drain: |shape, batch| shutdown::drain::<B>(shape, batch),
            stop: shutdown::stop::<B>,
            last_completion_to_joined: shutdown::last_completion_to_joined::<B>,
            submit: submit::submit::<B>,
            idle: upkeep::idle::<B>,
            memory: upkeep::memory::<B>,
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
        self.pool.name = name;
        self
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.pool.name
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

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for BackendEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackendEntry").field("name", &self.name()).finish_non_exhaustive()
    }
}
