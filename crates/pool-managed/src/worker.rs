//! Running jobs, one at a time.

use std::{error::Error, future::Future};

use pool::{
    Completion, Context, JobErrorKind, JobId, SpawnError, WorkerId,
    implement::{QueuedJob, contain, discard, run_handler},
    sync::{Arc, lock, thread},
};

use crate::{
    AsyncLibrary, Library, Outlet, Queue,
    core::Core,
    managed::Delivery,
    queued::{Carriage, Queued},
};

/// A job, a value or an error: what one thread hands to another.
pub(crate) trait Value: Send + 'static {}

impl<T: Send + 'static> Value for T {}

/// One worker: its state, and the handler that it shares with the others.
///
/// Dropping it is its end: the state is dropped, and the stop hook runs.
pub(crate) struct Worker<J: Value, T: Value, E: Value, S, H, L: Library> {
    core: Arc<Core<J, L>>,
    delivery: Arc<Delivery<T, E, L>>,
    id: WorkerId,
    /// Whether it has a thread of its own, or is a task.
    on_thread: bool,
    /// Reused for each job.
    context: Context,
    /// The state and the handler, from `begin` until the worker is dropped.
    job: Option<(S, Arc<H>)>,
    /// The job that it has taken, and whose completion it has not begun to deliver.
    in_hand: Option<JobId>,
    /// Whether it has received its end marker.
    ended: bool,
}

impl<J: Value, T: Value, E: Value, S, H, L: Library> Worker<J, T, E, S, H, L> {
    pub(crate) fn new(
        core: &Arc<Core<J, L>>,
        delivery: &Arc<Delivery<T, E, L>>,
        id: WorkerId,
        on_thread: bool,
    ) -> Self {
        let context = core.lifecycle.context(id);
        let (core, delivery) = (Arc::clone(core), Arc::clone(delivery));
        Self { core, delivery, id, on_thread, context, job: None, in_hand: None, ended: false }
    }

    /// Calls the start hook, and makes the state.
    pub(crate) fn begin<X: Into<Box<dyn Error + Send + Sync>>>(
        &mut self,
        init: &impl Fn(WorkerId) -> Result<S, X>,
        handler: Arc<H>,
    ) -> Result<(), SpawnError> {
        let state = self.core.lifecycle.begin_worker(self.id, init)?;
        self.job = Some((state, handler));
        Ok(())
    }

    /// Has taken a job, and frees its place in the queue.
    #[inline]
    fn start(&mut self, job: JobId) {
        self.in_hand = Some(job);
        self.core.tally.start(self.id, job);
        self.core.took(self.id, job);
    }

    /// Counts a completion, which is to be delivered then.
    #[inline]
    fn count(&mut self, completion: &Completion<T, E>) {
        self.core.tally.count(self.id, completion);
        self.in_hand = None;
    }

    /// Delivers a completion, waiting for room.
    #[inline]
    fn deliver(&mut self, completion: Completion<T, E>) {
        self.count(&completion);
        self.delivered(self.delivery.outlet.send(completion));
    }

    /// A completion has been delivered, or comes back, since the reader has gone.
    #[inline]
    fn delivered(&self, sent: Result<(), Completion<T, E>>) {
        if let Err(unread) = sent {
            discard(unread);
        }
        self.core.tally.finish(self.id);
    }

    /// Takes the job `id`, if its message has it.
    fn take(&mut self, id: JobId, carriage: Carriage<J>) -> Option<QueuedJob<J>> {
        match carriage.claim(id) {
            Ok(job) => {
                self.start(id);
                return Some(job);
            }
            Err(None) => self.core.took(self.id, id),
            Err(Some(Carriage::End)) => self.ended = true,
            Err(Some(carriage)) => {
                // There is room, since its place has not been freed.
                self.core.queue.send(Queued::new(id, carriage));
                // Until the canceller has run.
                thread::yield_now();
            }
        }
        None
    }

    /// Ends before the queue does: it could not begin, its task is dropped, or it unwinds from a
    /// panic that is not the handler's, a defect of the library or of ours. That must not be
    /// silent. So the pool is cancelled, what runs there too, and the job in hand completes as
    /// panicked.
    #[cold]
    fn fail(&mut self) {
        self.core.cancel();
        self.core.lifecycle.token().cancel();
        if let Some(job) = self.in_hand {
            let completion = || {
                let kind = JobErrorKind::Panicked("its worker ended outside of its handler".into());
                Completion::new(job, Some(self.id), Err(kind))
            };
            let first = completion();
            self.core.tally.count(self.id, &first);
            // Without waiting for room: this may be the reader's thread.
            if contain(|| self.delivery.outlet.try_send(first)) == Ok(false) {
                lock(&self.delivery.rest).push(completion());
            }
            self.core.tally.finish(self.id);
        }
    }
}

impl<J: Value, T: Value, E: Value, S, H, L: Library> Worker<J, T, E, S, H, L>
where
    H: Fn(&mut S, J, &Context) -> Result<T, E>,
{
    /// Runs one message. Returns `false` when the queue has ended.
    pub(crate) fn run(&mut self, message: Queued<J>) -> bool {
        let cancelled = self.core.lifecycle.config().token().is_cancelled();
        let id = message.id;
        match message.into_carriage() {
            // Apart from the rest, so that a plain job moves fewer words: a fifth of an empty job.
            Carriage::Plain(job) if !cancelled => {
                self.start(id);
                self.context.reset_for(id, None, None);
                let watch = self.context.job_starts();
                let (state, handler) = self.job.as_mut().expect("it has begun");
                let result = run_handler(|| handler(state, job, &self.context));
                watch.job_ended(&result);
                self.deliver(Completion::new(id, Some(self.id), result));
            }
            carriage => self.run_rest(id, carriage),
        }
        !self.ended
    }

    #[cold]
    fn run_rest(&mut self, id: JobId, carriage: Carriage<J>) {
        let Some(job) = self.take(id, carriage) else { return };
        let (state, handler) = self.job.as_mut().expect("it has begun");
        let run = |job, context: &Context| handler(state, job, context);
        let completion = job.run(&mut self.context, self.core.lifecycle.config().token(), run);
        self.deliver(completion);
    }
}

impl<J: Value, T: Value, E: Value, H, L: AsyncLibrary> Worker<J, T, E, (), H, L> {
    /// Runs jobs until the queue has ended, for an async handler.
    pub(crate) async fn run_async<F>(mut self)
    where
        H: Fn(J, Context) -> F,
        F: Future<Output = Result<T, E>>,
    {
        while !self.ended {
            let message = L::recv(&self.core.queue).await;
            let Some(job) = self.take(message.id, message.into_carriage()) else { continue };
            let ((), handler) = self.job.as_ref().expect("it has begun");
            let (handler, lifecycle) = (Arc::clone(handler), &self.core.lifecycle);
            let (context, cancelled) = (lifecycle.context(self.id), lifecycle.config().token());
            let completion =
                job.run_async(context, cancelled, |job, context| handler(job, context)).await;
            self.count(&completion);
            self.delivered(L::send(&self.delivery.outlet, completion).await);
        }
    }
}

impl<J: Value, T: Value, E: Value, S, H, L: Library> Drop for Worker<J, T, E, S, H, L> {
    fn drop(&mut self) {
        if !self.ended {
            self.fail();
        }
        let lifecycle = &self.core.lifecycle;
        let was_last = match self.job.take() {
            None => lifecycle.leave(),
            Some((state, handler)) => {
                let was_last = lifecycle.end_worker(self.id, state);
                if self.on_thread {
                    lifecycle.exits_thread(self.id);
                } else {
                    lifecycle.exited();
                }
                // This may be the last hold on the handler, which may hold the pool.
                discard(handler);
                was_last
            }
        };
        if was_last && !self.ended {
            self.core.abandon(|job| {
                let cancelled = Completion::new(job, None, Err(JobErrorKind::Cancelled));
                lock(&self.delivery.rest).push(cancelled);
            });
        }
    }
}
