//! A worker pool over flume: channels whose ends can block and be awaited, without a runtime.
//!
//! # Two forms
//!
//! | | [`Native`] | [`Flume`] |
//! |---|---|---|
//! | is | a whole pool out of channels: `native.rs`, read from top to bottom | flume under the layer of [`pool_managed`]: what is its own is in `managed.rs` |
//! | keeps | every law, but for the cases that `native-exceptions.txt` lists | every law |
//! | a job cancelled in the queue | completes when a worker comes to it | completes at once |
//! | a submitter that waits for room | is served in its turn if it blocks; if it awaits, it may be overtaken | is served in its turn |
//! | can be awaited | both halves | both halves |
//! | choose it | to learn from, or to copy into your program | to depend on |
//!
//! # What the library makes easy
//!
//! - Any number of receivers: each worker has one.
//! - Bounded and unbounded channels are one type, and each end both blocks and awaits. Workers
//!   block; the reader does what suits it, on any executor.
//!
//! # What had to be written by hand
//!
//! - Messages outlive the last receiver, until the last sender has gone too (flume issue 89). So
//!   both forms empty the results when their reader drops them.
//! - flume calls the waker of a task under its channel's lock, and a waker may be anything: one that
//!   polls would wait for itself. So `Flume` keeps the waker of its reader's task, and calls it when
//!   the channel has been left. `Native` awaits the channel itself, and so do workers that are tasks
//!   ([`lane`](pool_managed::lane())), whose wakers are their executor's: it must not run a task inside
//!   `wake`.
//! - There is no `Selector`, which can lose messages (flume issue 135). The end comes as a message
//!   to `Flume`'s workers, and as a disconnection to `Native`'s.
//!
//! # When to choose it
//!
//! When threads do the work, and async code submits and receives, on whatever executor. See
//! [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! # Drawbacks
//!
//! - A `VecDeque` under a lock, which all ends share; [`pool-crossbeam`] passes its messages
//!   without one.
//! - Its authors call it casually maintained. [`pool-tokio`] can be awaited, too, by any executor,
//!   and has a runtime inside.
//! - flume has no part in a runtime's scheduling: a task that submits or receives in a loop, and
//!   always finds room or a result, never yields. On a current-thread runtime no timer and no
//!   other task runs meanwhile; call `tokio::task::yield_now().await` now and then.
//! - Its results are an iterator and a `Stream`: `next` needs `std::pin::pin!`, or
//!   [`recv_async`](::pool::AsyncResults::recv_async).
//!
//! # Example
//!
//! Threads do the work; a task submits and receives, on any executor:
//!
//! ```
//! use futures::{StreamExt, executor::block_on};
//! use pool::{AsyncPool, Backend, Config, Context, Pool};
//! use pool_flume::Flume;
//!
//! let handler = |line: &'static str, _: &Context| line.parse::<u32>();
//! let (pool, results) = Flume::spawn(Config::new(3), handler)?;
//! block_on(async {
//!     for line in ["1", "2", "three", "4"] {
//!         pool.submit_async(line).await?;
//!     }
//!     pool.close();
//!     let good = StreamExt::filter_map(results, async |completion| completion.result.ok());
//!     assert_eq!(good.fold(0, async |sum, number| sum + number).await, 7);
//!     # Ok::<(), Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`pool-crossbeam`]: ../pool_crossbeam/index.html
//! [`pool-tokio`]: ../pool_tokio/index.html

mod managed;
mod native;

use pool_managed::{Managed, ManagedPool, ManagedResults};

pub use self::{
    managed::Channels,
    native::{Native, NativePool, NativeResults},
};

/// The backend over flume that keeps every law, by the layer of `pool-managed`.
pub type Flume = Managed<Channels>;

/// The sending half of a pool over flume.
pub type FlumePool<J> = ManagedPool<J, Channels>;

/// The receiving half of a pool over flume.
pub type FlumeResults<T, E> = ManagedResults<T, E, Channels>;
