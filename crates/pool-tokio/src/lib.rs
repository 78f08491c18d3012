//! A worker pool over Tokio: its channels can be awaited, and so can handlers.
//!
//! # Two forms
//!
//! | | [`Native`] | [`Tokio`] |
//! |---|---|---|
//! | is | a whole pool of tasks on a runtime: `native/mod.rs`, read from top to bottom | Tokio's channels under the layer of [`pool_managed`]: what is its own is in `managed.rs` |
//! | keeps | every law, but for the cases that `native-exceptions.txt` lists | every law |
//! | a job cancelled in the queue | completes when a worker comes to it | completes at once |
//! | a submitter that waits for room | is served in its turn | is served in its turn |
//! | a worker is | a blocking task of a runtime, inside which handlers run | a thread outside of every runtime |
//! | on a runtime that you have | [`Native::spawn_on`] | [`TokioAsync::spawn_on`] |
//! | async handlers | [`Native::spawn_async`] | [`TokioAsync`] |
//! | can be awaited | both halves | both halves |
//! | choose it | to learn from, to copy, or where handlers need the runtime | to depend on |
//!
//! # What the library makes easy
//!
//! - Both ends of a channel can be awaited; a dropped `recv` loses nothing.
//! - Its mutex and its semaphore are fair: first come, first served.
//! - A hundred jobs that wait need one thread: [`TokioAsync`].
//!
//! # What had to be written by hand
//!
//! - `mpsc` has a single consumer, and wakes only the task that polled it last. So a worker waits
//!   there while it has the turn, an async `Mutex`. In `Tokio` the consumer itself is behind a
//!   plain one, locked for one look at a time: a stop must not wait for an idle worker, which in
//!   the async lane may need the thread that it waits on.
//! - `blocking_send` and `blocking_recv` panic on a thread that runs async code, where a pool may
//!   be used as anywhere. Both forms wait by [`block_on`](::pool::implement::block_on), which parks
//!   the thread.
//! - A task may receive some 128 times, then Tokio's channels say that they are empty until it has
//!   yielded, which a task that blocks does not. So blocking calls are `unconstrained`.
//! - Dropping a `Runtime` panics in async code, so none is ever dropped there.
//! - A multi-thread runtime's threads can be neither joined one by one nor refused one by one. It
//!   goes on with fewer when the system refuses any but the first for the time being, and panics
//!   when it refuses the first. So `Tokio` has threads of its own, and `Native` says what it cannot
//!   keep.
//! - Bounded and unbounded channels are two types at both ends, hence two enums in `managed.rs`.
//!
//! # When to choose it
//!
//! When the application is on Tokio already, and its tasks submit and receive; or when jobs mostly
//! wait, in the async lane. See
//! [all five, side by side](../pool_guide/index.html#the-five-backends).
//!
//! # Drawbacks
//!
//! - A handler of [`Tokio`] is not inside a runtime: for `tokio::spawn` it needs a `Handle`. One of
//!   [`Native`] is inside one.
//! - A stop receives the queued jobs one by one, and each gives its place back to the channel's
//!   semaphore: a longer stop than over the other libraries.
//! - In the async lane a job that computes for long holds up its thread, and with it the task in
//!   that thread's LIFO slot, which no other can steal (tokio issue 4941).
//! - Its results are an iterator and a `Stream`: `next` needs `std::pin::pin!`, or
//!   [`recv_async`](::pool::AsyncResults::recv_async).
//!
//! # Example
//!
//! From a task of the application's runtime, with its timers:
//!
//! ```
//! use std::{convert::Infallible, time::Duration};
//! use pool::{AsyncPool, AsyncResults, Backend, Config, Context};
//! use pool_tokio::Tokio;
//! use tokio::{runtime, time::timeout};
//!
//! let double = |n: u32, _: &Context| Ok::<_, Infallible>(2 * n);
//! let (pool, mut results) = Tokio::spawn(Config::new(3), double)?;
//! let runtime = runtime::Builder::new_current_thread().enable_time().build()?;
//! runtime.block_on(async {
//!     let id = pool.submit_async(21).await?;
//!     let completion = timeout(Duration::from_secs(10), results.recv_async()).await??;
//!     assert_eq!((completion.job, completion.result?), (id, 42));
//!     # Ok::<(), Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
