//! Contenders whose library runs closures: one closure a job, and a channel out.

use std::sync::{Arc, mpsc};

use super::{Contender, Jobs, Outlet, Shape};

/// What runs closures on threads of its own; every such type is a [`Contender`].
///
/// Dropping it lets the threads end, and returns when they have: or as near to that as the
/// library comes.
pub trait Execute: Send + Sync + 'static {
    /// Starts its threads. What [`Shape::results`] says is kept by the channel out.
    ///
    /// # Panics
    ///
    /// If the system refuses a thread.
    fn start(shape: Shape) -> Self;

    /// Runs `work`, now or later; waits for room, where there is a bound.
    fn execute(&self, work: impl FnOnce() + Send + 'static);
}

/// The end that jobs go into.
pub struct Executing<E, J> {
    executor: E,
    /// Does the job and sends the result.
    run: Arc<dyn Fn(J) + Send + Sync>,
}

impl<E: Execute> Contender for E {
    type Jobs<J: Send + 'static> = Executing<E, J>;
    type Results<T: Send + 'static> = mpsc::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (outlet, results) = Outlet::new(shape.results);
        let run = Arc::new(move |job| _ = outlet.send(handler(job)));
        (Executing { executor: E::start(shape), run }, results.into_iter())
    }
}

impl<E: Execute, J: Send + 'static> Jobs<J> for Executing<E, J> {
    fn submit(&self, job: J) {
        let run = Arc::clone(&self.run);
        self.executor.execute(move || run(job));
    }
}
