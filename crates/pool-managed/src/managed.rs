//! Any library as a backend.

use std::{error::Error, marker::PhantomData};

use pool::{
    Backend, Completion, Config, Context, Halves, SpawnError, WorkerId,
    sync::{Arc, Weak},
};

use crate::{
    Crew, Library, ManagedPool, ManagedResults, Queued, Work,
    core::Core,
    delivery::{Cancellations, Delivery},
    intake::Intake,
    worker::Worker,
};

/// The backend over the library `L` that keeps every law of the contract.
#[derive(Clone, Copy, Debug, Default)]
pub struct Managed<L>(PhantomData<L>);

/// A pool without workers, and what these are made from.
pub(crate) struct Parts<J: Send + 'static, T: Send + 'static, E: Send + 'static, L: Library> {
    pub(crate) pool: ManagedPool<J, L>,
    pub(crate) results: ManagedResults<T, E, L>,
    pub(crate) intake: Arc<Intake<J, L>>,
    pub(crate) delivery: Arc<Delivery<T, E, L>>,
}

impl<J: Send + 'static, T: Send + 'static, E: Send + 'static, L: Library> Parts<J, T, E, L> {
    pub(crate) fn new(config: &Config) -> Result<Self, SpawnError> {
        config.validate()?;
        // Room for the bound of jobs; then, when all are gone, for an end marker a worker.
        let capacity = config.queue_capacity().max(config.worker_count());
        let queue = L::queue::<Queued<J>>(capacity)?;
        let (outlet, inlet) = L::results::<Completion<T, E>>(config.results_capacity())?;
        let inlet = Some(inlet).filter(|_| !config.discards_results());

        let delivery = Arc::new(Delivery::<T, E, L>(outlet));
        let cancellations: Weak<dyn Cancellations> = Arc::downgrade(&delivery) as _;
        let core = Arc::new(Core::new(config));
        let results = ManagedResults::new(core.lifecycle.id(), inlet);
        let intake = Arc::new(Intake::new(core, Arc::new(queue), cancellations));
        Ok(Self { pool: ManagedPool::new(&intake), results, intake, delivery })
    }
}

impl<L: Library> Backend for Managed<L> {
    const NAME: &'static str = L::NAME;

    type Pool<J: Send + 'static> = ManagedPool<J, L>;

    type Results<T: Send + 'static, E: Send + 'static> = ManagedResults<T, E, L>;

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
        let Parts { pool, results, intake, delivery } = Parts::<J, T, E, L>::new(&config)?;
        let (core, queue) = (Arc::clone(&intake.core), Arc::clone(&intake.queue));
        let handler = Arc::new(handler);
        let seat = move |id| {
            let state = intake.core.lifecycle.begin_worker(id, &init)?;
            let (intake, delivery) = (Arc::clone(&intake), Arc::clone(&delivery));
            let worker = Worker::new(intake, delivery, id, state, Arc::clone(&handler));
            Ok(Box::new(worker) as Box<dyn Work<Queued<J>>>)
        };
        L::start(&queue, Crew::new(&core, Arc::new(seat)))?;
        Ok((pool, results))
    }
}
