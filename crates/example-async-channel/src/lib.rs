// On paths of files its links lead to files; the definitions here come first, and lead to pages.
//! [`pool_managed`]: pool_managed
//!
#![doc = include_str!("../README.md")]
//!
//! # This backend
//!
//! A worker pool over async-channel: channels whose ends can block and be awaited, without a
//! runtime.
//!
//! ## What the library makes easy
//!
//! - Any number of receivers: each worker has one.
//! - Bounded and unbounded channels are one type, and each end both blocks and awaits.
//! - Threads and tasks that wait are kept apart. A message for a thread never wakes a task in
//!   its place, as it may in flume.
//!
//! ## What had to be written by hand
//!
//! - There is no blocking receive with a timeout. The reader's end awaits on a plain thread, by
//!   [`block_on`](pool::implement::block_on).
//! - A receiver that is a `Stream` must not move, so it is in a box.
//!
//! ## Drawbacks
//!
//! - All who wait at one end are listed under one lock.
//! - Each send looks twice for a receiver that waits: for a thread, and for a task.

mod managed;

use pool_managed::{Managed, ManagedPool, ManagedResults};

pub use self::managed::Channels;

/// The backend over async-channel: all the laws, by the layer of `pool-managed`.
pub type AsyncChannel = Managed<Channels>;

/// The sending half of a pool over async-channel.
pub type AsyncChannelPool<J> = ManagedPool<J, Channels>;

/// The receiving half of a pool over async-channel.
pub type AsyncChannelResults<T, E> = ManagedResults<T, E, Channels>;
