//! The simplest loop over each library: workers that receive, work and send.
//!
//! Each is what the library's own documentation would have a user write. No ids, no errors, no panic
//! isolation, no cancellation, no stop: what a job takes here, the library takes.

mod crossbeam;
mod flume;
mod rayon;
mod sending;
mod std;
mod tokio;

use crate::Entry;

pub use self::{
    crossbeam::Crossbeam,
    flume::Flume,
    rayon::{Rayon, RayonThreads},
    sending::{SendJob, Sending},
    std::Std,
    tokio::{Tokio, TokioOutlet, TokioResults},
};

/// That of each library, under its name.
pub const LOOPS: [Entry; 5] = [
    Entry::of::<Std>("std"),
    Entry::of::<Crossbeam>("crossbeam"),
    Entry::of::<Flume>("flume"),
    Entry::of::<Rayon>("rayon"),
    Entry::of::<Tokio>("tokio"),
];
