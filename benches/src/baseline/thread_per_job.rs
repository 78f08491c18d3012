//! One `std::thread::spawn` a job: no pool.
//!
//! Who does so counts nothing and has as many threads as jobs, until the system refuses one.
//! Here at most [`Shape::workers`] are alive, and `submit` waits for one to end: as many jobs
//! run at a time as in a pool, and what differs is that no thread is used twice. A job is
//! started, not queued: there is no queue to bound.

use std::{
    mem,
    sync::{Arc, Condvar, Mutex},
    thread::{self, JoinHandle},
};

use pool_measure::contender::{Execute, Shape};

use super::Baseline;

/// A thread for every job, and never more at a time than there would be workers.
///
/// No queue, threads are bounded by us, a panic loses the result.
#[derive(Debug)]
pub struct ThreadPerJob {
    places: Arc<Places>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Baseline for ThreadPerJob {
    const NAME: &'static str = "thread per job";
}

impl Execute for ThreadPerJob {
    fn start(shape: Shape) -> Self {
        let places = Places { free: Mutex::new(shape.workers), freed: Condvar::new() };
        Self { places: Arc::new(places), threads: Mutex::default() }
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        let place = Place::take(&self.places);
        let thread = thread::spawn(move || {
            let _place = place;
            work();
        });
        let mut threads = self.threads.lock().expect("no holder panics");
        for ended in threads.extract_if(.., |thread| thread.is_finished()) {
            // A panic has been reported by the panic hook, and its result is missing.
            _ = ended.join();
        }
        threads.push(thread);
    }
}

impl Drop for ThreadPerJob {
    fn drop(&mut self) {
        let threads = mem::take(&mut self.threads);
        for thread in threads.into_inner().expect("no holder panics") {
            _ = thread.join();
        }
    }
}

/// A counting semaphore, which `std` does not have.
#[derive(Debug)]
struct Places {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place among the running jobs, given back when dropped: after a panic, too.
struct Place(Arc<Places>);

impl Place {
    fn take(places: &Arc<Places>) -> Self {
        let free = places.free.lock().expect("no holder panics");
        let mut free = places.freed.wait_while(free, |free| *free == 0).expect("no holder panics");
        *free -= 1;
        Self(Arc::clone(places))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.free.lock().expect("no holder panics") += 1;
        self.0.freed.notify_one();
    }
}
