//! How a worker waits and works.

use ::pool::{
    Context,
    machinery::{Intake, Worker},
};

use crate::{
    queue::{Receiver, Sender},
    results,
};

/// Runs jobs until the queue has ended.
pub(crate) fn run<J, T, E, S, H>(
    mut worker: Worker<S, H>,
    intake: &Intake<J, Sender<J>, Receiver<J>>,
    outlet: &results::Sender<T, E>,
) where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    H: Fn(&mut S, J, &Context) -> Result<T, E>,
{
    while let Some(job) = worker.next(intake, Receiver::recv) {
        if let Some(completion) = worker.run(job, intake) {
            outlet.send(completion);
            worker.finish();
        }
    }
}
