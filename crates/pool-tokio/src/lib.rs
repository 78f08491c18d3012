//! A worker pool over `Tokio`.

mod async_lane;
mod pool;
mod queue;
mod results;
mod worker;

use std::{error::Error, sync::Arc};

use ::pool::{
    Backend, Config, Context, Halves, SpawnError, WorkerId,
    machinery::{Core, Intake, QueuePool, Startup},
};

use tokio::runtime::Builder;

pub use self::{async_lane::TokioAsync, pool::TokioPool, results::TokioResults};

/// The backend over `Tokio`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tokio;

impl Backend for Tokio {
    const NAME: &'static str = "tokio";

    type Pool<J: Send + 'static> = TokioPool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = TokioResults<T, E>;

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
        let pool = TokioPool(QueuePool::new(&core, &intake, &outlet));

        let (init, handler) = (Arc::new(init), Arc::new(handler));
        Startup::new(&core, &config).spawn_all(move |starting| {
            let runtime = match Builder::new_current_thread().build() {
                Ok(runtime) => runtime,
                Err(error) => return starting.fail(SpawnError::Library(error.into())),
            };
            if let Some(worker) = starting.ready(&*init, Arc::clone(&handler)) {
                runtime.block_on(worker::run(worker, &intake, &outlet));
            }
        })?;
        Ok((pool, results))
    }
}
