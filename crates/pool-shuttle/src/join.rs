//! The end of a pool: joiners against exits, closes, stops and drops.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex as StdMutex, OnceLock},
    time::Duration,
};

use pool::{Backend, Config, Context, Pool, ShutdownReport, StopReason};
use shuttle::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    Std, StdPool,
    explore::explore,
    returned::{Returned, on_threads},
};

/// A pool whose handler does nothing.
fn idle_pool(workers: usize) -> (Arc<StdPool<u32>>, Returned) {
    let (on_threads, returned) = on_threads();
    let handler = move |_: u32, _: &Context| {
        _ = &on_threads;
        Ok::<_, Infallible>(())
    };
    let (pool, _) = Std::spawn(Config::new(workers), handler).unwrap();
    (Arc::new(pool), returned)
}

/// Joins on a thread of its own, and sees that the workers' threads have returned.
fn join(
    pool: &Arc<StdPool<u32>>,
    returned: &Returned,
    timeout: Option<Duration>,
) -> thread::JoinHandle<ShutdownReport> {
    let (pool, returned) = (Arc::clone(pool), returned.clone());
    thread::spawn(move || {
        let report = pool.join(timeout).unwrap();
        returned.assert();
        report
    })
}

#[test]
fn every_joiner_returns_after_the_last_exit_with_the_same_report() {
    explore(|| {
        let (pool, returned) = idle_pool(2);
        pool.submit(1).unwrap();
        // The model has no time, so an hour does not pass; but a join with a limit waits for
        // what the workers announce, and who has none for the threads.
        let hour = Some(Duration::from_secs(3600));
        let joiners = [None, None, hour, hour].map(|timeout| join(&pool, &returned, timeout));
        pool.close();
        let reports = joiners.map(|joiner| joiner.join().unwrap());
        let last = pool.join(None).unwrap();
        assert!(reports.iter().all(|report| *report == last));
        assert_eq!(last.stats.succeeded, 1);
    });
}

#[test]
fn a_join_that_races_with_a_stop_reports_what_the_stop_hands_back() {
    explore(|| {
        let handler = |(): (), _: &Context| Ok::<_, Infallible>(());
        let (pool, _) = Std::spawn(Config::new(1), handler).unwrap();
        let pool = Arc::new(pool);
        pool.submit(()).unwrap();
        let stopper = thread::spawn({
            let pool = Arc::clone(&pool);
            move || pool.stop().len() as u64
        });
        let stats = pool.join(None).unwrap().stats;
        assert_eq!(stats.settled(), 1);
        assert_eq!(stats.undone, stopper.join().unwrap());
    });
}

#[test]
fn a_drop_that_races_with_a_close_waits_for_the_workers() {
    explore(|| {
        let (pool, returned) = idle_pool(2);
        pool.submit(1).unwrap();
        let closer = thread::spawn({
            let pool = Arc::clone(&pool);
            move || pool.close()
        });
        drop(pool);
        closer.join().unwrap();
        returned.assert();
    });
}

#[test]
fn the_stop_hook_has_run_on_every_worker_when_a_join_returns() {
    explore(|| {
        let stopped = Arc::new(AtomicUsize::new(0));
        let config = Config::new(2).on_worker_stop({
            let stopped = Arc::clone(&stopped);
            move |_, _| _ = stopped.fetch_add(1, Ordering::SeqCst)
        });
        let handler = |(): (), _: &Context| Ok::<_, Infallible>(());
        let (pool, _) = Std::spawn(config, handler).unwrap();
        let pool = Arc::new(pool);
        let closer = thread::spawn({
            let pool = Arc::clone(&pool);
            move || pool.close()
        });
        pool.join(None).unwrap();
        assert_eq!(stopped.load(Ordering::SeqCst), 2);
        closer.join().unwrap();
    });
}

#[test]
fn a_worker_that_a_stop_sends_home_hears_of_the_stop() {
    explore(|| {
        let heard = Arc::new(StdMutex::new(Vec::new()));
        let config = Config::new(2).on_worker_stop({
            let heard = Arc::clone(&heard);
            move |_, reason| heard.lock().unwrap().push(reason)
        });
        let handler = |(): (), _: &Context| Ok::<_, Infallible>(());
        let (pool, _) = Std::spawn(config, handler).unwrap();
        pool.stop();
        pool.join(None).unwrap();
        assert_eq!(*heard.lock().unwrap(), [StopReason::Stopped; 2]);
    });
}

#[test]
fn a_pool_that_its_last_worker_drops_does_not_wait_for_itself() {
    explore(|| {
        let own = Arc::new(OnceLock::<StdPool<u32>>::new());
        let (pool, results) = Std::spawn(Config::new(2), {
            let own = Arc::clone(&own);
            move |job: u32, _: &Context| {
                // A crawler: what it finds, it submits to its own pool.
                let more = (job > 0).then(|| own.get().map(|pool| pool.submit(job - 1).is_ok()));
                Ok::<_, Infallible>(more)
            }
        })
        .unwrap();
        assert!(own.set(pool).is_ok());
        let pool = own.get().unwrap();
        pool.submit(1).unwrap();
        pool.close();
        // From here on only the handler holds the pool.
        drop(own);
        assert!((1..=2).contains(&results.count()));
    });
}
