//! A worker pool over `std::sync::mpsc`: no dependency, one mutex to share its one receiver.
//!
//! # How a job travels
//!
//! ```text
//! StdPool::submit ── Admission ── Intake's gate ── queue::Sender::try_send
//!                                                      ║ sync_channel
//!            Worker::run ── Worker::next ── queue::Receiver::recv, under its mutex
//!                 ║ handler, panics contained
//!       results::Sender::send ══ channel or sync_channel ══ StdResults::recv
//! ```
//!
//! [`Admission`] is where a full queue makes a submitter wait, in line and with a timeout if it
//! wants one; so `try_send` need not wait. [`Worker`] claims the job, frees its place and calls
//! the handler. To close, [`Intake`] drops the one `SyncSender`: `recv` drains what is queued,
//! then says that the channel is disconnected, and each worker's thread returns. With the last
//! one goes the last sender of the results, which end too. [`Core`] joins the threads.
//!
//! # What the library makes easy
//!
//! - Disconnection ends both channels, with no flag and no last message.
//! - A `sync_channel` bounds; a `channel` does not; both have the same `Receiver`.
//! - Threads with a name and a stack size, whose refusal is an `io::Error` and which can be
//!   joined: `std::thread::Builder`.
//!
//! # What had to be written by hand
//!
//! - `mpsc::Receiver` is not `Sync`, so the workers share it behind a `Mutex`. One waits at the
//!   channel, the others at the lock. It is let go before the handler runs, in a function of
//!   its own.
//! - A worker that looks for a job without waiting uses `try_lock`: if another holds the lock,
//!   it waits there, so there is nothing to be had. A stop must not miss a job, so it waits for
//!   the lock: `Receiver::drain_one`.
//! - Bounded and unbounded senders are two types, hence the enum in `results.rs`.
//! - `SyncSender::send_timeout` is not stable. [`Admission`] waits instead.
//!
//! # When to choose it
//!
//! When no dependency is wanted, and jobs take microseconds or more. It is also the one to read
//! first: the others differ from it only in what their libraries make different. See
//! [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! # Drawbacks
//!
//! - Idle workers queue for a lock, so one job can wake two threads: the one at the channel,
//!   and the next at the lock. Those of [`pool-crossbeam`] wait side by side.
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
//! [`Admission`]: ::pool::machinery::Admission
//! [`Worker`]: ::pool::machinery::Worker
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
