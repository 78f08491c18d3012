//! All the laws of the [contract](::pool::Pool#contract), over any library that carries messages.
//!
//! A library says how jobs wait, how completions travel and how a worker waits: that is
//! [`Library`]. [`Managed<L>`](Managed) makes a [`Backend`](::pool::Backend) of it, whose pools
//! keep all twenty laws. Five crates use it, one for each library; `example-async-channel` is a
//! sixth, to copy.
//!
//! # The life of a job
//!
//! ```text
//! submit ── Admission ── Queued ══ the library's Queue ══ Worker ── handler
//!                                                            ║ Completion
//!                recv ── ManagedResults ══ Inlet ══ the library's Outlet
//! ```
//!
//! 1. `Admission` gives the job a place in the queue and its id, by one exchange on one word. If
//!    there is no place, the submitter waits in a line, first come, first served.
//! 2. The job goes into the library's [`Queue`] as a `Queued`. There is room, so that waits for
//!    nothing.
//! 3. One of three claims it: a worker that receives it, a stop, or its cancellation. A worker
//!    counts what it takes, and so frees the place.
//! 4. The worker calls the handler, contains its panic, and counts how it ended.
//! 5. The completion goes through the library's [`Outlet`] to its [`Inlet`], which is inside the
//!    [results half](ManagedResults).
//! 6. Once the pool is closed and every job is gone, each worker is sent an end marker. Results end
//!    when the last worker has left.
//!
//! # Parts
//!
//! | part | does |
//! |---|---|
//! | `admission` | who may enter: a bound, ids without gaps, a fair line of threads and tasks; and the end |
//! | `queued` | one job on its way, and who claims it |
//! | `worker` | runs one message after the other, or one job by `.await` |
//! | `pool` | the sending half: stop, join, the counters |
//! | `core` | close and cancel, and what the halves and the workers share |
//! | `crew`, `threads` | start all workers or none, and join each thread once |
//! | `lane` | workers that are tasks, for handlers that await |
//! | [`mpsc`] | a way out for libraries that have no channel |
//!
//! # How to write a `Library`
//!
//! A whole backend, over a deque behind a lock:
//!
//! ```
//! use std::{collections::VecDeque, sync::{Arc, Condvar, Mutex}};
//!
//! use pool::{Backend, Config, Context, Pool, SpawnError};
//! use pool_managed::{Crew, Library, Managed, Queue, mpsc};
//!
//! struct Deque;
//!
//! impl Library for Deque {
//!     const NAME: &'static str = "deque";
//!     type Queue<M: Send + 'static> = Jobs<M>;
//!     // Completions travel by std's channel. A library that is a channel uses its own.
//!     type Outlet<M: Send + 'static> = mpsc::Sender<M>;
//!     type Inlet<M: Send + 'static> = mpsc::Receiver<M>;
//!
//!     fn queue<M: Send + 'static>(_capacity: usize) -> Result<Jobs<M>, SpawnError> {
//!         Ok(Jobs { waiting: Mutex::default(), not_empty: Condvar::new() })
//!     }
//!
//!     fn results<M: Send + 'static>(
//!         capacity: Option<usize>,
//!     ) -> Result<(mpsc::Sender<M>, mpsc::Receiver<M>), SpawnError> {
//!         mpsc::channel(capacity)
//!     }
//!
//!     fn start<M: Send + 'static>(jobs: &Arc<Jobs<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
//!         let jobs = Arc::clone(jobs);
//!         crew.spawn_all(move |mut work| while work(jobs.recv()) {})
//!     }
//! }
//!
//! struct Jobs<M> {
//!     waiting: Mutex<VecDeque<M>>,
//!     not_empty: Condvar,
//! }
//!
//! impl<M> Jobs<M> {
//!     fn recv(&self) -> M {
//!         let mut waiting = self.waiting.lock().unwrap();
//!         loop {
//!             match waiting.pop_front() {
//!                 Some(message) => return message,
//!                 None => waiting = self.not_empty.wait(waiting).unwrap(),
//!             }
//!         }
//!     }
//! }
//!
//! impl<M: Send + 'static> Queue<M> for Jobs<M> {
//!     fn send(&self, message: M) {
//!         self.waiting.lock().unwrap().push_back(message);
//!         self.not_empty.notify_one();
//!     }
//!
//!     fn try_recv(&self) -> Option<M> {
//!         self.waiting.lock().unwrap().pop_front()
//!     }
//! }
//!
//! let twice = |n: u64, _: &Context| Ok::<_, String>(2 * n);
//! let (pool, results) = Managed::<Deque>::spawn(Config::new(2), twice)?;
//! for n in 1..=10 {
//!     pool.submit(n)?;
//! }
//! pool.close();
//! assert_eq!(results.map(|completion| completion.result.unwrap()).sum::<u64>(), 110);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`AsyncLibrary`] gives pools that can be awaited as well, and a [`lane()`] of workers that
//! are tasks. Then hold your backend to the suite: `pool_conformance::conformance!`.
//!
//! # Limits
//!
//! - The queue must be first in, first out, and must hold what it was made for: the layer sees to
//!   the bound, and keeps every message until it is received.
//! - A cancelled job completes at once, but its place is free only once a worker comes past it. If
//!   the results are full, the job itself is left to that worker.
//! - What is delivered while the reader drops its half is dropped at the latest with the pool.
//! - A join that times out says how long a worker has been busy *at least*: since a join first saw
//!   it on that job.
//! - The layer costs a submission one contended exchange, and a worker none. Next to the leanest
//!   channel that still shows in an empty job.

mod admission;
mod asynchronous;
mod contained;
mod core;
mod crew;
mod lane;
mod library;
mod managed;
pub mod mpsc;
mod pool;
mod queued;
mod results;
mod threads;
mod worker;

pub use self::{
    crew::{Crew, Work},
    lane::{Lane, LaneWorker, lane},
    library::{AsyncLibrary, Inlet, Library, Outlet, Queue},
    managed::Managed,
    pool::ManagedPool,
    results::ManagedResults,
};
