//! Calling code of the user's: its panics go no further.

use std::{
    any::Any,
    future::{Future, poll_fn},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

use crate::JobErrorKind;

/// Calls `f`. A panic becomes an error: its message.
///
/// # Errors
///
/// The message of the panic, or `"non-string payload"`.
///
/// ```
/// use pool::implement::contain;
///
/// assert_eq!(contain(|| 7), Ok(7));
/// assert_eq!(contain(|| panic!("out of paper")), Err::<(), _>("out of paper".to_owned()));
/// ```
pub fn contain<R>(f: impl FnOnce() -> R) -> Result<R, String> {
    // What `f` leaves half-done is dropped with it, or is a worker's state, which the contract
    // keeps after a panic.
    catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let message = panic_message(&*payload);
        discard_payload(payload);
        message
    })
}

/// As [`contain`], for a future: a panic while it is made, polled or dropped.
///
/// # Errors
///
/// As [`contain`].
pub async fn contain_async<F: Future>(make: impl FnOnce() -> F) -> Result<F::Output, String> {
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

/// Calls a handler on its job, and says why there is no value, if there is none.
///
/// # Errors
///
/// [`Failed`](JobErrorKind::Failed) with the handler's error, or
/// [`Panicked`](JobErrorKind::Panicked) with the message.
///
/// ```
/// use pool::{JobErrorKind, implement::run_handler};
///
/// assert_eq!(run_handler(|| "7".parse::<u8>()), Ok(7));
/// let halves = |n: u8| if n % 2 == 0 { Ok(n / 2) } else { Err("odd") };
/// assert_eq!(run_handler(|| halves(3)), Err(JobErrorKind::Failed("odd")));
/// assert_eq!(
///     run_handler(|| -> Result<u8, &str> { panic!("no paper") }),
///     Err(JobErrorKind::Panicked("no paper".into())),
/// );
/// ```
pub fn run_handler<T, E>(handler: impl FnOnce() -> Result<T, E>) -> Result<T, JobErrorKind<E>> {
    outcome(contain(handler))
}

/// As [`run_handler`], for an async handler.
///
/// # Errors
///
/// As [`run_handler`].
pub async fn run_handler_async<T, E, F>(handler: impl FnOnce() -> F) -> Result<T, JobErrorKind<E>>
where
    F: Future<Output = Result<T, E>>,
{
    outcome(contain_async(handler).await)
}

fn outcome<T, E>(returned: Result<Result<T, E>, String>) -> Result<T, JobErrorKind<E>> {
    match returned {
        Ok(returned) => returned.map_err(JobErrorKind::Failed),
        Err(message) => Err(JobErrorKind::Panicked(message.into())),
    }
}

/// Drops a value of the user's. A panic in its `Drop` goes no further.
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

/// Drops the payload of a panic. If that panics too, the second payload is leaked: its own
/// payload could panic in turn, without end.
fn discard_payload(payload: Box<dyn Any + Send>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        mem::forget(payload);
    }
}
