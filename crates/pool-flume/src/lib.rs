//! A worker pool over flume: channels whose ends can block and be awaited, without a runtime.
//!
//! # How a job travels
//!
//! ```text
//! FlumePool::submit ── Admission ── Intake's gate ── queue::Sender::try_send
//!   or submit_async                                      ║ flume::bounded
//!              Worker::run ── Worker::next ── queue::Receiver::recv
//!                   ║ handler, panics contained
//!         results::Sender::send ══ channel, bounded or not ══ FlumeResults::recv or poll_next
//! ```
//!
//! [`Admission`] is where a full queue makes a submitter wait, in line and with a timeout if it
//! wants one; so `try_send` need not wait. [`Worker`] claims the job, frees its place and calls
//! the handler. To close, [`Intake`] drops the one `flume::Sender`: `recv` drains what is
//! queued, then says that the channel is disconnected, and each worker's thread returns. With
//! the last one goes the last sender of the results, which end too. [`Core`] joins the threads.
//!
//! # What the library makes easy
//!
//! - Any number of receivers: the workers share one as it is.
//! - Bounded and unbounded channels are one type, and each end both blocks and awaits. Workers
//!   block; who receives does what suits it. Any executor will do.
//!
//! # What had to be written by hand
//!
//! - Messages outlive the last receiver, until the last sender has gone too (flume issue 89).
//!   So `FlumeResults` drains the channel when it is dropped, and then whoever delivers does.
//! - A `RecvStream` that is polled again looks for a message, and then puts itself back in
//!   line, under two locks: a message sent in between wakes nobody. The first poll does both
//!   under one lock, so `FlumeResults::poll_recv` makes a new stream every time.
//! - A sender may pick a stream that waits and wake its task, while somebody else receives at
//!   the same channel by blocking. So that gives up the waiting stream first:
//!   `FlumeResults::receiver`.
//! - No `Selector`, which can lose messages (flume issue 135): closing disconnects.
//! - Submitting by `.await` is not `send_async`: places are given by [`Admission`], to threads
//!   and tasks in one line.
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
//! - Its results are an iterator and a `Stream`: `next` needs `std::pin::pin!`, or
//!   [`recv_async`](::pool::AsyncResults::recv_async).
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use pool::{Backend, Config, Context, Pool, PoolExt};
//! use pool_flume::Flume;
//!
//! let handler = |line: &'static str, _: &Context| line.parse::<u32>();
//! let (pool, results) = Flume::spawn(Config::new(3), handler)?;
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
//! The same by `.await`, on any executor:
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
//! [`Admission`]: ::pool::machinery::Admission
//! [`Worker`]: ::pool::machinery::Worker
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
