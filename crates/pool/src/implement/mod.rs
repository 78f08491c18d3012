//! Small helpers for implementors: what every pool needs, whatever its library.
//!
//! | to | use |
//! |---|---|
//! | call a handler, and get its panic as an error | [`run_handler`] |
//! | begin and end a worker; know who may wait, and what a join reports | [`Lifecycle`] |
//! | queue a job, and run it unless it is cancelled or late | [`QueuedJob`] |
//! | count jobs, give them ids, and name the busy workers | [`Tally`] |
//! | call other code of the user's: a hook, a waker, a `Drop` | [`contain`], [`discard`] |
//! | read the configuration: threads, hooks, token | [`Config`](crate::Config#for-implementors) |
//! | make the context of a job | [`Context::new`](crate::Context::new) |
//! | call the hooks for jobs | [`Context::job_starts`](crate::Context::job_starts), unless by [`QueuedJob`] |
//! | know whether a thread is a worker of this pool | [`PoolId`] |
//! | know when a thread has really done everything | [`drop_at_thread_exit`] |
//! | wait for a future on a thread of no runtime | [`block_on`] |
//! | keep apart what different cores write | [`Padded`] |
//! | keep a completion that was put back | [`PutBack`] |
//! | fail, and not abort, where a channel allocates its whole bound | [`check_memory`] |
//!
//! A pool that builds on these alone, in the idioms of its library, is the `Native` of each
//! backend crate. `pool-managed` is the layer that keeps all the laws over any library.

mod block_on;
mod contain;
mod identity;
mod lifecycle;
mod memory;
mod padded;
mod put_back;
mod queued_job;
mod tally;
mod thread_exit;

pub use crate::observer::JobWatch;

pub use self::{
    block_on::block_on,
    contain::{contain, contain_async, discard, panic_message, run_handler, run_handler_async},
    identity::{Entered, PoolId},
    lifecycle::Lifecycle,
    memory::check_memory,
    padded::Padded,
    put_back::PutBack,
    queued_job::QueuedJob,
    tally::Tally,
    thread_exit::drop_at_thread_exit,
};
