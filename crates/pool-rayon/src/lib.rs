//! A worker pool over rayon: jobs that may themselves be split over the pool's threads.
//!
//! # Two forms
//!
//! | | [`Native`] | [`Rayon`] |
//! |---|---|---|
//! | is | a whole pool of rayon's threads and a semaphore of std: `native/mod.rs`, read from top to bottom | rayon under the layer of [`pool_managed`]: what is its own is in `managed.rs` |
//! | keeps | every law, but for the cases that `native-exceptions.txt` lists | every law |
//! | a job cancelled in the queue | completes when a worker comes to it | completes at once |
//! | a submitter that waits for room | may be overtaken by one that comes | is served in its turn |
//! | threads | its own, or a `ThreadPool` that you have: [`Native::spawn_on`] | its own |
//! | choose it | to learn from, to copy, or to share your `ThreadPool` | to depend on |
//!
//! # What the library makes easy
//!
//! - Waiting for work, and waking for it: a worker has no loop here.
//! - A handler may use `rayon::join` or parallel iterators: they run on this pool's threads.
//! - `spawn_handler` leaves the starting of threads to us, so they are named, refused and joined as
//!   in any other backend.
//!
//! # What had to be written by hand
//!
//! - What `spawn` was given cannot be taken back, and dropping a `ThreadPool` runs all of it (rayon
//!   issue 544). So jobs wait in a deque of our own, and rayon carries tickets: "run one job". A
//!   stop empties the deque; the tickets then find nothing.
//! - rayon bounds nothing (rayon issue 1020). In `Native` a mutex and a condition variable do, in
//!   `Rayon` the layer.
//! - A panic in what `spawn` was given aborts the process, unless there is a panic handler. A
//!   handler's panic is contained before it comes that far.
//! - Dropping a `ThreadPool` does not wait (rayon issue 688). We keep the join handles.
//! - A handler that waits inside rayon lends its thread to other work, a ticket perhaps. A worker
//!   that has a job in hand puts the ticket back. One that has stolen half of a job has none, see
//!   [below](#drawbacks).
//! - There is no channel: completions travel by `std::sync::mpsc`.
//!
//! # When to choose it
//!
//! When jobs are few and big and can be split, or their code uses rayon already. See
//! [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! # Drawbacks
//!
//! - Each job costs a ticket: an allocation, and a second queue. Where jobs do not fork,
//!   [`pool-crossbeam`] and [`pool-std`] have neither.
//! - A worker that waits inside its handler picks up tickets only to put them back.
//! - A worker that has stolen half of a job, and waits in a `rayon::join` of that half, runs other
//!   jobs meanwhile, on top of it (rayon issue 1174): rayon does not say whose half it is. The half
//!   goes on when they have ended. If it holds a lock that one of them wants, it never does: hold
//!   no lock across a `rayon::join` or a parallel iterator.
//! - Nothing can be awaited; over [`pool-flume`] and [`pool-tokio`], both halves can.
//!
//! # Example
//!
//! A job whose work is split over the pool's threads:
//!
//! ```
//! use std::{convert::Infallible, time::Duration};
//! use pool::{Backend, Config, Context, Pool, PoolExt, Results};
//! use pool_rayon::Rayon;
//! use rayon::prelude::*;
//!
//! // Runs on this pool's threads, not on rayon's global ones.
//! let sum = |numbers: Vec<u64>, _: &Context| Ok::<_, Infallible>(numbers.par_iter().sum::<u64>());
//! let (pool, mut results) = Rayon::spawn(Config::new(2), sum)?;
//! let id = pool.submit((1..=100_000).collect())?;
//! let completion = results.recv()?;
//! assert_eq!((completion.job, completion.result?), (id, 5_000_050_000));
//! pool.shutdown(Duration::from_secs(10))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`pool-crossbeam`]: ../pool_crossbeam/index.html
//! [`pool-flume`]: ../pool_flume/index.html
//! [`pool-std`]: ../pool_std/index.html
//! [`pool-tokio`]: ../pool_tokio/index.html

mod managed;
mod native;

use pool_managed::{Managed, ManagedPool, ManagedResults};

pub use self::{
    managed::Threads,
    native::{Native, NativePool, NativeResults},
};

/// The backend over rayon that keeps every law, by the layer of `pool-managed`.
pub type Rayon = Managed<Threads>;

/// The sending half of a pool over rayon.
pub type RayonPool<J> = ManagedPool<J, Threads>;

/// The receiving half of a pool over rayon.
pub type RayonResults<T, E> = ManagedResults<T, E, Threads>;
