//! What the async lane alone can get wrong: its workers share threads.

use std::{convert::Infallible, num::NonZero, sync::mpsc, thread, time::Duration};

use pool::{Config, Context, Pool};
use pool_tokio::TokioAsync;

/// A stop takes the receiving end in turn with the idle workers. One that found the queue ended
/// used to block their one thread until the stop was over, so their turn never came.
#[test]
fn a_stop_gets_past_idle_workers_on_one_thread() {
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || {
        for _ in 0..200 {
            let handler = |(): (), _: Context| async { Ok::<_, Infallible>(()) };
            let (pool, _results) =
                TokioAsync::spawn(Config::new(8), NonZero::<usize>::MIN, handler).unwrap();
            pool.submit(()).unwrap();
            pool.stop();
            pool.join(None).unwrap();
        }
        sender.send(()).unwrap();
    });
    ended.recv_timeout(Duration::from_secs(60)).expect("no stop hangs");
}
