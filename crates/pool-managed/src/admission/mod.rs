//! Who may enter the queue: a bound on waiting jobs, ids without gaps, and a fair line; and when
//! all have left it.

mod end;
mod line;

use std::ops::Range;

use pool::{
    JobId, RefusalReason, Wait, WorkerId,
    implement::Padded,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering, fence},
        lock, yielding,
    },
};

use self::line::{Line, unlock};

/// A counting semaphore for the places in a queue, whose permits are the ids of jobs.
///
/// # One word
///
/// A submitter takes a place, its job's id and the answer to "is the pool open?" by one
/// exchange on `Gate::word`, which holds how many jobs have been accepted, and two flags. The
/// job gets the number that it finds there as its id, so ids have no gaps. It may enter while
/// that number is below `Gate::limit`: the capacity, plus the places that have been freed.
///
/// Workers do not write there. Each counts what it has taken in a word of its own. A submitter
/// that reaches the limit adds up those counts, under the lock, and raises the limit: once for
/// all the places freed since the last time.
///
/// # The line
///
/// A submitter that finds no place joins a line, first come, first served. While somebody is in
/// line, `WAITING` is set, and only the holder of the line's lock accepts jobs: newcomers do not
/// overtake. A place is *reserved* for the first in line, who takes it up when it next runs.
///
/// # Who serves the line
///
/// To wake a submitter for every place costs many times an empty job. So a thread first waits
/// for half of the places; after [`BATCH_WINDOW`](line::BATCH_WINDOW) it wants the first.
/// Whoever waits says in `attention` which job's taking is worth a look: a worker compares the
/// id of the job that it has taken, and serves the line from that id on. It adds its own places
/// to the limit, and all workers' only for a batch, so no worker reads the others' counters for
/// each job.
///
/// # Why no wake-up is lost
///
/// Whoever waits writes `attention`, then adds up what is taken. A worker counts what it takes,
/// then reads `attention`. Both have a sequentially consistent fence between the two steps. So
/// the later one sees what the other wrote: the submitter sees the place, or the worker sees
/// that a look is due. A batch whose last job has a small id is no exception: when the window
/// has passed, every taking is worth a look. The same holds for [`close`](Self::close), after
/// which every taking is.
///
/// `pool-loom` plays this, and the other orderings here, in all that the memory model allows:
/// each test there is for one of them, and fails without it.
pub(crate) struct Admission {
    /// Written by submitters.
    gate: Padded<Gate>,
    /// A worker looks after the line, or the end, when it takes a job with this id or a later
    /// one. Workers read it for each job; it is written when somebody joins or leaves the line.
    attention: Padded<AtomicU64>,
    /// Messages that each worker has taken from the queue. Only that worker writes there. Behind
    /// theirs, those that a stop or a cancellation has taken, and is done with.
    taken: Box<[Padded<AtomicU64>]>,
    /// Whether the end has been seen.
    ended: AtomicBool,
    capacity: u64,
    line: Mutex<Line>,
}

struct Gate {
    /// `jobs accepted * JOB | WAITING | CLOSED`.
    word: AtomicU64,
    /// How many jobs may be accepted in all. Rises under the line's lock.
    limit: AtomicU64,
}

const CLOSED: u64 = 1;
const WAITING: u64 = 2;
const JOB: u64 = 4;

/// No job's id: nothing needs attention.
const NEVER: u64 = u64::MAX;

/// The ids of the jobs that have got one; or why there is none.
type Places = Result<Range<u64>, RefusalReason>;

impl Admission {
    /// `capacity` free places, and `workers` workers who free them.
    pub(crate) fn new(capacity: usize, workers: usize) -> Self {
        let capacity = capacity as u64;
        Self {
            gate: Padded(Gate { word: AtomicU64::new(0), limit: AtomicU64::new(capacity) }),
            attention: Padded(AtomicU64::new(NEVER)),
            taken: (0..=workers).map(|_| Padded::default()).collect(),
            ended: AtomicBool::new(false),
            capacity,
            line: Mutex::new(Line { gathered: vec![0; workers + 1].into(), ..Line::default() }),
        }
    }

    /// Jobs accepted so far.
    pub(crate) fn accepted(&self) -> u64 {
        // Acquire pairs with the exchange in `try_acquire`: who sees a job accepted sees the
        // taking of the job whose place it got.
        self.gate.word.load(Ordering::Acquire) / JOB
    }

    /// How many of the accepted jobs are no longer in the queue, nor on their way to it.
    pub(crate) fn taken(&self) -> u64 {
        // Acquire pairs with the store in `take`, and with `withdraw`.
        self.taken.iter().map(|taken| taken.load(Ordering::Acquire)).sum()
    }

    /// Takes a place, waiting for it as `wait` says. Its id is the job's. Refused if there is none
    /// ([`Full`](RefusalReason::Full)), or once the pool is closed.
    pub(crate) fn acquire(&self, wait: Wait) -> Result<JobId, RefusalReason> {
        let deadline = match wait {
            Wait::Never => return self.try_acquire(1).map(first),
            Wait::Until(deadline) => Some(deadline),
            Wait::Forever => None,
        };
        let attempt = || match self.try_acquire(1) {
            Err(RefusalReason::Full) => None,
            done => Some(done.map(first)),
        };
        yielding(attempt).unwrap_or_else(|| self.wait_in_line(deadline))
    }

    /// Takes up to `most` places at once, without waiting: one, at least.
    pub(crate) fn try_acquire(&self, most: u64) -> Places {
        // Relaxed, as where the exchange fails: the flags order nothing.
        let mut word = self.gate.word.load(Ordering::Relaxed);
        loop {
            if word & CLOSED != 0 {
                return Err(RefusalReason::Closed);
            }
            // Acquire pairs with the store in `gather`: the queue has room for the job.
            let (accepted, limit) = (word / JOB, self.gate.limit.load(Ordering::Acquire));
            if word & WAITING != 0 || accepted >= limit {
                if let Some(done) = self.try_acquire_slowly(word, limit, most) {
                    return done;
                }
                word = self.gate.word.load(Ordering::Relaxed);
                continue;
            }
            let places = most.min(limit - accepted);
            // Release pairs with the load in `accepted`.
            match self.gate.word.compare_exchange_weak(
                word,
                word + places * JOB,
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(accepted..accepted + places),
                Err(now) => word = now,
            }
        }
    }

    /// As `try_acquire`, where somebody is in line, or the limit may have to be raised. `None` if
    /// an exchange may do now.
    #[cold]
    fn try_acquire_slowly(&self, word: u64, limit: u64, most: u64) -> Option<Places> {
        // Without the lock: or a thread that asks again and again would keep others from the
        // line.
        if word & WAITING == 0 && self.capacity + self.taken() <= limit {
            return Some(Err(RefusalReason::Full));
        }
        let mut line = lock(&self.line);
        self.gather_all(&mut line);
        let free = if line.waiting.is_empty() { self.free(&line) } else { 0 };
        // Relaxed: a flag is set and cleared under the lock.
        match self.gate.word.load(Ordering::Relaxed) & (WAITING | CLOSED) {
            _ if free == 0 => Some(Err(RefusalReason::Full)),
            WAITING => Some(Ok(self.accept(&mut line, most.min(free)))),
            _ => None,
        }
    }

    /// Accepts jobs while `WAITING` is set, which keeps all others from it but the holder of
    /// the lock.
    fn accept(&self, _line: &mut Line, jobs: u64) -> Range<u64> {
        // Release as in `try_acquire`.
        let accepted = self.gate.word.fetch_add(jobs * JOB, Ordering::Release) / JOB;
        accepted..accepted + jobs
    }

    /// Places that are neither taken nor reserved. Exact while `WAITING` is set, else at most.
    fn free(&self, line: &Line) -> u64 {
        // Relaxed: under the lock, as both are changed then.
        let accepted = self.gate.word.load(Ordering::Relaxed) / JOB;
        let limit = self.gate.limit.load(Ordering::Relaxed);
        limit.saturating_sub(accepted + line.reserved)
    }

    fn gather_all(&self, line: &mut Line) {
        (0..self.taken.len()).for_each(|worker| self.gather(line, worker));
    }

    /// Adds to the limit what this worker has taken since the last time.
    fn gather(&self, line: &mut Line, worker: usize) {
        // Acquire pairs with the store in `take`, and Release passes it on to the load in
        // `try_acquire`: who takes the place finds it empty in the queue.
        let taken = self.taken[worker].load(Ordering::Acquire);
        let gained = taken - std::mem::replace(&mut line.gathered[worker], taken);
        if gained > 0 {
            // Not an addition by one instruction: only the holder of the lock writes here.
            let limit = self.gate.limit.load(Ordering::Relaxed);
            self.gate.limit.store(limit + gained, Ordering::Release);
        }
    }

    /// `worker` has taken this job out of the queue. Returns whether it is to
    /// [`attend`](Self::attend) to the line, or to the end.
    #[inline]
    pub(crate) fn take(&self, worker: WorkerId, job: JobId) -> bool {
        let taken = &self.taken[worker.get()];
        // No locked instruction: only this worker writes here. Release pairs with the loads in
        // `gather` and `taken`.
        taken.store(taken.load(Ordering::Relaxed) + 1, Ordering::Release);
        // Pairs with the fence in `set_attention`: see "Why no wake-up is lost".
        fence(Ordering::SeqCst);
        job.get() >= self.attention.load(Ordering::Relaxed)
    }

    /// Serves the line with the places that `worker` has freed; or, once enough for a batch may
    /// be free, with everybody's.
    #[cold]
    pub(crate) fn attend(&self, worker: WorkerId) {
        let mut line = lock(&self.line);
        if line.eager {
            self.gather(&mut line, worker.get());
        } else {
            self.gather_all(&mut line);
        }
        self.hand_out(&mut line);
        unlock(line);
    }
}

fn first(ids: Range<u64>) -> JobId {
    JobId::new(ids.start)
}
