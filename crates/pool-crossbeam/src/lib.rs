//! A worker pool over crossbeam: channels whose two ends can both be shared.
//!
//! # How a job travels
//!
//! ```text
//! CrossbeamPool::submit ── Admission ── Intake's gate ── queue::Sender::try_send
//!                                                            ║ channel::bounded
//!                  Worker::run ── Worker::next ── queue::Receiver::recv
//!                       ║ handler, panics contained
//!             results::Sender::send ══ channel, bounded or not ══ CrossbeamResults::recv
//! ```
//!
//! [`Admission`] is where a full queue makes a submitter wait, in line and with a timeout if it
//! wants one; so `try_send` need not wait. [`Worker`] claims the job, frees its place and calls
//! the handler. To close, [`Intake`] drops the one `channel::Sender`: `recv` drains what is
//! queued, then says that the channel is disconnected, and each worker's thread returns. With
//! the last one goes the last sender of the results, which end too. [`Core`] joins the threads.
//!
//! # What the library makes easy
//!
//! - Any number of receivers: the workers share one as it is, and wait at it side by side.
//! - Bounded and unbounded channels are one type, so `results.rs` has no enum.
//! - `recv` spins and yields before it parks. The other four do that by
//!   [`yielding`](::pool::machinery::yielding).
//!
//! # What had to be written by hand
//!
//! - Messages in a bounded channel outlive the last receiver, until the last sender has gone too
//!   (crossbeam issue 1102); those in an unbounded one do not. So `CrossbeamResults` drains it when
//!   it is dropped, and then whoever delivers does.
//! - There is no `select!` between jobs and a quit channel, as the classic Go worker pool has:
//!   closing disconnects, and stopping takes the jobs out.
//!
//! # When to choose it
//!
//! When a dependency is welcome and threads do all the work: the fewest lines, the fewest
//! surprises. See [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! # Drawbacks
//!
//! - A bounded channel allocates its whole capacity at once, as in [`pool-std`]; those of
//!   [`pool-flume`] and [`pool-tokio`] grow.
//! - The contract costs a job what it costs elsewhere, some locked instructions and a fence; but
//!   beside so lean a channel that shows: an empty job takes up to twice the time of the bare
//!   loop. From about 10 µs on it is lost in the noise.
//! - Where short jobs keep all cores busy, a reader in `recv` may cost half of their speed, as it
//!   may in the bare loop: the channel spins and yields before it sleeps, at the workers' cost.
//!   A reader in `recv_batch` costs little.
//! - Nothing can be awaited; over [`pool-flume`] and [`pool-tokio`], both halves can.
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use pool::{Backend, Config, Context, Pool, PoolExt};
//! use pool_crossbeam::Crossbeam;
//!
//! let handler = |line: &'static str, _: &Context| line.parse::<u32>();
//! let (pool, results) = Crossbeam::spawn(Config::new(3), handler)?;
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
//! [`pool-std`]: ../pool_std/index.html
//! [`pool-flume`]: ../pool_flume/index.html
//! [`pool-tokio`]: ../pool_tokio/index.html

mod managed;
mod native;

use pool_managed::{Managed, ManagedPool, ManagedResults};

pub use self::{
    managed::Channels,
    native::{Native, NativePool, NativeResults},
};

/// The backend over crossbeam that keeps every law, by the layer of `pool-managed`.
pub type Crossbeam = Managed<Channels>;

/// The sending half of a pool over crossbeam.
pub type CrossbeamPool<J> = ManagedPool<J, Channels>;

/// The receiving half of a pool over crossbeam.
pub type CrossbeamResults<T, E> = ManagedResults<T, E, Channels>;
