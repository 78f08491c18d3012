//! Any library as a backend.

use std::{error::Error, marker::PhantomData};

use pool::{
    Backend, Completion, Config, Context, Halves, JobErrorKind, SpawnError, WorkerId,
    implement::{PutBack, contain},
    sync::Arc,
};

use crate::{
    Crew, Library, ManagedPool, ManagedResults, Outlet, Work,
    contained::{Contained, ContainedWaker},
    core::Core,
    crew::Startup,
    results::Rest,
    worker::Worker,
};

/// The backend over the library `L` that keeps every law of the contract.
#[derive(Clone, Copy, Debug, Default)]
pub struct Managed<L>(PhantomData<L>);

/// The workers' end of the results.
pub(crate) struct Delivery<T: Send + 'static, E: Send + 'static, L: Library> {
    pub(crate) outlet: L::Outlet<Completion<T, E>>,
    pub(crate) rest: Rest<T, E>,
}

/// A pool without workers; its results; and the workers' end of these.
type Parts<L, J, T, E> = (ManagedPool<J, L>, ManagedResults<T, E, L>, Arc<Delivery<T, E, L>>);

pub(crate) fn parts<J: Send + 'static, T: Send + 'static, E: Send + 'static, L: Library>(
    config: &Config,
) -> Result<Parts<L, J, T, E>, SpawnError> {
    config.validate()?;
    // Room for the bound of jobs; then, when all are gone, for an end marker a worker.
    let capacity = config.queue_capacity().max(config.worker_count());
    let queue = L::queue(capacity)?;
    let (outlet, inlet) = L::results::<Completion<T, E>>(config.results_capacity())?;
    let rest = Rest::default();
    let delivery = Arc::new(Delivery { outlet, rest: Arc::clone(&rest) });
    // Weak: the results end when the workers have left, and then there is no reader for this.
    let weak = Arc::downgrade(&delivery);
    let deliver_cancelled = move |job| {
        weak.upgrade().is_some_and(|delivery: Arc<Delivery<T, E, L>>| {
            let completion = Completion::new(job, None, Err(JobErrorKind::Cancelled));
            contain(|| delivery.outlet.try_send(completion)) != Ok(false)
        })
    };
    let core = Core::new(config, queue, Box::new(deliver_cancelled));
    let inlet = Some(inlet).filter(|_| !config.discards_results());
    let (waker, put_back) = (ContainedWaker::default(), PutBack::new());
    let results = ManagedResults { pool: core.lifecycle.id(), inlet, rest, waker, put_back };
    Ok((ManagedPool::new(Arc::new(core)), results, delivery))
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
        let (pool, results, delivery) = parts::<J, T, E, L>(&config)?;
        let core = Arc::clone(&pool.core);
        let (init, handler) = (Contained::new(init), Contained::new(Arc::new(handler)));
        let seat = move |id| {
            let mut worker = Worker::new(&core, &delivery, id, true);
            worker.begin(&*init, Arc::clone(&handler))?;
            Ok(Box::new(move |message| worker.run(message)) as Work<_>)
        };
        let crew = Crew { seat: Arc::new(seat), startup: Startup::new(&pool.core) };
        L::start(&pool.core.queue, crew)?;
        Ok((pool, results))
    }
}
