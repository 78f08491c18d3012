//! What the layer needs from rayon: a deque of our own, and for each message a ticket that rayon
//! carries.
//!
//! What is given to `ThreadPool::spawn` cannot be taken back, and a job that is stopped must be.
//! So rayon gets a ticket, "run one message", and the message stays here until a worker that
//! holds a ticket takes the oldest.

use std::{cell::RefCell, collections::VecDeque, sync::Arc, thread};

use pool::{
    SpawnError, WorkerId,
    implement::contain,
    sync::{Mutex, lock},
};
use pool_managed::{Crew, Library, Queue, mpsc as results};
use rayon::{ThreadPool, ThreadPoolBuilder};

thread_local! {
    static WORKER: RefCell<Worker> = const { RefCell::new(Worker::Gone) };
}

/// What a thread can do with a ticket.
enum Worker {
    /// Take one message, and run it.
    Idle(Box<dyn FnMut()>),
    /// Its handler waits for rayon (in `join`, say), and lends the thread to other work.
    Busy,
    /// Not begun, or ended.
    Gone,
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
        Ok(Tickets { state: Mutex::new(State { waiting: VecDeque::new(), pool: Pool::NotYet }) })
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(results::Sender<M>, results::Receiver<M>), SpawnError> {
        results::channel(capacity)
    }

    fn start<M: Send + 'static>(queue: &Arc<Tickets<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let built = ThreadPoolBuilder::new()
            .num_threads(crew.workers())
            // A handler may `rayon::spawn`, and a panic there would abort the process. It has
            // been reported by the panic hook.
            .panic_handler(drop)
            // Threads of the crew's, so that they are named, refused and joined as configured.
            .spawn_handler(|thread| {
                let queue = Arc::clone(queue);
                crew.spawn(WorkerId::new(thread.index()), move |mut work| {
                    let run_one = move || {
                        if let Some(message) = queue.try_recv() {
                            work(message);
                        }
                    };
                    WORKER.set(Worker::Idle(Box::new(run_one)));
                    // Returns when the `ThreadPool` is dropped and every ticket is redeemed.
                    thread.run();
                    // The end marker.
                    redeem_ticket();
                    WORKER.set(Worker::Gone);
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
        pool.spawn(redeem_ticket);
    }

    fn try_recv(&self) -> Option<M> {
        lock(&self.state).waiting.pop_front()
    }

    fn end(&self, markers: impl Iterator<Item = M>) {
        let pool = {
            let mut state = lock(&self.state);
            state.waiting.extend(markers);
            std::mem::replace(&mut state.pool, Pool::Ended)
        };
        // The last to let go of the `ThreadPool` ends its threads. They redeem all tickets first,
        // and then take a marker each.
        drop(pool);
    }
}

/// What a ticket does.
fn redeem_ticket() {
    match WORKER.replace(Worker::Busy) {
        Worker::Idle(mut run_one) => {
            // If it panics, which is none of the handler's doing, the worker is gone.
            let ran = contain(&mut run_one);
            WORKER.set(if ran.is_ok() { Worker::Idle(run_one) } else { Worker::Gone });
        }
        // The worker runs one job at a time: the ticket goes to the next.
        Worker::Busy => {
            rayon::spawn(redeem_ticket);
            thread::yield_now();
        }
        Worker::Gone => WORKER.set(Worker::Gone),
    }
}
