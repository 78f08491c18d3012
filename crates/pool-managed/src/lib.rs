//! All the laws of the pool contract, over any library that carries messages.
//!
//! (doc to come)

mod admission;
mod asynchronous;
mod core;
mod crew;
mod delivery;
mod intake;
mod lane;
mod library;
mod managed;
pub mod mpsc;
mod padded;
mod pool;
mod queued;
mod results;
mod spin;
mod threads;
mod waker;
mod worker;

pub use self::{
    crew::Crew,
    lane::{Lane, lane},
    library::{AsyncLibrary, Inlet, Library, Outlet, Queue, Undelivered, Work},
    managed::Managed,
    pool::ManagedPool,
    queued::Queued,
    results::ManagedResults,
    spin::yielding,
};
