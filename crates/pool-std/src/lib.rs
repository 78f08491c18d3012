//! A worker pool over `std::sync::mpsc`: no dependency, one mutex to share its one receiver.
//!
//! # Two forms
//!
//! | | [`Native`] | [`Std`] |
//! |---|---|---|
//! | is | a whole pool in the words of the standard library: `native.rs`, read from top to bottom | std under the layer of [`pool_managed`]: what is its own is in `managed.rs` |
//! | keeps | every law, but for the cases that `native-exceptions.txt` lists | every law |
//! | a job cancelled in the queue | completes when a worker comes to it | completes at once |
//! | a submitter that waits for room | may be overtaken by one that comes | is served in its turn |
//! | choose it | to learn from, or to copy into your program | to depend on |
//!
//! # What the library makes easy
//!
//! - Threads with a name and a stack size, whose refusal is an `io::Error` and which can be joined:
//!   `std::thread::Builder`.
//! - A `sync_channel` bounds and a `channel` does not; both have the same `Receiver`.
//! - Dropping the last sender ends the results, with no flag and no last message.
//!
//! # What had to be written by hand
//!
//! - `mpsc::Receiver` is not `Sync`, so the workers share it behind a mutex. One waits at the
//!   channel, the others at the lock. It is let go before the handler runs, in a function of its
//!   own.
//! - A look at the queue takes `try_lock`: if another holds the lock, it is a worker that waits, so
//!   there is nothing to be had, or one that is about to take a job.
//! - Bounded and unbounded senders are two types: [`pool_managed::mpsc`] has an enum of both.
//! - `SyncSender::send_timeout` is not stable. In `Native` a condition variable waits instead, in
//!   `Std` the layer.
//!
//! # When to choose it
//!
//! When no dependency is wanted, and jobs take microseconds or more. It is also the one to read
//! first. See [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! # Drawbacks
//!
//! - Idle workers queue for a lock, so one job can wake two threads: the one at the channel, and
//!   the next at the lock. Those of [`pool-crossbeam`] wait side by side.
//! - Nothing can be awaited; over [`pool-flume`] and [`pool-tokio`], both halves can.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use pool::{Backend, Config, Context, Pool, PoolExt};
//! use pool_std::Std;
//!
//! let handler = |line: &'static str, _: &Context| line.parse::<u32>();
//! let (pool, results) = Std::spawn(Config::new(3), handler)?;
//! for line in ["1", "2", "three", "4"] {
//!     pool.submit(line)?;
//! }
//! pool.close();
//!
//! let (good, bad): (Vec<_>, Vec<_>) =
//!     results.map(|completion| completion.result).partition(Result::is_ok);
//! assert_eq!(good.into_iter().flatten().sum::<u32>(), 7);
//! assert_eq!(
//!     bad[0].as_ref().unwrap_err().to_string(),
//!     "job 2 failed: invalid digit found in string"
//! );
//! let report = pool.shutdown(Duration::from_secs(10))?; // every thread has exited
//! assert_eq!((report.stats.succeeded, report.stats.failed), (3, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`pool-crossbeam`]: ../pool_crossbeam/index.html
//! [`pool-flume`]: ../pool_flume/index.html
//! [`pool-tokio`]: ../pool_tokio/index.html

mod managed;
mod native;

use pool_managed::{Managed, ManagedPool, ManagedResults};

pub use self::{
    managed::Mpsc,
    native::{Native, NativePool, NativeResults},
};

/// The backend over `std::sync::mpsc` that keeps every law, by the layer of `pool-managed`.
pub type Std = Managed<Mpsc>;

/// The sending half of a pool over `std::sync::mpsc`.
pub type StdPool<J> = ManagedPool<J, Mpsc>;

/// The receiving half of a pool over `std::sync::mpsc`.
pub type StdResults<T, E> = ManagedResults<T, E, Mpsc>;
