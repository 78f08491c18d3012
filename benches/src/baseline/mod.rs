//! The baselines: what a user might pick instead of a pool of ours, used as its documentation
//! has it used. Nothing without the feature `baselines`.
//!
//! None of them gives jobs ids, makes errors and panics data beside the results, hands back
//! what a stop left over, or names at shutdown who is still busy. What each lacks besides stands
//! with its type; what was read to know it, at the head of its file.
//!
//! `rayon::spawn` is one too, and is [`loops::Rayon`] already. It has no bound, its drop does not
//! join, and a panic aborts the process.

#[cfg(feature = "baselines")]
mod executors;
#[cfg(feature = "baselines")]
mod rusty_pool;
mod serial;
mod spawn_blocking;
mod thread_per_job;
#[cfg(feature = "baselines")]
mod threadpool;

use pool_measure::contender::Contender;

#[cfg(feature = "baselines")]
pub use self::{executors::Executors, rusty_pool::RustyPool, threadpool::Threadpool};
pub use self::{serial::Serial, spawn_blocking::SpawnBlocking, thread_per_job::ThreadPerJob};
use crate::{Entry, loops};

/// A contender that is not ours, under its name.
pub trait Baseline: Contender {
    /// What a table calls it.
    const NAME: &'static str;
}

impl Baseline for loops::Rayon {
    const NAME: &'static str = "rayon::spawn";
}

/// All of them, those of other packages only with the feature `baselines`.
pub fn baselines() -> Vec<Entry> {
    const fn of<B: Baseline>() -> Entry {
        Entry::of::<B>(B::NAME)
    }
    vec![
        of::<Serial>(),
        of::<ThreadPerJob>(),
        of::<loops::Rayon>(),
        of::<SpawnBlocking>(),
        #[cfg(feature = "baselines")]
        of::<Threadpool>(),
        #[cfg(feature = "baselines")]
        of::<RustyPool>(),
        #[cfg(feature = "baselines")]
        of::<Executors>(),
    ]
}
