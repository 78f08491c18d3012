//! What the layer needs from rayon: a deque of our own, and for each message a ticket that rayon
//! carries.
//!
//! What is given to `ThreadPool::spawn` cannot be taken back, and a job that is stopped must be.
//! So rayon gets a ticket, "run one message", and the message stays here until a worker that
//! holds a ticket takes the oldest.

use std::{cell::RefCell, collections::VecDeque, mem, rc::Rc, sync::Arc};

use pool::{
    SpawnError, WorkerId,
    implement::{Padded, contain, discard},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
        lock,
    },
};
use pool_managed::{Crew, Library, Queue, Work, mpsc as results};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// What a thread does with a ticket. `true`: the ticket is to be kept.
type Redeem = Rc<dyn Fn(bool)>;

thread_local! {
    static REDEEM: RefCell<Option<Redeem>> = const { RefCell::new(None) };
}

/// rayon's threads, as the layer sees them. There is no channel: completions travel by
/// `std::sync::mpsc`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Threads;

impl Library for Threads {
    const NAME: &'static str = "rayon";

    type Queue<M: Send + 'static> = Tickets<M>;
    type Outlet<M: Send + 'static> = results::Sender<M>;
    type Inlet<M: Send + 'static> = results::Receiver<M>;

    fn queue<M: Send + 'static>(_capacity: usize) -> Result<Tickets<M>, SpawnError> {
        let state = State { waiting: VecDeque::new(), pool: Pool::NotYet };
        Ok(Tickets { state: Mutex::new(state), put_back: Padded::default() })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(results::Sender<M>, results::Receiver<M>), SpawnError> {
        results::channel(capacity)
    }

    fn start<M: Send + 'static>(queue: &Arc<Tickets<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let built = ThreadPoolBuilder::new()
            .num_threads(crew.workers())
            // A handler may `rayon::spawn`, and a panic there would abort the process, as would one
            // of its payload's `Drop`. It has been reported by the panic hook.
            .panic_handler(discard)
            // Threads of the crew's, so that they are named, refused and joined as configured.
            .spawn_handler(|thread| {
                let queue = Arc::clone(queue);
                crew.spawn(WorkerId::new(thread.index()), move |work| {
                    let work = Rc::new(RefCell::new(Some(work)));
                    let (tickets, same) = (Arc::clone(&queue), Rc::clone(&work));
                    REDEEM.set(Some(Rc::new(move |keep| tickets.redeem(keep, &same))));
                    // Returns when the `ThreadPool` is dropped and every ticket is redeemed.
                    thread.run();
                    REDEEM.set(None);
                    // The end marker.
                    let (mut work, marker) = (work.take(), queue.try_recv());
                    work.as_mut().zip(marker).map(|(work, marker)| work(marker));
                })
            })
            .build();
        crew.wait()?;
        queue.open(built.map_err(|error| SpawnError::Library(error.into()))?);
        Ok(())
    }
}

/// Messages that wait, and the threads that get a ticket for each.
#[derive(Debug)]
pub struct Tickets<M> {
    state: Mutex<State<M>>,
    /// Tickets that came to a worker with a message in hand: for the first that is done with its.
    /// Written under the lock.
    put_back: Padded<AtomicU64>,
}

#[derive(Debug)]
struct State<M> {
    waiting: VecDeque<M>,
    pool: Pool,
}

#[derive(Debug)]
enum Pool {
    /// Its threads are being started.
    NotYet,
    Open(Arc<ThreadPool>),
    Ended,
}

impl<M> Tickets<M> {
    fn open(&self, pool: ThreadPool) {
        let mut state = lock(&self.state);
        // If it has ended before it began, this drops the pool.
        if matches!(state.pool, Pool::NotYet) {
            state.pool = Pool::Open(Arc::new(pool));
        }
    }

    /// Runs the oldest message, unless this worker has one in hand.
    fn redeem(&self, keep: bool, work: &RefCell<Option<Work<M>>>) {
        let mut state = lock(&self.state);
        let Ok(mut work) = work.try_borrow_mut() else {
            // The handler waits for rayon (in `join`, say), and lends the thread to other work. The
            // ticket is not spawned again: the thread's own deque is a stack, and what the handler
            // waits for may lie below.
            let is_first = keep && self.put_back.fetch_add(1, Ordering::Relaxed) == 0;
            drop(state);
            // For those that are idle. From then on each worker looks for tickets that were put back
            // when it is done with a message; one that finds no message takes them all.
            if is_first {
                rayon::spawn_broadcast(|_| redeem(false));
            }
            return;
        };
        // Once the queue has ended, there are only markers.
        let (Pool::Open(_), Some(run)) = (&state.pool, &mut *work) else { return };
        let Some(message) = state.waiting.pop_front() else {
            self.put_back.store(0, Ordering::Relaxed);
            return;
        };
        drop(state);
        // If it panics, which is none of the handler's doing, the worker is gone.
        if contain(|| run(message)).is_err() {
            *work = None;
        }
        drop(work);
        // Relaxed: a thread that put one back first has sent this one a ticket after that.
        if self.put_back.load(Ordering::Relaxed) > 0 {
            let state = lock(&self.state);
            let put_back = self.put_back.swap(0, Ordering::Relaxed);
            let tickets = put_back.min(state.waiting.len() as u64);
            drop(state);
            (0..tickets).for_each(|_| rayon::spawn(|| redeem(true)));
        }
    }
}

impl<M: Send + 'static> Queue<M> for Tickets<M> {
    fn send(&self, message: M) {
        let pool = {
            let mut state = lock(&self.state);
            state.waiting.push_back(message);
            match &state.pool {
                Pool::Open(pool) => Arc::clone(pool),
                Pool::NotYet | Pool::Ended => return,
            }
        };
        // Outside the lock, which the thread that it wakes will want. It keeps the order all the
        // same: tickets are all alike, and each takes the oldest message.
        pool.spawn(|| redeem(true));
    }

    fn try_recv(&self) -> Option<M> {
        lock(&self.state).waiting.pop_front()
    }

    fn end(&self, markers: impl Iterator<Item = M>) {
        let pool = {
            let mut state = lock(&self.state);
            state.waiting.extend(markers);
            mem::replace(&mut state.pool, Pool::Ended)
        };
        // The last to let go of the `ThreadPool` ends its threads. They redeem all tickets first,
        // and then take a marker each.
        drop(pool);
    }
}

/// What a ticket does.
fn redeem(keep: bool) {
    if let Some(redeem) = REDEEM.with_borrow(Option::clone) {
        redeem(keep);
    }
}
