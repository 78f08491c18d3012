//! `Startup`: all workers or none, whichever fails and whenever.

use std::{convert::Infallible, io, sync::Arc};

use pool::{Backend, CancellationToken, Config, Context, Pool, SpawnError, StopReason, WorkerId};
use shuttle::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{Std, explore::explore, returned::on_threads};

const WORKERS: usize = 3;

#[expect(clippy::unnecessary_wraps, reason = "what a handler returns")]
fn handler((): &mut (), (): (), _: &Context) -> Result<(), Infallible> {
    Ok(())
}

#[test]
fn a_factory_that_fails_while_others_start_leaves_no_worker_behind() {
    explore(|| {
        let (started, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (on_threads, returned) = on_threads();
        let config = Config::new(WORKERS)
            .on_worker_start({
                let started = Arc::clone(&started);
                move |_| _ = started.fetch_add(1, Ordering::SeqCst)
            })
            .on_worker_stop({
                let stopped = Arc::clone(&stopped);
                move |worker, reason| {
                    assert_eq!(worker.get() == 1, reason == StopReason::InitFailed);
                    stopped.fetch_add(1, Ordering::SeqCst);
                }
            });
        let init = move |worker: WorkerId| {
            _ = &on_threads;
            if worker.get() == 1 { Err("no connection") } else { Ok(()) }
        };
        match Std::spawn_with_state(config, init, handler) {
            Err(SpawnError::Init { worker, source }) => {
                assert_eq!((worker.get(), source.to_string().as_str()), (1, "no connection"));
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("a pool without worker 1"),
        }
        assert_eq!(started.load(Ordering::SeqCst), WORKERS);
        assert_eq!(stopped.load(Ordering::SeqCst), WORKERS);
        returned.assert();
    });
}

#[test]
fn a_thread_that_is_refused_leaves_no_worker_behind() {
    explore(|| {
        let asked = Arc::new(AtomicUsize::new(0));
        let (on_threads, returned) = on_threads();
        let config = Config::new(WORKERS).spawner(move |builder, body| {
            if asked.fetch_add(1, Ordering::SeqCst) == 1 {
                return Err(io::Error::other("no more threads"));
            }
            builder.spawn(body)
        });
        let init = move |_: WorkerId| {
            _ = &on_threads;
            Ok::<_, Infallible>(())
        };
        let spawned = Std::spawn_with_state(config, init, handler);
        assert!(matches!(spawned, Err(SpawnError::Thread { worker, .. }) if worker.get() == 1));
        returned.assert();
    });
}

#[test]
fn a_pool_cancelled_while_it_starts_ends() {
    explore(|| {
        let token = CancellationToken::new();
        let canceller = thread::spawn({
            let token = token.clone();
            move || token.cancel()
        });
        let config = Config::new(2).cancellation_token(&token);
        let init = |_| Ok::<_, Infallible>(());
        let (pool, results) = Std::spawn_with_state(config, init, handler).unwrap();
        let accepted = u64::from(pool.submit(()).is_ok());
        canceller.join().unwrap();
        assert!(pool.submit(()).is_err());
        assert_eq!(pool.join(None).unwrap().stats.completed(), accepted);
        assert_eq!(results.count() as u64, accepted);
    });
}
