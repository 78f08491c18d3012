//! The one list of what is measured.

use std::{fmt, time::Duration};

use pool::Backend;
use pool_workloads::Batch;

use crate::{
    contender::{Contender, Pooled, Shape, floor},
    cost::Cost,
    delivery,
    shutdown::{self, Drain, Running, Stop},
    submit::{self, Way},
    throughput::{self, Session, WrongAnswer},
    upkeep,
};

/// Something that batches can be pushed through.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name people know it by: `"crossbeam"`.
    pub name: &'static str,
    /// What it does not do, of what the contract asks, in a few words; nothing for a backend.
    pub lacks: &'static str,
    start: fn(Shape) -> Box<dyn Session>,
    sparse: fn(Shape, u32, Duration) -> Option<Cost>,
    delays: fn(Shape, Batch) -> Result<Vec<Duration>, WrongAnswer>,
    idle_shutdown: fn(usize) -> Duration,
}

impl Entry {
    /// An entry for the contender `C`.
    pub const fn of<C: Contender>(name: &'static str, lacks: &'static str) -> Self {
        Self {
            name,
            lacks,
            start: throughput::start::<C>,
            sparse: upkeep::sparse::<C>,
            delays: delivery::delays::<C>,
            idle_shutdown: shutdown::idle_bare::<C>,
        }
    }

    /// Starts it.
    ///
    /// # Panics
    ///
    /// If the system refuses a thread.
    pub fn start(&self, shape: Shape) -> Box<dyn Session> {
        (self.start)(shape)
    }

    /// See [`upkeep::sparse`].
    pub fn sparse(&self, shape: Shape, jobs: u32, interval: Duration) -> Option<Cost> {
        (self.sparse)(shape, jobs, interval)
    }

    /// See [`delivery::delays`].
    ///
    /// # Errors
    ///
    /// If the results are not those of the jobs.
    pub fn delays(&self, shape: Shape, batch: Batch) -> Result<Vec<Duration>, WrongAnswer> {
        (self.delays)(shape, batch)
    }

    /// See [`shutdown::idle_bare`].
    pub fn idle_shutdown(&self, workers: usize) -> Duration {
        (self.idle_shutdown)(workers)
    }
}

/// A backend: what batches can be pushed through, and what only a pool under the contract can
/// do.
#[derive(Clone, Copy)]
pub struct BackendEntry {
    /// Its pool.
    pub pool: Entry,
    /// The bare loop of its library.
    pub floor: Entry,
    /// See [`shutdown::idle`].
    pub idle_shutdown: fn(usize) -> Duration,
    /// See [`shutdown::drain`].
    pub drain: fn(usize, &dyn Fn() -> Batch) -> Drain,
    /// See [`shutdown::stop`].
    pub stop: fn(usize, usize, Running) -> Stop,
    /// See [`shutdown::last_completion_to_joined`].
    pub last_completion_to_joined: fn(usize) -> Duration,
    /// See [`submit::submit`].
    pub submit: fn(Way, usize, usize) -> Duration,
    /// See [`upkeep::idle`].
    pub idle: fn(usize, Duration) -> Option<Cost>,
    /// See [`upkeep::growth`].
    pub growth: fn(usize, usize, u64) -> Option<u64>,
}

impl BackendEntry {
    /// An entry for the backend `B`: all that it takes to have it measured.
    pub const fn of<B: Backend + 'static>(floor: Entry) -> Self {
        Self {
            pool: Entry::of::<Pooled<B>>(B::NAME, ""),
            floor,
            idle_shutdown: shutdown::idle::<B>,
            drain: |workers, batch| shutdown::drain::<B>(workers, batch),
            stop: shutdown::stop::<B>,
            last_completion_to_joined: shutdown::last_completion_to_joined::<B>,
            submit: submit::submit::<B>,
            idle: upkeep::idle::<B>,
            growth: upkeep::growth::<B>,
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.pool.name
    }
}

const BARE: &str = "no ids, no errors, no panic isolation, no cancellation, no stop";

/// The five backends, each with its floor.
pub const BACKENDS: [BackendEntry; 5] = [
    BackendEntry::of::<pool_std::Std>(Entry::of::<floor::Std>("std", BARE)),
    BackendEntry::of::<pool_crossbeam::Crossbeam>(Entry::of::<floor::Crossbeam>("crossbeam", BARE)),
    BackendEntry::of::<pool_flume::Flume>(Entry::of::<floor::Flume>("flume", BARE)),
    BackendEntry::of::<pool_rayon::Rayon>(Entry::of::<floor::Rayon>("rayon", BARE)),
    BackendEntry::of::<pool_tokio::Tokio>(Entry::of::<floor::Tokio>("tokio", BARE)),
];

/// What a user might pick instead, each labelled with what it does not do; nothing without the
/// feature `baselines`.
pub fn baselines() -> Vec<Entry> {
    #[cfg(feature = "baselines")]
    {
        use crate::contender::baseline::{
            Baseline, Executors, QubitThreadPool, RustyPool, Serial, SpawnBlocking, ThreadPerJob,
            Threadpool,
        };
        const fn of<B: Baseline>() -> Entry {
            Entry::of::<B>(B::NAME, B::LACKS)
        }
        vec![
            of::<Serial>(),
            of::<ThreadPerJob>(),
            of::<Threadpool>(),
            of::<RustyPool>(),
            of::<Executors>(),
            of::<QubitThreadPool>(),
            of::<floor::Rayon>(),
            of::<SpawnBlocking>(),
        ]
    }
    #[cfg(not(feature = "baselines"))]
    Vec::new()
}

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
