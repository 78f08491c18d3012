//! The receiving half: completions out.

use std::time::Duration;

use crate::{Completion, Ended, JobError, RecvTimeoutError, TryRecvError};

/// The half that completions come out of, in the order in which jobs end.
///
/// It is an iterator over what is still to come: it ends when the pool has been closed and
/// the last completion received. The methods take `&mut self`, so that a receiver that
/// cannot be shared (std's) fits. Dropping it discards what comes; the pool goes on.
///
/// ```
/// use pool::{Backend, Config, Context, Ended, Pool, Results, TryRecvError};
/// use pool_std::Std;
///
/// let (pool, mut results) =
///     Std::spawn(Config::new(1), |job: i32, _: &Context| Ok::<_, String>(-job)).unwrap();
/// assert_eq!(results.try_recv().unwrap_err(), TryRecvError::Empty);
///
/// pool.submit(7).unwrap();
/// assert_eq!(results.recv().unwrap().result, Ok(-7));
///
/// pool.close();
/// assert_eq!(results.recv(), Err(Ended));
/// ```
pub trait Results<T, E>: Iterator<Item = Completion<T, E>> + Send {
    /// The next completion; waits for it.
    ///
    /// # Errors
    ///
    /// [`Ended`] once no completion can come any more; then always.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until a completion comes or the results end.
    fn recv(&mut self) -> Result<Completion<T, E>, Ended>;

    /// The next completion, if it is there.
    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError>;

    /// The next completion; waits for it, but no longer than `timeout`. One too long for
    /// the clock means forever.
    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError>;
}

/// Conveniences over any results half.
pub trait ResultsExt<T, E>: Results<T, E> {
    /// The results alone, so that the usual ways with `Result` apply: `collect` stops at the
    /// first error, `map_while(Result::ok)` keeps the good prefix, `partition` keeps all.
    ///
    /// ```
    /// use pool::{Backend, Config, Context, JobError, Pool, ResultsExt};
    /// use pool_std::Std;
    ///
    /// let parse = |job: &'static str, _: &Context| job.parse::<i32>();
    /// let (pool, mut results) = Std::spawn(Config::new(1), parse).unwrap();
    /// for job in ["1", "2", "x", "4", "y"] {
    ///     pool.submit(job).unwrap();
    /// }
    /// pool.close();
    ///
    /// // The good prefix and the first error; what follows is still there to be read.
    /// let mut good = Vec::new();
    /// let first_error: JobError<_> = results.outcomes().find_map(|r| r.map(|v| good.push(v)).err()).unwrap();
    /// assert_eq!(good, [1, 2]);
    /// assert_eq!(first_error.job.get(), 2);
    ///
    /// // All the errors of the rest.
    /// let errors: Vec<_> = results.outcomes().filter_map(Result::err).collect();
    /// assert_eq!(errors[0].to_string(), "job 4 failed: invalid digit found in string");
    /// ```
    fn outcomes(&mut self) -> impl Iterator<Item = Result<T, JobError<E>>> {
        std::iter::from_fn(|| self.recv().ok()).map(|completion| completion.result)
    }
}

impl<T, E, R: Results<T, E> + ?Sized> ResultsExt<T, E> for R {}
