//! "Run this closure": a pool whose jobs are closures, on any backend.
//!
//! ```sh
//! cargo run -p pool-any --example closures
//! cargo run -p pool-any --example closures -- rayon
//! ```

use std::{
    env,
    error::Error,
    sync::{Arc, mpsc},
    time::Duration,
};

use pool::{CancellationToken, Config, Handle, JobOptions, Pool};
use pool_any::Kind;

fn main() -> Result<(), Box<dyn Error>> {
    let kind: Kind = env::args().nth(1).as_deref().unwrap_or("std").parse()?;
    // Over an ordinary pool, whose handler runs closures.
    let tasks = Arc::new(pool_any::tasks(kind, Config::new(2))?);

    // Nobody waits for what this one returns. It may still send something.
    let (sender, greeting) = mpsc::channel();
    tasks.execute(move |ctx| sender.send(format!("hello from job {}", ctx.job_id())))?;
    println!("{}", greeting.recv()?);

    // Closures may own what they like and return what they like.
    let words = ["one", "two", "three"].map(String::from);
    let longest = tasks.spawn(move |_| words.into_iter().max_by_key(String::len))?;
    let sum = tasks.spawn(|_| (1..=100).sum::<u32>())?;
    println!("longest: {:?}, sum: {}", longest.join()?, sum.join()?);

    // A panic is an error of the one who waits; the worker lives on.
    let oops = tasks.spawn(|_| -> u32 { panic!("out of cheese") })?;
    println!("{}", oops.join().unwrap_err());

    // A closure that is running may look at its context, to leave when it is cancelled.
    let token = CancellationToken::new();
    let (sender, begun) = mpsc::channel();
    let nap = tasks.spawn_with(JobOptions::new().cancellation_token(&token), move |ctx| {
        sender.send(()).and(Ok(ctx.sleep(Duration::MAX)))
    })?;
    begun.recv()?;
    token.cancel();
    println!("woken: {:?}", nap.join()??);

    // To wait for a closure from inside another of the same pool could wait for ever: the
    // other may be queued behind this one. It is refused, not risked.
    let outer = tasks.spawn({
        let tasks = Arc::clone(&tasks);
        move |_| tasks.spawn(|ctx| ctx.sleep(Duration::MAX)).map(Handle::join)
    })?;
    println!("{}", outer.join()??.unwrap_err());

    // The inner closure would sleep on. This wakes it, or takes it back if it has not begun.
    let not_begun = tasks.pool().stop().len();
    let stats = tasks.pool().join(None)?.stats;
    assert_eq!(stats.undone, not_begun as u64);
    println!("{} closures, {} panicked", stats.submitted, stats.panicked);
    Ok(())
}
