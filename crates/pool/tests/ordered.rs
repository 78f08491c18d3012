//! When an ordered map takes a job from its iterator, how it waits, and what becomes of a job for
//! which another submitter has left no room.

use std::{
    cell::Cell,
    convert::Infallible,
    iter,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    time::Duration,
};

use pool::{
    Completion, Ended, JobId, JobOptions, JoinTimeout, Pool, PoolExt, RecvTimeoutError, Refusal,
    RefusalReason, Results, ShutdownReport, Stats, TryRecvError, Wait,
};

/// A pool of one worker with room for two jobs. It takes one, then refuses so many times, and takes
/// jobs again; and says what it is made to say.
struct Crowded {
    refusals: Mutex<usize>,
    taken: Mutex<Vec<u32>>,
    queued: u64,
    running: u64,
}

impl Crowded {
    fn new(refusals: usize) -> Self {
        Self { refusals: Mutex::new(refusals), taken: Mutex::default(), queued: 0, running: 1 }
    }
}

impl Pool<u32> for Crowded {
    fn admit(&self, job: u32, _: JobOptions, wait: Wait) -> Result<JobId, Refusal<u32>> {
        let (mut refusals, mut taken) = (self.refusals.lock().unwrap(), self.taken.lock().unwrap());
        if !taken.is_empty() && *refusals > 0 {
            *refusals -= 1;
            let full = wait == Wait::Never;
            let reason = if full { RefusalReason::Full } else { RefusalReason::TimedOut };
            return Err(Refusal::new(job, reason));
        }
        taken.push(job);
        Ok(JobId::new(taken.len() as u64 - 1))
    }

    fn close(&self) {}

    fn stop(&self) -> Vec<(JobId, u32)> {
        Vec::new()
    }

    fn join(&self, _: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        Ok(ShutdownReport::new(self.stats(), Duration::ZERO))
    }

    fn stats(&self) -> Stats {
        let mut stats = Stats::default();
        (stats.workers, stats.queue_capacity) = (1, 2);
        (stats.queued, stats.running) = (self.queued, self.running);
        stats
    }
}

/// Has nothing yet. To wait for it panics, and says how.
struct Impatient;

impl Results<u32, Infallible> for Impatient {
    fn recv(&mut self) -> Result<Completion<u32, Infallible>, Ended> {
        panic!("recv")
    }

    fn try_recv(&mut self) -> Result<Completion<u32, Infallible>, TryRecvError> {
        Err(TryRecvError::Empty)
    }

    fn recv_timeout(
        &mut self,
        _: Duration,
    ) -> Result<Completion<u32, Infallible>, RecvTimeoutError> {
        panic!("recv_timeout")
    }
}

impl Iterator for Impatient {
    type Item = Completion<u32, Infallible>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

#[test]
fn a_map_asks_its_iterator_while_the_queue_has_room() {
    for (queued, asked) in [(0, 3), (1, 3), (2, 2)] {
        let (pool, mut results) = (Crowded { queued, ..Crowded::new(0) }, Impatient);
        let taken = Cell::new(0);
        let jobs = iter::from_fn(|| {
            taken.set(taken.get() + 1);
            Some(taken.get())
        });
        let mapped = || pool.map_ordered(&mut results, jobs).next();
        catch_unwind(AssertUnwindSafe(mapped)).unwrap_err();
        assert_eq!(taken.get(), asked, "{queued} queued");
    }
}

/// Where a worker may make room, it looks for that now and then; else it only waits.
#[test]
fn a_map_looks_for_room_while_there_may_be_some() {
    for (queued, running, jobs, window, expected) in [
        (0, 1, 2, 3, "recv_timeout"),
        (2, 0, 2, 3, "recv_timeout"),
        (2, 1, 2, 3, "recv"),
        (0, 1, 1, 3, "recv"),
        (0, 1, 2, 1, "recv"),
    ] {
        let (pool, mut results) = (Crowded { queued, running, ..Crowded::new(9) }, Impatient);
        let mut map = pool.map_ordered(&mut results, 0..jobs).window(window);
        let waited = catch_unwind(AssertUnwindSafe(|| map.next())).unwrap_err();
        assert_eq!(waited.downcast_ref(), Some(&expected), "{queued}, {running}, {jobs}, {window}");
    }
}

#[test]
fn a_map_that_is_dropped_waits_until_its_job_is_taken() {
    let (pool, mut results) = (Crowded::new(5), Impatient);
    let mut map = pool.map_ordered(&mut results, [1, 2]);
    catch_unwind(AssertUnwindSafe(|| map.next())).unwrap_err();
    assert_eq!(*pool.taken.lock().unwrap(), [1]);
    drop(map);
    assert_eq!(*pool.taken.lock().unwrap(), [1, 2]);
}

/// The room may be what the thread that unwinds was about to make.
#[test]
fn a_map_that_is_dropped_by_a_panic_does_not_wait() {
    let (pool, mut results) = (Crowded::new(100), Impatient);
    let mapped = || pool.map_ordered(&mut results, [1, 2]).next();
    catch_unwind(AssertUnwindSafe(mapped)).unwrap_err();
    assert_eq!(*pool.taken.lock().unwrap(), [1]);
    assert_eq!(*pool.refusals.lock().unwrap(), 98, "refused at once, and after the panic");
}
