//! The baselines: what a user might pick instead of a pool of ours, used as its documentation
//! has it used.
//!
//! None of them gives jobs ids, makes errors and panics data beside the results, hands back
//! what a stop left over, or names at shutdown who is still busy. What each lacks besides is
//! in its [`LACKS`](Baseline::LACKS); what was read to know it, at the head of its file.
//!
//! `rayon::spawn` is one too, and is [`floor::Rayon`] already.

mod executors;
mod qubit_thread_pool;
mod rusty_pool;
mod serial;
mod spawn_blocking;
mod thread_per_job;
mod threadpool;

pub use self::{
    executors::Executors, qubit_thread_pool::QubitThreadPool, rusty_pool::RustyPool,
    serial::Serial, spawn_blocking::SpawnBlocking, thread_per_job::ThreadPerJob,
    threadpool::Threadpool,
};
use super::{Contender, floor};

/// A contender that is not ours, under its name.
pub trait Baseline: Contender {
    /// What a table calls it.
    const NAME: &'static str;

    /// What it lacks of the contract, beside what all of them lack; in a few words.
    const LACKS: &'static str;
}

impl Baseline for floor::Rayon {
    const NAME: &'static str = "rayon::spawn";
    const LACKS: &'static str = "no bound, drop does not join, a panic aborts the process";
}
