//! Handlers that cannot fail.

use std::convert::Infallible;

use crate::Context;

/// A handler of a function that returns its value, and no `Result`.
///
/// Its jobs can still panic, be cancelled or expire, so their completions have a `Result` as any
/// others do.
///
/// ```
/// use pool::{Backend, Config, Context, Pool, infallible};
/// use pool_std::Std;
///
/// fn shout(line: String, _: &Context) -> String {
///     line.to_uppercase()
/// }
///
/// let (pool, results) = Std::spawn(Config::new(2), infallible(shout))?;
/// pool.submit("hello".to_owned())?;
/// pool.close();
/// assert!(results.map(|completion| completion.result.unwrap()).eq(["HELLO"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// One that uses its worker's [state](crate::Backend::spawn_with) says so by itself:
/// `Ok::<_, Infallible>(value)`.
pub fn infallible<J, T>(
    handler: impl Fn(J, &Context) -> T,
) -> impl Fn(J, &Context) -> Result<T, Infallible> {
    move |job, context| Ok(handler(job, context))
}
