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
pub(crate) async fn run<J, T, E, S, H>(
    mut worker: Worker<S, H>,
    intake: &Intake<J, Sender<J>, Receiver<J>>,
    outlet: &results::Sender<T, E>,
) where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    H: Fn(&mut S, J, &Context) -> Result<T, E>,
{
    loop {
        let job = match worker.try_next(intake) {
            Some(job) => Some(job),
            None => intake.received(intake.receiver().recv().await),
        };
        let Some(job) = job else { break };
        if let Some(completion) = worker.run(job, intake) {
            outlet.send(completion).await;
            worker.finish();
        }
    }
}
