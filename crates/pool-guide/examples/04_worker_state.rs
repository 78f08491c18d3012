//! 4. A state for each worker: made on its thread, used for every job, dropped there.
//!
//! ```text
//! $ cargo run -p pool-guide --example 04_worker_state
//! 3 workers have connected
//! 1000 queries, 29893 bytes
//! 3 workers have hung up
//! worker 3 could not be set up: too many connections
//! ```

use std::{error::Error, fmt::Write, io, rc::Rc, sync::mpsc, time::Duration};

use pool::{Backend, Config, Context, Pool, PoolExt, WorkerId};
use pool_crossbeam::Crossbeam;

/// What a worker owns. It never leaves its thread, so it need not be `Send`.
struct Connection {
    server: Rc<str>,
    buffer: String, // cleared, not freed, between jobs
    ended: mpsc::Sender<()>,
}

impl Connection {
    fn query(&mut self, user: u32, _: &Context) -> Result<usize, std::fmt::Error> {
        self.buffer.clear();
        write!(self.buffer, "{}: select name where id = {user}", self.server)?;
        Ok(self.buffer.len())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        _ = self.ended.send(());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (ended, ends) = mpsc::channel();
    // The server takes three connections: those of the workers 0, 1 and 2.
    let connect = move |worker: WorkerId| match worker.get() {
        3 => Err(io::Error::other("too many connections")),
        _ => Ok(Connection { server: "db".into(), buffer: String::new(), ended: ended.clone() }),
    };
    let (pool, results) =
        Crossbeam::spawn_with_state(Config::new(3), connect.clone(), Connection::query)?;
    println!("{} workers have connected", pool.stats().workers);
    pool.submit_batch((1..=1000).collect())?;
    pool.close();
    let bytes: usize = results.filter_map(|completion| completion.result.ok()).sum();
    let stats = pool.shutdown(Duration::from_secs(10))?.stats;
    println!("{} queries, {bytes} bytes", stats.succeeded);
    println!("{} workers have hung up", ends.try_iter().count());

    // One worker more than the server takes: no pool. The other three have hung up.
    let refused = Crossbeam::spawn_with_state(Config::new(4), connect, Connection::query);
    println!("{}", refused.err().ok_or("a fourth connection")?);
    Ok(())
}
