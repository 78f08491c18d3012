//! The variants: other ways to build the bare loop over a library, each beside its floor.
//!
//! Like the floors they are without the contract. Each file says what it is, what it is
//! compared with, and what was found.

mod crossbeam_deque;
mod crossbeam_flag;
mod crossbeam_select;
mod permits;
mod rayon_fifo;
mod rayon_par_bridge;
mod std_channel_each;
mod std_condvar;
mod tokio_blocking;
mod tokio_permits;
mod tokio_tasks;

pub use self::{
    crossbeam_deque::CrossbeamDeque, crossbeam_flag::CrossbeamFlag,
    crossbeam_select::CrossbeamSelect, rayon_fifo::RayonFifo, rayon_par_bridge::RayonParBridge,
    std_channel_each::StdChannelEach, std_condvar::StdCondvar, tokio_blocking::TokioBlocking,
    tokio_permits::TokioPermits, tokio_tasks::TokioTasks,
};
