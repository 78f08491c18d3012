//! What every backend needs and no library is peculiar about, for implementors.
//!
//! A backend brings four small things, each over its own library:
//!
//! 1. the sending end of a job queue, a [`JobSender`]; dropping it ends the queue;
//! 2. the receiving end, a [`JobReceiver`], and the way its workers wait there;
//! 3. the way out, an [`Outlet`], and its receiving end, a [`Results`](crate::Results);
//! 4. a worker's loop: [`next`](Worker::next) job, [`run`](Worker::run) it, deliver,
//!    [`finish`](Worker::finish).
//!
//! and gets the contract from here. `pool-conformance` has a whole backend in one file, as a
//! page for those who bring their own: `tests/sixth_backend.rs`.
//!
//! | part | what it decides |
//! |---|---|
//! | [`QueuePool`] | the sending half: admit, close, stop, cancel, join, drop |
//! | [`Intake`] | what the sending half and the workers share: the gate and the queue |
//! | [`Admission`] | who may enter the queue: the bound, the line of waiting submitters |
//! | [`Queued`] | one accepted job, and who gets to claim it: a worker, a stop, a cancellation |
//! | [`Core`] | ids, counters, worker records, hooks, threads, the end |
//! | [`Startup`] | bringing up N workers, or none |
//! | [`Worker`] | running one job: claim, check, call, contain, count |
//! | [`Abandoned`] | results that nobody reads, where the library would keep them |
//! | [`block_on`] | waiting for a future on a thread that belongs to no runtime |
//!
//! # The life of a job
//!
//! ```text
//! submit ── Admission: a place ── gate open? ── id ── JobSender ─┐
//!    │            │ none, no wait      │ no                      │ queue
//!    └── refused ─┴────────────────────┘                         │
//!                                                    JobReceiver ┘
//!            worker claims ── place freed ── late or cancelled? ── handler ── Outlet
//!            stop claims ──── place freed ── handed back
//!            cancel claims ── completion delivered ── place freed
//! ```
//!
//! Exactly one of the three claims a job, because there is one lock (a channel's, or the
//! job's own) to take it from. Nothing can enter the queue once the gate is shut: closing
//! takes the sender out from under a lock that every submission holds while it sends.

mod abandoned;
mod admission;

mod core;

mod intake;
mod job_clock;
mod padded;
mod patience;
mod queue_pool;
mod queued;
mod record;
mod startup;

mod worker;

pub use self::{
    abandoned::Abandoned,
    admission::{Acquire, Admission, AdmissionError},
    core::Core,
    intake::{Intake, JobReceiver, JobSender, Outlet},
    patience::yielding,
    queue_pool::QueuePool,
    queued::{Claimed, Queued},
    startup::{Starting, Startup},
    worker::Worker,
};
pub use crate::implement::{Entered, PoolId, block_on, discard, panic_message};
