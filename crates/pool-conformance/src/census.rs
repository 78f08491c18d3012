//! Values that are counted while they live.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Counts how many of its values are alive, and how many were at most.
///
/// ```
/// use pool::{Backend, Config, Context, Pool};
/// use pool_conformance::{Census, Counted, no_error};
/// use pool_std::Std;
///
/// let census = Census::new();
/// let (pool, results) =
///     Std::spawn(Config::new(2), |job: Counted, _: &Context| no_error(job)).unwrap();
/// for _ in 0..10 {
///     pool.submit(census.count()).unwrap();
/// }
/// drop((pool, results));
/// assert_eq!((census.alive(), census.peak()), (0, 10)); // nothing is lost, and nothing kept
/// ```
#[derive(Clone, Debug, Default)]
pub struct Census {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    alive: AtomicUsize,
    peak: AtomicUsize,
}

/// A value that its [`Census`] counts, to be carried inside a job or a result. Neither a
/// lost one nor one dropped twice goes unnoticed.
#[derive(Debug)]
pub struct Counted(Arc<Counts>);

impl Census {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    pub fn count(&self) -> Counted {
        // Relaxed, here and below: the thread that compares has joined, or received from, the threads
        // that count.
        let alive = self.counts.alive.fetch_add(1, Ordering::Relaxed) + 1;
        self.counts.peak.fetch_max(alive, Ordering::Relaxed);
        Counted(Arc::clone(&self.counts))
    }

    /// One more, for as long as this thread lives.
    ///
    /// Whoever has joined the thread finds it gone. (The system's own list of threads, see
    /// [`live_threads`](crate::live_threads), may still have it for a moment.)
    pub fn count_this_thread(&self) {
        thread_local! {
            static COUNTED: RefCell<Vec<Counted>> = const { RefCell::new(Vec::new()) };
        }
        COUNTED.with(|counted| counted.borrow_mut().push(self.count()));
    }

    /// How many live.
    pub fn alive(&self) -> usize {
        self.counts.alive.load(Ordering::Relaxed)
    }

    /// The most that ever lived at once.
    pub fn peak(&self) -> usize {
        self.counts.peak.load(Ordering::Relaxed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::Relaxed);
    }
}
