//! One `spawn` a job, and a channel out. Nothing bounds the queue: rayon has no way to.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::contender::{Contender, Jobs, Shape};

/// The bare loop over rayon.
#[derive(Debug)]
pub struct Rayon;

/// The end that jobs go into.
pub struct RayonJobs<J> {
    /// Does the job and sends the result.
    run: Arc<dyn Fn(J) + Send + Sync>,
    /// `None` only while it is dropped.
    rayon: Option<ThreadPool>,
    threads: Vec<JoinHandle<()>>,
}

impl Contender for Rayon {
    type Jobs<J: Send + 'static> = RayonJobs<J>;
    type Results<T: Send + 'static> = mpsc::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (rayon, threads) = start_threads(shape.workers);
        // Nobody receives any more if the measurement was given up.
        let (run, results): (Arc<dyn Fn(J) + Send + Sync>, _) = match shape.results {
            Some(results) => {
                let (sender, results) = mpsc::sync_channel(results);
                (Arc::new(move |job| _ = sender.send(handler(job))), results)
            }
            None => {
                let (sender, results) = mpsc::channel();
                (Arc::new(move |job| _ = sender.send(handler(job))), results)
            }
        };
        (RayonJobs { run, rayon: Some(rayon), threads }, results.into_iter())
    }
}

/// Rayon's threads, and the handles to join them: dropping a `ThreadPool` does not wait.
fn start_threads(workers: usize) -> (ThreadPool, Vec<JoinHandle<()>>) {
    let threads = Mutex::new(Vec::new());
    let rayon = ThreadPoolBuilder::new()
        .num_threads(workers)
        .spawn_handler(|thread| {
            let handle = thread::Builder::new().spawn(|| thread.run())?;
            threads.lock().expect("nobody panics here").push(handle);
            Ok(())
        })
        .build()
        .expect("a pool can be started");
    (rayon, threads.into_inner().expect("nobody panics here"))
}

impl<J: Send + 'static> Jobs<J> for RayonJobs<J> {
    fn submit(&self, job: J) {
        let run = Arc::clone(&self.run);
        let rayon = self.rayon.as_ref().expect("there are threads until it is dropped");
        rayon.spawn(move || run(job));
    }
}

impl<J> Drop for RayonJobs<J> {
    fn drop(&mut self) {
        self.rayon = None;
        for thread in self.threads.drain(..) {
            // A panic has been reported by the panic hook, and the jobs it cost are missing.
            _ = thread.join();
        }
    }
}
