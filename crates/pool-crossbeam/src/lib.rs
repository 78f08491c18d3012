//! A worker pool over crossbeam: channels whose two ends can both be shared.
//!
//! # Two forms
//!
//! | | [`Native`] | [`Crossbeam`] |
//! |---|---|---|
//! | is | a whole pool out of channels and `select!`: `native.rs`, read from top to bottom | crossbeam under the layer of [`pool_managed`]: what is its own is in `managed.rs` |
//! | keeps | every law, but for the cases that `native-exceptions.txt` lists | every law |
//! | a job cancelled in the queue | completes when a worker comes to it | completes at once |
//! | a submitter that waits for room | may be overtaken by one that comes | is served in its turn |
//! | choose it | to learn from, or to copy into your program | to depend on |
//!
//! # What the library makes easy
//!
//! - Any number of receivers: each worker has one, and they wait side by side.
//! - Bounded and unbounded channels are one type.
//! - `recv` spins, then yields, then parks; the other channels park sooner.
//!
//! # What had to be written by hand
//!
//! - Messages in a bounded channel outlive the last receiver, until the last sender has gone too
//!   (crossbeam issue 1102). So both forms empty the results when their reader drops them.
//! - `Crossbeam` has no `select!` between jobs and a quit channel, as the classic Go worker pool
//!   has. Its workers only receive, and the end comes as a message. `Native` has one where it
//!   submits.
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
//! - Where short jobs keep all cores busy, a reader in `recv` spins and yields at the workers'
//!   cost. One in `recv_batch` costs little.
//! - `recv` spins before it yields. Where more threads run than cores, it so keeps a core from the
//!   thread that is to send: a lone job in `Native` takes longer there. In `Crossbeam`,
//!   [`yielding`](::pool::sync::yielding) yields first.
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
//! [`pool-flume`]: ../pool_flume/index.html
//! [`pool-std`]: ../pool_std/index.html
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
