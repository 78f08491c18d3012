//! Waiting without blocking a thread, over a library whose ends can be awaited.

use std::{
    cell::Cell,
    future::poll_fn,
    task::{Context, Poll},
};

use pool::{
    AsyncPool, AsyncResults, Completion, JobId, JobOptions, Pool, Refusal, SubmitError, Wait,
};

use crate::{AsyncLibrary, ManagedPool, ManagedResults};

/// How often a task may submit or receive before it lets others run once.
const BUDGET: u32 = 128;

thread_local! {
    static SPENT: Cell<u32> = const { Cell::new(0) };
}

/// Is ready at once, but for every [`BUDGET`]th time on a thread: then it lets other tasks run
/// first. A task that submits or receives in a loop would keep them from a runtime's one thread.
fn poll_budget(cx: &mut Context<'_>) -> Poll<()> {
    let spent = SPENT.get() + 1;
    SPENT.set(spent % (BUDGET + 1));
    if spent <= BUDGET {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

impl<J: Send + 'static, L: AsyncLibrary> AsyncPool<J> for ManagedPool<J, L> {
    async fn submit_async_from(
        &self,
        job: &mut Option<J>,
        options: JobOptions,
    ) -> Result<JobId, SubmitError<J>> {
        // Before it has a place: a place that is taken has to be filled.
        assert!(job.is_some(), "a job to submit");
        let options = options.submitted_now();
        poll_fn(poll_budget).await;
        let place = if self.is_worker() {
            self.core.acquire(Wait::Forever)
        } else {
            self.core.admission.acquire_async().await
        };
        let job = job.take().expect("it is there");
        match place {
            Ok(id) => Ok(self.core.enqueue(id, job, options)),
            Err(reason) => Err(Refusal::new(job, reason).into()),
        }
    }
}

impl<T: Send + 'static, E: Send + 'static, L: AsyncLibrary> AsyncResults<T, E>
    for ManagedResults<T, E, L>
{
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Completion<T, E>>> {
        if let Some(completion) = self.put_back.pop() {
            return Poll::Ready(Some(completion));
        }
        let Some(inlet) = &mut self.inlet else { return Poll::Ready(None) };
        if poll_budget(cx).is_pending() {
            return Poll::Pending;
        }
        let waker = self.waker.of(cx.waker());
        let mut cx = Context::from_waker(waker);
        let received = L::poll_recv(inlet, &mut cx);
        match received {
            Poll::Ready(received) => Poll::Ready(received.or_else(|| self.rest().ok())),
            Poll::Pending => {
                // The task waits, so others run.
                SPENT.set(0);
                Poll::Pending
            }
        }
    }
}

#[cfg(feature = "stream")]
impl<T: Send + 'static, E: Send + 'static, L: AsyncLibrary> futures_core::Stream
    for ManagedResults<T, E, L>
{
    type Item = Completion<T, E>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Completion<T, E>>> {
        self.poll_recv(cx)
    }
}
