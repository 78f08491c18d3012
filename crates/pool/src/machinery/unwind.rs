//! Keeping other people's panics out of the machinery.

use std::{
    any::Any,
    future::{Future, poll_fn},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

/// Calls `f`; a panic becomes its message.
pub(crate) fn contain<R>(f: impl FnOnce() -> R) -> Result<R, String> {
    // Whatever `f` leaves half-done is either dropped with it, or is a worker's state, of
    // which the contract says that it is kept.
    catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let message = panic_message(&*payload);
        discard_payload(payload);
        message
    })
}

/// As [`contain`], for a future.
pub(crate) async fn contain_async<F: Future>(
    make: impl FnOnce() -> F,
) -> Result<F::Output, String> {
    // Boxed, so that it can be dropped here, and its panics contained as well.
    let mut future = contain(|| Box::pin(make()))?;
    let result = poll_fn(|cx| match contain(|| future.as_mut().poll(cx)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(message) => Poll::Ready(Err(message)),
    })
    .await;
    discard(future);
    result
}

/// Drops a value of the user's; a panic in its `Drop` goes no further.
pub fn discard<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        discard_payload(payload);
    }
}

/// The message of a panic, or `"non-string payload"`.
pub fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "non-string payload".to_owned()
    }
}

/// Drops the payload of a panic. If that panics too, what comes of it is leaked: a payload's
/// payload could go on for ever.
fn discard_payload(payload: Box<dyn Any + Send>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(payload);
    }
}
