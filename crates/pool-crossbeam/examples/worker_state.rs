//! A connection and a buffer for each worker: made once, on its thread, used for every job,
//! dropped there at the end. And a factory that fails.
//!
//! ```sh
//! cargo run -p pool-crossbeam --example worker_state
//! ```

use std::{
    error::Error,
    fmt::Write,
    io,
    rc::Rc,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use pool::{Backend, Config, Context, Pool, PoolExt, WorkerId};
use pool_crossbeam::Crossbeam;

/// What a worker owns. It never leaves its thread, so it need not be `Send`.
struct Connection {
    server: Rc<str>,
    /// Cleared, not freed, between jobs.
    buffer: String,
}

/// Connections that are open now. Relaxed throughout: `spawn` and `shutdown` order it for
/// whoever prints it.
static OPEN: AtomicUsize = AtomicUsize::new(0);

impl Connection {
    fn open(worker: WorkerId, limit: usize) -> io::Result<Self> {
        if worker.get() >= limit {
            return Err(io::Error::new(io::ErrorKind::ConnectionRefused, "too many connections"));
        }
        OPEN.fetch_add(1, Ordering::Relaxed);
        Ok(Self { server: "db".into(), buffer: String::with_capacity(64) })
    }

    fn query(&mut self, user: u32) -> Result<usize, std::fmt::Error> {
        self.buffer.clear();
        write!(self.buffer, "{}: select name from users where id = {user}", self.server)?;
        Ok(self.buffer.len())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let query = |connection: &mut Connection, user: u32, _: &Context| connection.query(user);

    // Three workers, and a server that takes three connections.
    let init = |worker| Connection::open(worker, 3);
    let (pool, results) = Crossbeam::spawn_with_state(Config::new(3), init, query)?;
    // Every worker is ready when `spawn_with_state` returns.
    println!("{} connections are open", OPEN.load(Ordering::Relaxed));
    for user in 1..=1000 {
        pool.submit(user)?;
    }
    pool.close();
    let bytes: usize = results.filter_map(|completion| completion.result.ok()).sum();
    let report = pool.shutdown(Duration::from_secs(10))?;
    println!("{} queries, {bytes} bytes", report.stats.succeeded);
    println!("{} connections are open", OPEN.load(Ordering::Relaxed));

    // One more worker than the server takes: no pool. Those that had connected have been
    // joined, and have hung up.
    let refused = Crossbeam::spawn_with_state(Config::new(4), init, query);
    println!("{}", refused.err().ok_or("the fourth connection was refused")?);
    println!("{} connections are open", OPEN.load(Ordering::Relaxed));
    Ok(())
}
