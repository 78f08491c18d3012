//! The floors: for each backend the bare loop that its library gives, without the contract.
//!
//! Each does what the library's own documentation would have a user write: workers that
//! receive, work and send. No ids, no errors, no panic isolation, no cancellation, no stop.

mod crossbeam;
mod flume;
mod rayon;
mod sending;
mod std;
mod tokio;

pub use self::{
    crossbeam::Crossbeam,
    flume::Flume,
    rayon::{Rayon, RayonThreads},
    sending::{SendJob, Sending},
    std::Std,
    tokio::{Tokio, TokioOutlet, TokioResults},
};
