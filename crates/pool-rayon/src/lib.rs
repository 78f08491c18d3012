//! A worker pool over `rayon`.

mod pool;
mod queue;
mod results;
mod worker;

use std::{
    error::Error,
    sync::{Arc, OnceLock},
};

use ::pool::{
    Backend, Config, Context, Halves, SpawnError, WorkerId,
    machinery::{Core, Intake, QueuePool, Startup},
};

use rayon::ThreadPoolBuilder;

pub use self::{pool::RayonPool, results::RayonResults};

/// The backend over `rayon`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rayon;

impl Backend for Rayon {
    const NAME: &'static str = "rayon";

    type Pool<J: Send + 'static> = RayonPool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = RayonResults<T, E>;

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
        let threads = Arc::new(OnceLock::new());
        let (sender, receiver) = queue::bounded(config.queue_capacity(), &threads);
        let intake = Arc::new(Intake::new(sender, receiver, config.queue_capacity()));
        let (outlet, results) = results::channel(config.results_capacity());
        let outlet = Arc::new(outlet);
        let pool = RayonPool(QueuePool::new(&core, &intake, &outlet));

        let (init, handler) = (Arc::new(init), Arc::new(handler));
        let startup = Startup::new(&core, &config);
        let built = ThreadPoolBuilder::new()
            .num_threads(config.worker_count())
            .spawn_handler(|thread| {
                let (init, handler) = (Arc::clone(&init), Arc::clone(&handler));
                let (intake, outlet) = (Arc::clone(&intake), Arc::clone(&outlet));
                startup.spawn(WorkerId::new(thread.index()), move |starting| {
                    if let Some(worker) = starting.ready(&*init, handler) {
                        worker::run(worker, intake, outlet, thread);
                    }
                })
            })
            .build();
        startup.wait()?;
        let built = built.map_err(|error| SpawnError::Library(error.into()))?;
        threads.get_or_init(|| built);
        Ok((pool, results))
    }
}
