#![doc = include_str!("../README.md")]
//!
//! # This backend
//!
//! A worker pool over async-channel: channels whose ends can block and be awaited, without a
//! runtime.
//!
//! ## How a job travels
//!
//! ```text
//! AsyncChannelPool::submit ── Admission ── Intake's gate ── queue::Sender::try_send
//!   or submit_async                                             ║ async_channel::bounded
//!                     Worker::run ── Worker::next ── queue::Receiver::recv
//!                          ║ handler, panics contained
//!                results::Sender::send ══ channel, bounded or not ══ AsyncChannelResults::recv
//!                                                                      or poll_next
//! ```
//!
//! ## What the library makes easy
//!
//! - Any number of receivers: the workers share one as it is.
//! - Bounded and unbounded channels are one type, and each end both blocks and awaits.
//! - A task that waits for a message and a thread that does are told apart: neither is woken in
//!   the other's stead.
//! - `close` can be called at the receiving end, too.
//!
//! ## What had to be written by hand
//!
//! - There is no blocking receive with a timeout: `AsyncChannelResults::recv_timeout` awaits on
//!   a plain thread, by [`block_on`](::pool::machinery::block_on).
//! - Messages outlive the last receiver, until the last sender has gone too (async-channel
//!   issue 23). So `AsyncChannelResults` closes and drains the channel when it is dropped.
//! - A receiver that is a `Stream` must not move, so it is in a box.
//!
//! ## Drawbacks
//!
//! - Whoever waits is listed under a lock, one for all who wait at an end.
//! - Each send looks twice for somebody who waits: for a thread, and for a task.

mod pool;
mod queue;
mod results;
mod worker;

use std::{error::Error, sync::Arc};

use ::pool::{
    Backend, Config, Context, Halves, SpawnError, WorkerId,
    machinery::{Core, Intake, QueuePool, Startup},
};

pub use self::{pool::AsyncChannelPool, results::AsyncChannelResults};

/// The backend over async-channel.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsyncChannel;

impl Backend for AsyncChannel {
    const NAME: &'static str = "async-channel";

    type Pool<J: Send + 'static> = AsyncChannelPool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = AsyncChannelResults<T, E>;

    fn spawn_with_state<J, T, E, S, X, I, H>(
        config: Config,
        init: I,
        handler: H,
    ) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        X: Into<Box<dyn Error + Send + Sync>>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        config.validate()?;
        let core = Core::new(&config);
        let (sender, receiver) = queue::bounded(config.queue_capacity());
        let intake = Arc::new(Intake::new(sender, receiver, config.queue_capacity()));
        let (outlet, results) = results::channel(config.results_capacity());
        let outlet = Arc::new(outlet);
        let pool = AsyncChannelPool(QueuePool::new(&core, &intake, &outlet));

        let (init, handler) = (Arc::new(init), Arc::new(handler));
        Startup::new(&core, &config).spawn_all(move |starting| {
            if let Some(worker) = starting.ready(&*init, Arc::clone(&handler)) {
                worker::run(worker, &intake, &outlet);
            }
        })?;
        Ok((pool, results))
    }
}
