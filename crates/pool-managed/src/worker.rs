//! Running jobs, one at a time.

use std::{future::Future, time::Instant};

use pool::{
    CancellationToken, Completion, Context, JobError, JobErrorKind, JobId, WorkerId,
    implement::{contain, discard, run_handler, run_handler_async},
    sync::{Arc, yield_now},
};

use crate::{
    AsyncLibrary, Library, Queue, Queued, Work, delivery::Delivery, intake::Intake, queued::Claim,
    record::Record,
};

/// One worker: its state, and the handler that it shares with the others.
///
/// Dropping it is its end: the state is dropped, the stop hook runs, and the pool hears of it.
pub(crate) struct Worker<J, T, E, S, H, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: Library,
{
    intake: Arc<Intake<J, L>>,
    delivery: Arc<Delivery<T, E, L>>,
    id: WorkerId,
    /// Reset for each job, so that a job costs no new one.
    context: Context,
    /// `None` only while it is dropped.
    state: Option<S>,
    handler: Option<Arc<H>>,
    /// The job that it has taken, and whose completion it has not begun to deliver.
    in_hand: Option<JobId>,
    /// Whether it has been told of the end.
    ended: bool,
}

impl<J, T, E, S, H, L> Worker<J, T, E, S, H, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: Library,
{
    pub(crate) fn new(
        intake: Arc<Intake<J, L>>,
        delivery: Arc<Delivery<T, E, L>>,
        id: WorkerId,
        state: S,
        handler: Arc<H>,
    ) -> Self {
        let context = Context::new(id, JobId::new(0), None, intake.core.token.clone(), None);
        let (state, handler) = (Some(state), Some(handler));
        Self { intake, delivery, id, context, state, handler, in_hand: None, ended: false }
    }

    fn record(&self) -> &Record {
        self.intake.core.admission.record(self.id)
    }

    /// Has taken a job, and frees its place in the queue.
    fn start(&mut self, job: JobId) {
        self.in_hand = Some(job);
        self.record().start(job);
        self.look_around(job);
    }

    /// Takes a message that carries no job. Returns the job that is to complete as cancelled.
    #[cold]
    fn take_rest(&mut self, claim: Claim<J>) -> Option<JobId> {
        match claim {
            Claim::Owed(id) => {
                self.start(id);
                return Some(id);
            }
            Claim::Done(id) => {
                self.record().pass();
                self.look_around(id);
            }
            Claim::NotYet(message) => {
                // There is room, since its place has not been freed.
                self.intake.queue.send(message);
                yield_now();
            }
            Claim::End | Claim::Job { .. } => self.ended = true,
        }
        None
    }

    /// Serves those who wait for places, or for the end, if that is due.
    fn look_around(&self, taken: JobId) {
        let core = &self.intake.core;
        if core.admission.needs_attention(taken) {
            if core.admission.is_closed() {
                self.intake.end_if_over();
            } else {
                core.admission.attend(self.id);
            }
        }
    }

    fn reason_not_to_run(
        &self,
        deadline: Option<Instant>,
        token: Option<&CancellationToken>,
    ) -> Option<JobErrorKind<E>> {
        // A stop is no reason: it has handed back what no worker had received, and this job is
        // not among that. It runs, and its context says that it is cancelled.
        if self.intake.core.is_cancelled() || token.is_some_and(CancellationToken::is_cancelled) {
            Some(JobErrorKind::Cancelled)
        } else if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            Some(JobErrorKind::DeadlineExceeded)
        } else {
            None
        }
    }

    /// Counts a job's end, and delivers it.
    fn deliver(
        &mut self,
        job: JobId,
        worker: Option<WorkerId>,
        result: Result<T, JobErrorKind<E>>,
    ) {
        let completion = self.complete(job, worker, result);
        self.delivery.deliver(completion);
        self.record().finish();
    }

    /// Ends before the queue does: its task is dropped, or it unwinds from a panic that is not
    /// the handler's, a defect of the library or of ours. That must not be silent. So the pool
    /// is cancelled, and the job in hand completes as panicked.
    #[cold]
    fn fail(&mut self) {
        self.intake.cancel();
        if let Some(job) = self.in_hand {
            let reason = JobErrorKind::Panicked("its worker ended outside of its handler".into());
            let completion = self.complete(job, Some(self.id), Err(reason));
            _ = contain(|| self.delivery.deliver(completion));
            self.record().finish();
        }
    }

    /// Counts a job's end. What is returned is to be delivered.
    fn complete(
        &mut self,
        job: JobId,
        worker: Option<WorkerId>,
        result: Result<T, JobErrorKind<E>>,
    ) -> Completion<T, E> {
        self.record().count(&result);
        self.in_hand = None;
        Completion { job, worker, result: result.map_err(|kind| JobError { job, kind }) }
    }
}

impl<J, T, E, S, H, L> Work<Queued<J>> for Worker<J, T, E, S, H, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    H: Fn(&mut S, J, &Context) -> Result<T, E>,
    L: Library,
{
    fn run(&mut self, message: Queued<J>) -> bool {
        match message.claim() {
            Claim::Job { id, job, deadline, token } => {
                self.start(id);
                if let Some(reason) = self.reason_not_to_run(deadline, token.as_ref()) {
                    discard(job);
                    self.deliver(id, None, Err(reason));
                } else {
                    self.context.reset_for(id, deadline, token);
                    let Self { handler: Some(handler), context, state: Some(state), .. } = self
                    else {
                        unreachable!("a worker has both until it is dropped")
                    };
                    let result = run_handler(|| handler(state, job, context));
                    self.deliver(id, Some(self.id), result);
                }
            }
            rest => {
                if let Some(id) = self.take_rest(rest) {
                    self.deliver(id, None, Err(JobErrorKind::Cancelled));
                }
            }
        }
        !self.ended
    }
}

impl<J, T, E, H, L> Worker<J, T, E, (), H, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: AsyncLibrary,
{
    /// Runs jobs until the queue has ended, for an async handler; to be awaited in the pool's
    /// [`scope`](pool::implement::PoolId::scope).
    pub(crate) async fn run_async<F>(mut self)
    where
        H: Fn(J, Context) -> F,
        F: Future<Output = Result<T, E>>,
    {
        while !self.ended {
            let (id, worker, result) = match L::recv(&self.intake.queue).await.claim() {
                Claim::Job { id, job, deadline, token } => {
                    self.start(id);
                    if let Some(reason) = self.reason_not_to_run(deadline, token.as_ref()) {
                        discard(job);
                        (id, None, Err(reason))
                    } else {
                        let pool = self.intake.core.token.clone();
                        let context = Context::new(self.id, id, deadline, pool, token);
                        let handler = self.handler.clone().expect("it has one until it is dropped");
                        let result = run_handler_async(|| handler(job, context)).await;
                        (id, Some(self.id), result)
                    }
                }
                rest => match self.take_rest(rest) {
                    Some(id) => (id, None, Err(JobErrorKind::Cancelled)),
                    None => continue,
                },
            };
            let completion = self.complete(id, worker, result);
            self.delivery.deliver_async(completion).await;
            self.record().finish();
        }
    }
}

impl<J, T, E, S, H, L> Drop for Worker<J, T, E, S, H, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: Library,
{
    fn drop(&mut self) {
        if !self.ended {
            self.fail();
        }
        discard(self.state.take());
        let core = &self.intake.core;
        core.config.call_stop_hook(self.id, core.stop_reason());
        core.worker_leaves();
        discard(self.handler.take());
    }
}
