//! 8. Closures as jobs, and a handle to wait for the value of each.
//!
//! ```text
//! $ cargo run -p pool-guide --example 08_closures
//! hello from job 0
//! longest: Some("three"), sum: 5050
//! job 3 panicked: out of paper
//! woken: Err(Cancelled)
//! a worker of the same pool must not wait for job 6
//! ```

use std::{
    error::Error,
    sync::{Arc, mpsc},
    time::Duration,
};

use pool::{Handle, JobOptions, prelude::*};
use pool_std::Std;

fn main() -> Result<(), Box<dyn Error>> {
    // A pool that runs closures. Their values go to their handles.
    let tasks = Arc::new(Std::tasks(Config::new(2))?);

    // The value of this one is not wanted.
    let (sender, greeting) = mpsc::channel();
    tasks.execute(move |ctx| sender.send(format!("hello from job {}", ctx.job_id())))?;
    println!("{}", greeting.recv()?);

    // A closure may own anything, and return anything.
    let words = ["one", "two", "three"].map(String::from);
    let longest = tasks.spawn(move |_| words.into_iter().max_by_key(String::len))?;
    let sum = tasks.spawn(|_| (1..=100).sum::<u32>())?;
    println!("longest: {:?}, sum: {}", longest.join()?, sum.join()?);

    // A panic is an error for the one who waits. The worker lives on.
    let oops = tasks.spawn(|_| -> u32 { panic!("out of paper") })?;
    println!("{}", oops.join().unwrap_err());

    // A closure that runs can look at its context, and leave when its handle cancels it.
    let (sender, begun) = mpsc::channel();
    let nap = tasks.spawn_with(JobOptions::new().cancellable(), move |ctx| {
        sender.send(()).and(Ok(ctx.sleep(Duration::MAX)))
    })?;
    begun.recv()?;
    nap.cancel();
    println!("woken: {:?}", nap.join()??);

    // To wait for another closure of the same pool might never end. So it is refused.
    let inner = Arc::clone(&tasks);
    let outer =
        tasks.spawn(move |_| inner.spawn(|ctx| ctx.sleep(Duration::MAX)).map(Handle::join))?;
    println!("{}", outer.join()??.unwrap_err());
    tasks.pool().stop(); // wakes the inner closure, which sleeps on
    Ok(())
}
