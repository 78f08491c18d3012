//! How a worker waits and works: rayon does the waiting, and runs tickets.

use std::{cell::RefCell, sync::Arc, thread};

use ::pool::{
    Context,
    machinery::{Intake, JobReceiver, Worker},
};
use rayon::ThreadBuilder;

use crate::{
    queue::{Receiver, Sender},
    results,
};

thread_local! {
    /// Takes one job and runs it, on a worker's thread that is not running one already.
    static RUN_ONE: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
}

/// Runs jobs until the queue has ended.
pub(crate) fn run<J, T, E, S, H>(
    mut worker: Worker<S, H>,
    intake: Arc<Intake<J, Sender<J>, Receiver<J>>>,
    outlet: Arc<results::Sender<T, E>>,
    thread: ThreadBuilder,
) where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    S: 'static,
    H: Fn(&mut S, J, &Context) -> Result<T, E> + 'static,
{
    let run_one = move || {
        // On past cancelled jobs: what found the queue full of them got no ticket of its own,
        // and is run with theirs.
        while let Some(job) = intake.received(intake.receiver().try_recv()) {
            worker.waited();
            if let Some(completion) = worker.run(job, &intake) {
                outlet.send(completion);
                worker.finish();
                break;
            }
        }
    };
    RUN_ONE.set(Some(Box::new(run_one)));
    // Returns when the pool is closed, which drops the `ThreadPool`, and every ticket is redeemed.
    thread.run();
    RUN_ONE.take();
}

/// What a ticket does.
pub(crate) fn redeem_ticket() {
    match RUN_ONE.take() {
        Some(mut run_one) => {
            run_one();
            RUN_ONE.set(Some(run_one));
        }
        // A handler that waits for rayon (in `join`, say) lends its thread to other work, and
        // rayon has picked this ticket. The worker runs one job at a time: on to the next.
        None => {
            rayon::spawn(redeem_ticket);
            thread::yield_now();
        }
    }
}
