//! 3. A bounded queue: refuse, wait for a time, or wait for room.
//!
//! ```text
//! $ cargo run -p pool-guide --example 03_backpressure
//! the worker is busy, and 2 of 2 places are taken
//! job refused: the queue is full
//! job refused: the queue stayed full until the timeout
//! accepted as job 3, once there was room
//! 4 pages printed
//! ```

use std::{
    error::Error,
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use pool::{Backend, Config, Context, Pool};
use pool_crossbeam::Crossbeam;

fn main() -> Result<(), Box<dyn Error>> {
    // A printer that waits for paper.
    let (paper, tray) = mpsc::channel::<()>();
    let tray = Mutex::new(tray);
    let (begun, begins) = mpsc::channel();
    let print = move |page: u32, _: &Context| {
        _ = begun.send(());
        // Returns when the sender is dropped: then there is paper for all pages.
        _ = tray.lock().unwrap_or_else(PoisonError::into_inner).recv();
        Ok::<_, String>(page)
    };
    // Results may be bounded as well: then workers wait for the reader.
    let (pool, results) = Crossbeam::spawn(Config::new(1).queue(2), print)?;

    pool.submit(1)?;
    begins.recv()?; // the worker has taken page 1
    pool.submit(2)?;
    pool.submit(3)?;
    let stats = pool.stats();
    println!(
        "the worker is busy, and {} of {} places are taken",
        stats.queued, stats.queue_capacity
    );

    // A refusal has the job, so nothing is lost.
    let refused = pool.try_submit(4).unwrap_err();
    println!("{refused}");
    let refused = pool.submit_timeout(refused.into_inner(), Duration::from_millis(10)).unwrap_err();
    println!("{refused}");

    thread::spawn(move || drop(paper));
    let job = pool.submit(refused.into_inner())?; // waits for room
    println!("accepted as job {job}, once there was room");
    pool.close();
    println!("{} pages printed", results.count());
    Ok(())
}
