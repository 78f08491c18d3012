//! Who may enter the queue: a bound on waiting jobs, and a fair line for those who wait.

mod acquire;
mod line;

use std::mem;

pub use self::acquire::Acquire;
use self::line::Line;
use super::{padded::Padded, yielding};
use crate::{
    Wait, WorkerId,
    sync::{
        Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering, fence},
        lock,
    },
};

/// A counting semaphore for the places in a queue, for threads and tasks alike.
///
/// # States
///
/// Submitters take places from a pot, one word that holds how many are in it and two flags.
/// Workers do not put places back there, or every job would bounce that word between the
/// cores: each counts the places it has freed in a word of its own. Whoever finds the pot
/// empty adds up those counts, under the lock, and fills the pot with all that have been
/// freed since the last time.
///
/// Whoever finds nothing there either joins a line, first come, first served. While the line
/// is not empty, `WAITING` is set: newcomers do not overtake it, and workers serve it.
///
/// # When the line is served
///
/// To wake a submitter for every place, who then submits one job and sleeps again, costs many
/// times an empty job. So a thread waits patiently at first, until half the places are free;
/// for a blink, `PATIENCE`, then it wants the first that is freed. So workers that are quick
/// wake it once for many jobs, and beside a worker that is slow it loses no more than that.
///
/// # Why no wake-up is lost
///
/// Whoever waits, and whoever serves the line but not all of it, first says in `serve_at` how
/// many places must have been freed, then adds up how many are. Whoever frees a place first
/// counts it, then looks at `serve_at` and adds up. All have a sequentially consistent fence
/// between the two steps: the last of them to pass it sees what all the others did, and
/// serves the line.
#[derive(Debug)]
pub struct Admission {
    /// The pot: `places * PLACE | WAITING | CLOSED`. Written by submitters, and by whoever
    /// serves the line.
    pot: Padded<AtomicUsize>,
    /// Serve the line when so many places have ever been freed; `NOBODY` if it is empty. On
    /// a cache line that workers can read without disturbing submitters.
    serve_at: Padded<AtomicU64>,
    /// Places ever freed by each worker.
    freed: Box<[Padded<AtomicU64>]>,
    /// Places ever freed by others: by stop and cancellation, and those taken in vain.
    freed_by_others: AtomicU64,
    /// Places ever put into the pot. Written by the holder of the line's lock.
    potted: AtomicU64,
    capacity: usize,
    line: Mutex<Line>,
}

const CLOSED: usize = 1;
const WAITING: usize = 2;
const PLACE: usize = 4;

/// A count of freed places that is never reached.
const NOBODY: u64 = u64::MAX;

/// Why no place was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdmissionError {
    /// There is none, and the caller would not wait (any longer).
    Full,
    /// The pool takes no more jobs.
    Closed,
}

impl Admission {
    /// `capacity` free places, from 1 to [`Config::MAX_CAPACITY`](crate::Config::MAX_CAPACITY),
    /// to be freed by `workers` workers.
    pub fn new(capacity: usize, workers: usize) -> Self {
        Self {
            pot: Padded::default(),
            serve_at: Padded(AtomicU64::new(NOBODY)),
            freed: (0..workers).map(|_| Padded::default()).collect(),
            freed_by_others: AtomicU64::new(0),
            potted: AtomicU64::new(0),
            capacity,
            line: Mutex::default(),
        }
    }

    /// How many places there are, free or taken.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Whether [`close`](Self::close) has been called.
    pub fn is_closed(&self) -> bool {
        // Pairs with the `fetch_or` in `close`.
        self.pot.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Takes a place, waiting for it as told.
    ///
    /// Whoever takes a place owes a [`release`](Self::release).
    ///
    /// # Errors
    ///
    /// [`Full`](AdmissionError::Full) if told not to wait, or no longer;
    /// [`Closed`](AdmissionError::Closed) once the pool is.
    ///
    /// # Blocking
    ///
    /// While there is no place, blocks the thread for as long as told.
    pub fn acquire(&self, wait: Wait) -> Result<(), AdmissionError> {
        let deadline = match wait {
            Wait::Never => return self.try_acquire(),
            Wait::Until(deadline) => Some(deadline),
            Wait::Forever => None,
        };
        let attempt = || match self.try_acquire() {
            Err(AdmissionError::Full) => None,
            done => Some(done),
        };
        yielding(attempt).unwrap_or_else(|| self.wait_in_line(deadline))
    }

    /// Takes a place; waits for it without blocking the thread, in the same line.
    pub fn acquire_async(&self) -> Acquire<'_> {
        Acquire::new(self)
    }

    fn try_acquire(&self) -> Result<(), AdmissionError> {
        // Relaxed, as in the exchange that fails: the flags order nothing, and a place is taken
        // by the exchange that succeeds.
        let mut pot = self.pot.load(Ordering::Relaxed);
        loop {
            if pot & CLOSED != 0 {
                return Err(AdmissionError::Closed);
            }
            if pot & WAITING != 0 {
                return Err(AdmissionError::Full);
            }
            if pot < PLACE {
                pot = self.fill_pot()?;
                continue;
            }
            // Acquire pairs with the addition in `gather`: whoever freed the place had
            // taken its job out of the queue, so there is room in the queue as well.
            match self.pot.compare_exchange_weak(
                pot,
                pot - PLACE,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(now) => pot = now,
            }
        }
    }

    /// Fills an empty pot, and says what is in it.
    #[cold]
    fn fill_pot(&self) -> Result<usize, AdmissionError> {
        // Without the lock: or whoever asks without pause would hold it all the time, and
        // keep others from joining the line.
        if self.free() == 0 {
            return Err(AdmissionError::Full);
        }
        let _line = lock(&self.line);
        // Relaxed: whoever sets a flag or fills the pot holds the lock.
        let pot = self.pot.load(Ordering::Relaxed);
        // Closed, with people in line, or filled by somebody else meanwhile: not our turn.
        if pot != 0 {
            return Ok(pot);
        }
        match self.gather() {
            0 => Err(AdmissionError::Full),
            places => Ok(places * PLACE),
        }
    }

    /// Puts into the pot what has been freed since the last time; says how many. To be called
    /// by the holder of the line's lock.
    fn gather(&self) -> usize {
        let free = self.free();
        // Release pairs with the load in `free`.
        self.potted.fetch_add(free, Ordering::Release);
        let places = usize::try_from(free).unwrap_or(self.capacity);
        // Release passes the Acquire in `freed_so_far` on to the one in `try_acquire`.
        self.pot.fetch_add(places * PLACE, Ordering::Release);
        places
    }

    /// Places that have been freed and not yet put into the pot.
    fn free(&self) -> u64 {
        // Acquire, and first: what is counted as put there is then seen as freed, too.
        let potted = self.potted.load(Ordering::Acquire);
        self.capacity as u64 + self.freed_so_far() - potted
    }

    fn freed_so_far(&self) -> u64 {
        // Acquire pairs with the stores in `release_by` and `release`: see `try_acquire`.
        let freed = self.freed.iter().map(|freed| freed.load(Ordering::Acquire));
        freed.sum::<u64>() + self.freed_by_others.load(Ordering::Acquire)
    }

    /// Frees a place: `worker` has taken a job out of the queue.
    ///
    /// Has a sequentially consistent fence inside, after everything the caller did before.
    ///
    /// # Panics
    ///
    /// If there is no such worker.
    pub fn release_by(&self, worker: WorkerId) {
        let freed = &self.freed[worker.get()];
        // Only this worker writes here. Release pairs with the loads in `freed_so_far`.
        freed.store(freed.load(Ordering::Relaxed) + 1, Ordering::Release);
        self.serve_if_due();
    }

    /// Frees a place: its job was taken out of the queue by somebody other than a worker, or
    /// never entered it.
    pub fn release(&self) {
        // Release pairs with the loads in `freed_so_far`.
        self.freed_by_others.fetch_add(1, Ordering::Release);
        self.serve_if_due();
    }

    fn serve_if_due(&self) {
        // Pairs with itself and the one in `serve_when`: see "Why no wake-up is lost".
        fence(Ordering::SeqCst);
        let serve_at = self.serve_at.load(Ordering::Relaxed);
        if serve_at != NOBODY && self.freed_so_far() >= serve_at {
            self.serve_line();
        }
    }

    /// Refuses everyone who waits and everyone who comes.
    pub fn close(&self) {
        let refused = {
            let mut line = lock(&self.line);
            if line.refused_from.is_some() {
                return;
            }
            let first = line.waiting.front().map_or(line.next_ticket, |first| first.ticket);
            line.refused_from = Some(first);
            // Release pairs with the load in `is_closed`; `try_acquire` needs the flag alone.
            self.pot.fetch_or(CLOSED, Ordering::Release);
            let refused = mem::take(&mut line.waiting);
            self.serve_when(&line, 1);
            refused
        };
        for waiting in refused {
            waiting.waker.wake();
        }
    }
}
