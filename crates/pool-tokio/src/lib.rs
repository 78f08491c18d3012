//! A worker pool over Tokio: its channels can be awaited, and so can handlers, in the async lane.
//!
//! # How a job travels
//!
//! ```text
//! TokioPool::submit ── Admission ── Intake's gate ── queue::Sender::try_send
//!   or submit_async                                      ║ mpsc::channel
//!              Worker::run ── Worker::try_next ── queue::Receiver::recv, in turn
//!                   ║ handler, panics contained
//!         results::Sender::send ══ channel or unbounded_channel ══ TokioResults::recv or poll_next
//! ```
//!
//! [`Admission`] is where a full queue makes a submitter wait, in line and with a timeout if it
//! wants one; so `try_send` need not wait. [`Worker`] claims the job, frees its place and calls
//! the handler. To close, [`Intake`] drops the one `mpsc::Sender`: `recv` drains what is
//! queued, then says that the channel is closed, and each worker's thread returns. With the
//! last one goes the last sender of the results, which end too. [`Core`] joins the threads. In
//! the async lane, [`TokioAsync`], workers are tasks on a runtime of the pool's own, and its
//! threads are what is joined.
//!
//! # What the library makes easy
//!
//! - Both ends of a channel can be awaited; a dropped `recv` loses nothing.
//! - The mutex at which workers wait for their turn is fair: first come, first served.
//! - A hundred jobs that wait need one thread: [`TokioAsync`].
//!
//! # What had to be written by hand
//!
//! - `mpsc` has a single consumer, and wakes only whoever polled it last. So a worker waits
//!   there while it has the turn, an async `Mutex`; the consumer itself is behind a plain one,
//!   locked for one look at a time. With one mutex for both, a handler of the async lane that
//!   stops its pool would wait for an idle worker, which may need the thread it waits on.
//! - A worker is a std thread that runs a current-thread runtime, by [`Startup`]. A
//!   multi-thread runtime's own threads can be neither joined one by one nor refused one by
//!   one: it goes on with fewer when the system refuses any but the first for the time being,
//!   and panics when it refuses the first. Only the async lane has such a runtime.
//! - `blocking_send` and `blocking_recv` panic on a thread that runs async code, where this
//!   pool may be used as anywhere. It waits by [`block_on`](::pool::machinery::block_on), which
//!   parks the thread.
//! - A task may receive some 128 times, then Tokio's channels say that they are empty until it
//!   has yielded, which a task that blocks does not. So blocking calls are `unconstrained`.
//! - Dropping a `Runtime` panics in async code, so none is ever dropped there: each goes on the
//!   thread that ran it.
//! - A receiver that is dropped drops what is queued, but only up to a message that is just being
//!   sent. So `TokioResults` closes the channel and drains it.
//! - Bounded and unbounded channels are two types at both ends, hence the enums in
//!   `results.rs`.
//!
//! # When to choose it
//!
//! When the application is on Tokio already, and its tasks submit and receive; or when jobs
//! mostly wait, in the async lane. See
//! [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! # Drawbacks
//!
//! - An idle pool takes longer to end than bare threads do: each worker has a runtime to take
//!   down, and hears of the end only when the one before it has passed the turn on.
//!   The bare loop over Tokio takes almost as long. [`pool-flume`] can be awaited as well, and its
//!   workers are bare threads.
//! - A stop receives the queued jobs one by one, and each gives its place back to the channel's
//!   semaphore: about twice as long a stop for each queued job as over the other libraries.
//! - A handler runs inside a runtime: `Runtime::block_on` and Tokio's `blocking_` methods panic
//!   in it.
//! - In the async lane a job that computes for long holds up its thread, and with it the task
//!   in that thread's LIFO slot, which no other can steal (tokio issue 4941).
//! - Its results are an iterator and a `Stream`: `next` needs `std::pin::pin!`, or
//!   [`recv_async`](::pool::AsyncResults::recv_async).
//!
//! # Example
//!
//! ```
//! use std::time::Duration;
//! use pool::{Backend, Config, Context, Pool, PoolExt};
//! use pool_tokio::Tokio;
//!
//! let handler = |line: &'static str, _: &Context| line.parse::<u32>();
//! let (pool, results) = Tokio::spawn(Config::new(3), handler)?;
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
//! The same by `.await`, in the application's runtime:
//!
//! ```
//! use futures::StreamExt;
//! use pool::{AsyncPool, Backend, Config, Context, Pool};
//! use pool_tokio::Tokio;
//!
//! let handler = |line: &'static str, _: &Context| line.parse::<u32>();
//! let (pool, results) = Tokio::spawn(Config::new(3), handler)?;
//! tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
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
//! [`pool-flume`]: ../pool_flume/index.html

mod async_lane;
mod managed;
mod native;

use pool_managed::{Managed, ManagedPool, ManagedResults};

pub use self::{
    async_lane::TokioAsync,
    managed::Channels,
    native::{Native, NativePool, NativeResults},
};

/// The backend over Tokio that keeps every law, by the layer of `pool-managed`.
pub type Tokio = Managed<Channels>;

/// The sending half of a pool over Tokio.
pub type TokioPool<J> = ManagedPool<J, Channels>;

/// The receiving half of a pool over Tokio.
pub type TokioResults<T, E> = ManagedResults<T, E, Channels>;
