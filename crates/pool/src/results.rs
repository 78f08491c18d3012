//! The receiving half: completions out.

use std::time::{Duration, Instant};

use crate::{
    Completion, Ended, JobError, RecvTimeoutError, TryRecvError, implement::discard, sync::sleep,
};

/// How long a lingering batch sleeps before it looks again whether it is full or has ended.
const LOOK: Duration = Duration::from_millis(1);

/// The half that completions come out of, in the order in which jobs end.
///
/// It is an iterator over what is still to come: it ends when the pool has been closed and
/// the last completion received. The methods take `&mut self`, so that a receiver that
/// cannot be shared (std's) fits. Dropping it discards what is there and what comes; the pool
/// goes on.
///
/// Receive, or drop it: a results half that is only kept, as by
/// `let (pool, _results) = Std::spawn(..)`, keeps every completion too. If they are not wanted,
/// write `let (pool, _)`, which drops it at once, or configure the pool to
/// [discard its results](crate::Config::discard_results).
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
///
/// # One at a time, or in batches
///
/// Workers deliver each completion as its job ends, so it never waits behind a later job of
/// its worker. But a worker has to wake a reader that sleeps, which can cost more than a short
/// job. So [`recv`](Self::recv) yields a few times before it sleeps. Where jobs keep all cores
/// busy, the reader may then run rarely, and find many completions at a time, a millisecond or
/// two old.
///
/// [`recv_batch`](Self::recv_batch) sleeps for a set time, so that no worker has to wake it, and
/// then takes all that has come. A completion is then about `linger` old at most, at the cost of
/// some throughput and CPU time. For jobs of a millisecond or more it makes little difference.
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
    ///
    /// # Errors
    ///
    /// [`Empty`](TryRecvError::Empty) while something may come, [`Ended`](TryRecvError::Ended)
    /// once nothing can.
    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError>;

    /// The next completion; waits for it, but no longer than `timeout`. One too long for
    /// the clock means forever.
    ///
    /// # Errors
    ///
    /// [`TimedOut`](RecvTimeoutError::TimedOut) while something may come,
    /// [`Ended`](RecvTimeoutError::Ended) once nothing can.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until a completion comes or the results end, for at most `timeout`.
    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError>;

    /// Puts a completion back: it is the next to be received, before all others.
    ///
    /// For code that looks through the results for those of its own jobs, as
    /// [`run`](crate::PoolExt::run) and [`map_ordered`](crate::PoolExt::map_ordered) do: the
    /// others are there for the next caller that receives. To keep their order, put the last back
    /// first.
    ///
    /// What is put back does not count against the [capacity](crate::Config::results), comes out
    /// even after the end, and is discarded with the results half.
    ///
    /// ```
    /// use pool::{Backend, Config, Context, Pool, Results};
    /// use pool_std::Std;
    ///
    /// let (pool, mut results) =
    ///     Std::spawn(Config::new(1), |n: u32, _: &Context| Ok::<_, String>(n)).unwrap();
    /// for n in 0..3 {
    ///     pool.submit(n).unwrap();
    /// }
    /// pool.close();
    ///
    /// let first = results.recv().unwrap();
    /// results.put_back(first);
    /// assert!(results.map(|completion| completion.result.unwrap()).eq(0..3));
    /// ```
    ///
    /// # For implementors
    ///
    /// Keep it in a [`PutBack`](crate::implement::PutBack), which all that receives looks into
    /// first: `recv`, `try_recv`, `recv_timeout`, `next`, and
    /// [`poll_recv`](crate::AsyncResults::poll_recv) if there is one. As provided, it discards
    /// the completion, which breaks law 1 for callers of `run` and `map_ordered`.
    fn put_back(&mut self, completion: Completion<T, E>) {
        discard(completion);
    }

    /// Receives up to `max` completions, those that come within `linger`, and appends them to
    /// `batch`; at least one, unless the results have ended. Returns how many.
    ///
    /// Takes what is there. If that is less than `max`, it sleeps and looks again, until it has
    /// `max`, or the results have ended, or `linger` has passed since the call. So a batch is
    /// held back for at most `linger`, and what the system's timer adds (on Linux 50
    /// microseconds).
    ///
    /// A `linger` of zero means not to sleep: it takes what is there, or waits for the first
    /// completion as `recv` does. One too long for the clock, such as [`Duration::MAX`], means
    /// until there are `max`, or the end. A `max` of zero receives nothing and returns at once,
    /// even at the end.
    ///
    /// The order is that of [`recv`](Self::recv), and the ways to receive may be mixed. No
    /// capacity is reserved in `batch` in advance: a vector that has room for `max` and is used
    /// again never grows. While completions come faster than they are taken, only `max` ends the
    /// batch, so do not make it huge.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{Backend, Config, Context, Ended, Pool, Results};
    /// use pool_std::Std;
    ///
    /// let handler = |n: u64, _: &Context| Ok::<_, String>(n * n);
    /// let (pool, mut results) = Std::spawn(Config::new(2), handler).unwrap();
    /// for n in 0..1000 {
    ///     pool.submit(n).unwrap();
    /// }
    /// pool.close();
    ///
    /// let linger = Duration::from_micros(200);
    /// let mut batch = Vec::with_capacity(64);
    /// let mut sum = 0;
    /// while let Ok(count) = results.recv_batch(&mut batch, 64, linger) {
    ///     assert_eq!(count, batch.len());
    ///     sum += batch.drain(..).map(|completion| completion.result.unwrap()).sum::<u64>();
    /// }
    /// assert_eq!(sum, 332_833_500);
    /// assert_eq!(results.recv_batch(&mut batch, 64, linger), Err(Ended));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Ended`] if nothing was received and no completion can come any more; then always.
    /// `batch` is as it was.
    ///
    /// # Blocking
    ///
    /// Blocks the thread. While it lingers it sleeps for up to a millisecond at a time. If there
    /// is nothing after the first such sleep, it waits for the first completion or the end, and
    /// uses no CPU time. If it has something, it looks a thousand times a second until `linger`
    /// has passed.
    ///
    /// With [bounded results](crate::Config::results), a worker that finds them full waits
    /// until the reader looks again: no more than their capacity gets through during a sleep,
    /// whatever `max` is. Give them room for what comes in `linger`, or in a millisecond if
    /// that is shorter (100 for 100 000 a second); or do not linger.
    fn recv_batch(
        &mut self,
        batch: &mut Vec<Completion<T, E>>,
        max: usize,
        linger: Duration,
    ) -> Result<usize, Ended> {
        let deadline = Instant::now().checked_add(linger);
        let (mut received, mut has_slept) = (0, false);
        while received < max {
            match self.try_recv() {
                Ok(completion) => {
                    batch.push(completion);
                    received += 1;
                    continue;
                }
                Err(TryRecvError::Ended) if received == 0 => return Err(Ended),
                Err(TryRecvError::Ended) => break,
                Err(TryRecvError::Empty) => {}
            }
            let left = deadline.map_or(LOOK, |deadline| {
                deadline.saturating_duration_since(Instant::now()).min(LOOK)
            });
            if received == 0 && (has_slept || left.is_zero()) {
                batch.push(self.recv()?);
                received = 1;
            } else if left.is_zero() {
                break;
            } else {
                // Not in `recv_timeout`: no worker is to wake this thread.
                sleep(left);
                has_slept = true;
            }
        }
        Ok(received)
    }
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
    /// let first_error: JobError<_> =
    ///     results.outcomes().find_map(|r| r.map(|v| good.push(v)).err()).unwrap();
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
