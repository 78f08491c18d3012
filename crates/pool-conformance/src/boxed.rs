//! A backend seen only through trait objects.

use std::{error::Error, marker::PhantomData};

use pool::{Backend, Config, Context, Halves, Pool, Results, SpawnError, WorkerId};

/// Backend `B`, with both halves boxed: what a user has who chooses at run time.
#[derive(Debug)]
pub struct Boxed<B>(PhantomData<B>);

impl<B: Backend> Backend for Boxed<B> {
    const NAME: &'static str = B::NAME;

    type Pool<J: Send + 'static> = Box<dyn Pool<J>>;

    type Results<T: Send + 'static, E: Send + 'static> = Box<dyn Results<T, E>>;

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
        let (pool, results) = B::spawn_with_state(config, init, handler)?;
        Ok((Box::new(pool), Box::new(results)))
    }
}
