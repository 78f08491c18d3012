//! The variants: other ways to build the loop over a library than the [simplest](crate::loops).
//!
//! Like that they are without the contract. Each file says what it is, what it is compared with, and
//! what was found on two virtual cores.

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

use crate::Entry;

/// A variant, and the library whose simplest loop it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The variant.
    pub entry: Entry,
    /// The backend whose library it is built on: `"std"`.
    pub of: &'static str,
}

/// All of them.
pub const VARIANTS: [Variant; 10] = [
    Variant { entry: Entry::of::<StdCondvar>("condition variables"), of: "std" },
    Variant { entry: Entry::of::<StdChannelEach>("a channel each"), of: "std" },
    Variant { entry: Entry::of::<CrossbeamSelect>("select"), of: "crossbeam" },
    Variant { entry: Entry::of::<CrossbeamFlag>("a flag"), of: "crossbeam" },
    Variant { entry: Entry::of::<CrossbeamDeque>("deques"), of: "crossbeam" },
    Variant { entry: Entry::of::<RayonFifo>("spawn_fifo"), of: "rayon" },
    Variant { entry: Entry::of::<RayonParBridge>("par_bridge"), of: "rayon" },
    Variant { entry: Entry::of::<TokioTasks>("worker tasks"), of: "tokio" },
    Variant { entry: Entry::of::<TokioPermits>("a task per job"), of: "tokio" },
    Variant { entry: Entry::of::<TokioBlocking>("spawn_blocking"), of: "tokio" },
];
