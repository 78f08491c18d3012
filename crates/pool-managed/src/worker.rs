//! Running jobs, one at a time.

use std::future::Future;

use pool::{
    Completion, Context, JobError, JobErrorKind, JobId, WorkerId,
    implement::{contain, discard, run_handler},
    sync::{Arc, thread},
};

use crate::{
    AsyncLibrary, Library, Queue, Queued, Work,
    delivery::Delivery,
    intake::Intake,
    queued::{Carriage, Claim},
};

/// One worker: its state, and the handler that it shares with the others.
///
/// Dropping it is its end: the state is dropped, and the stop hook runs.
pub(crate) struct Worker<J: Send + 'static, T: Send + 'static, E: Send + 'static, S, H, L: Library>
{
    intake: Arc<Intake<J, L>>,
    delivery: Arc<Delivery<T, E, L>>,
    id: WorkerId,
    /// Reused for each job.
    context: Context,
    /// The state and the handler; `None` only while the worker is dropped.
    job: Option<(S, Arc<H>)>,
    /// The job that it has taken, and whose completion it has not begun to deliver.
    in_hand: Option<JobId>,
    /// Whether it has received its end marker.
    ended: bool,
}

impl<J: Send + 'static, T: Send + 'static, E: Send + 'static, S, H, L: Library>
    Worker<J, T, E, S, H, L>
{
    pub(crate) fn new(
        intake: Arc<Intake<J, L>>,
        delivery: Arc<Delivery<T, E, L>>,
        id: WorkerId,
        state: S,
        handler: Arc<H>,
    ) -> Self {
        let context = intake.core.lifecycle.context(id);
        let job = Some((state, handler));
        Self { intake, delivery, id, context, job, in_hand: None, ended: false }
    }

    /// Has taken a job, and frees its place in the queue.
    #[inline]
    fn start(&mut self, job: JobId) {
        self.in_hand = Some(job);
        self.intake.core.tally.start(self.id, job);
        self.intake.took(self.id, job);
    }

    /// Counts a completion, which is to be delivered then.
    #[inline]
    fn count(&mut self, completion: &Completion<T, E>) {
        self.intake.core.tally.count(self.id, completion);
        self.in_hand = None;
    }

    #[inline]
    fn deliver(&mut self, completion: Completion<T, E>) {
        self.count(&completion);
        self.delivery.deliver(completion);
        self.intake.core.tally.finish(self.id);
    }

    /// Takes a message that carries no job. Returns a completion that is to be delivered.
    #[cold]
    fn take_rest(&mut self, claim: Claim<J>) -> Option<Completion<T, E>> {
        match claim {
            Claim::Owed(job) => {
                self.start(job);
                let result = Err(JobError { job, kind: JobErrorKind::Cancelled });
                return Some(Completion { job, worker: None, result });
            }
            Claim::Done(id) => self.intake.took(self.id, id),
            Claim::NotYet(message) => {
                // There is room, since its place has not been freed.
                self.intake.queue.send(message);
                // Until the canceller has run.
                thread::yield_now();
            }
            Claim::End | Claim::Job(_) => self.ended = true,
        }
        None
    }

    /// Ends before the queue does: its task is dropped, or it unwinds from a panic that is not
    /// the handler's, a defect of the library or of ours. That must not be silent. So the pool
    /// is cancelled, and the job in hand completes as panicked.
    #[cold]
    fn fail(&mut self) {
        self.intake.cancel();
        if let Some(job) = self.in_hand {
            let kind = JobErrorKind::Panicked("its worker ended outside of its handler".into());
            let result = Err(JobError { job, kind });
            _ = contain(|| self.deliver(Completion { job, worker: Some(self.id), result }));
        }
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
        let cancelled = self.intake.core.lifecycle.config().token().is_cancelled();
        let id = message.id;
        match message.into_carriage() {
            Carriage::Plain(job) if !cancelled => {
                self.start(id);
                self.context.reset_for(id, None, None);
                let watch = self.context.job_starts();
                let (state, handler) = self.job.as_mut().expect("kept until it is dropped");
                let result = run_handler(|| handler(state, job, &self.context));
                watch.job_ended(&result);
                let result = result.map_err(|kind| JobError { job: id, kind });
                self.deliver(Completion { job: id, worker: Some(self.id), result });
            }
            carriage => self.run_claimed(carriage.claim(id)),
        }
        !self.ended
    }
}

impl<J, T, E, S, H, L> Worker<J, T, E, S, H, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    H: Fn(&mut S, J, &Context) -> Result<T, E>,
    L: Library,
{
    /// Runs what is not a plain job: apart from that, so that a plain one moves fewer words.
    #[cold]
    fn run_claimed(&mut self, claim: Claim<J>) {
        let completion = match claim {
            Claim::Job(queued) => {
                self.start(queued.id);
                let (state, handler) = self.job.as_mut().expect("kept until it is dropped");
                let cancelled = self.intake.core.lifecycle.config().token();
                let run = |job, context: &Context| handler(state, job, context);
                Some(queued.run(&mut self.context, cancelled, run))
            }
            rest => self.take_rest(rest),
        };
        if let Some(completion) = completion {
            self.deliver(completion);
        }
    }
}

impl<J: Send + 'static, T: Send + 'static, E: Send + 'static, H, L: AsyncLibrary>
    Worker<J, T, E, (), H, L>
{
    /// Runs jobs until the queue has ended, for an async handler.
    pub(crate) async fn run_async<F>(mut self)
    where
        H: Fn(J, Context) -> F,
        F: Future<Output = Result<T, E>>,
    {
        while !self.ended {
            let completion = match L::recv(&self.intake.queue).await.claim() {
                Claim::Job(queued) => {
                    self.start(queued.id);
                    let ((), handler) = self.job.as_ref().expect("kept until it is dropped");
                    let (handler, lifecycle) = (Arc::clone(handler), &self.intake.core.lifecycle);
                    let (context, cancelled) =
                        (lifecycle.context(self.id), lifecycle.config().token());
                    queued.run_async(context, cancelled, |job, context| handler(job, context)).await
                }
                rest => match self.take_rest(rest) {
                    Some(completion) => completion,
                    None => continue,
                },
            };
            self.count(&completion);
            self.delivery.deliver_async(completion).await;
            self.intake.core.tally.finish(self.id);
        }
    }
}

impl<J: Send + 'static, T: Send + 'static, E: Send + 'static, S, H, L: Library> Drop
    for Worker<J, T, E, S, H, L>
{
    fn drop(&mut self) {
        if !self.ended {
            self.fail();
        }
        let core = &self.intake.core;
        if let Some((state, handler)) = self.job.take() {
            core.lifecycle.end_worker(self.id, state);
            core.threads.leave(self.id);
            core.lifecycle.exited();
            // This may be the last hold on the handler, which may hold the pool.
            discard(handler);
        }
    }
}
