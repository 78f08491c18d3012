//! Jobs worth measuring, with known answers.
//!
//! A [`Job`] is a value small enough to travel through any queue; running it gives a number.
//! The numbers of a whole batch add up to its answer, which is known beforehand, so that a
//! measurement can be checked after its clock has stopped.
//!
//! ```
//! use pool_workloads::{Job, Speed, Workload};
//!
//! let workload = Workload::by_name("cpu-10us", Speed::measure())?;
//! let batch = workload.batch(100, 42);
//!
//! // A pool would run them on many threads, in any order.
//! let sum = batch.jobs.into_iter().map(Job::run).fold(0, u64::wrapping_add);
//! assert_eq!(sum, batch.answer);
//! # Ok::<(), pool_workloads::UnknownWorkload>(())
//! ```
//!
//! # The workloads
//!
//! | name | a job | shows |
//! |---|---|---|
//! | `empty` | gives its key | what the pool itself costs |
//! | `cpu-1us` .. `cpu-1ms`, or any `cpu-LENGTH` | mixes for so long | from which length on a pool pays |
//! | `skewed` | mixes, half of them for less than 9 us, a few up to 5 ms | how well workers share uneven work |
//! | `payload-64k` | sums 64 KiB that came with it | what moving data between cores costs |
//! | `blocking-1ms` | sleeps for 1 ms | jobs that wait: more workers than cores, or async handlers |
//! | `checksum` | the SHA-256 of a file of a directory | real work, of real sizes |
//! | `trace` | mixes for as long as a recorded job took | your own traffic, again |
//! | that of a [`Profile`] | mixes, for lengths of a distribution | your own traffic, as you describe it |
//!
//! [`Workload::standard`] is the list of those that need nothing but a machine.
//!
//! When jobs are to come at their own times, whether or not a worker is free, [`Arrivals`] has
//! those times. What is wrong with a trace or a profile is an [`InputError`], with its line and
//! column.
//!
//! # How long is a microsecond of work
//!
//! Mixing is counted in rounds, not in time: the same batch is the same work everywhere and
//! under any load. [`Speed::measure`] finds out how many rounds this machine does in a
//! microsecond; measure once, and use that speed for all that is to be compared.

mod arrivals;
mod batch;
mod checksum;
mod distribution;
mod input_error;
mod job;
mod length;
mod mix;
mod payload;
mod profile;
mod seed;
mod source;
mod speed;
mod trace;
mod workload;

pub use self::{
    arrivals::{Arrivals, RateError},
    batch::Batch,
    checksum::{Checksums, Unreadable},
    distribution::MAX_WORK,
    input_error::InputError,
    job::{Job, Sleep},
    mix::Mix,
    payload::Payload,
    profile::Profile,
    seed::{fresh_seed, generator},
    speed::Speed,
    trace::{Trace, TraceEntry},
    workload::{UnknownWorkload, Workload},
};
