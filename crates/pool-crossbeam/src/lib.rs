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
//! Two threads submit while a third reads. The pool is shared by reference:
//!
//! ```
//! use std::{convert::Infallible, thread};
//! use pool::{Backend, Config, Context, Pool};
//! use pool_crossbeam::Crossbeam;
//!
//! let square = |n: u64, _: &Context| Ok::<_, Infallible>(n * n);
//! let (pool, results) = Crossbeam::spawn(Config::new(2).queue(16).results(16), square)?;
//! let sum = thread::scope(|scope| {
//!     let reader = scope.spawn(|| results.map(|it| it.result.unwrap()).sum::<u64>());
//!     thread::scope(|scope| {
//!         for numbers in [1..=50, 51..=100] {
//!             scope.spawn(|| numbers.for_each(|n| _ = pool.submit(n).unwrap()));
//!         }
//!     });
//!     pool.close(); // the results end with the last job
//!     reader.join().unwrap()
//! });
//! assert_eq!(sum, 338_350);
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
