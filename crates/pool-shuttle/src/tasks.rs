//! `Tasks`: every handle hears, whatever becomes of its closure.

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use pool::{
    Backend, CancellationToken, Config, Handle, HandleError, JobOptions, Pool, Task, Tasks,
};
use shuttle::thread;

use crate::{Std, StdPool, explore::explore};

fn tasks(workers: usize) -> Arc<Tasks<StdPool<Task>>> {
    let (pool, _) = Std::spawn(Config::new(workers), Task::run).unwrap();
    Arc::new(Tasks::new(pool))
}

#[test]
fn a_handle_hears_of_a_closure_that_a_stop_or_a_cancellation_takes_away() {
    explore(|| {
        let tasks = tasks(1);
        let token = CancellationToken::new();
        let options = JobOptions::new().cancellation_token(&token);
        let handles = [JobOptions::new(), options].map(|options| {
            let ran = Arc::new(AtomicBool::new(false));
            let note = Arc::clone(&ran);
            // Relaxed: all of the checker's threads run on one.
            let closure = move |_: &pool::Context| note.store(true, Ordering::Relaxed);
            (tasks.spawn_with(options, closure).unwrap(), ran)
        });
        let canceller = thread::spawn(move || token.cancel());
        let stopper = thread::spawn({
            let tasks = Arc::clone(&tasks);
            move || drop(tasks.pool().stop())
        });
        for (handle, ran) in handles {
            let job = handle.job();
            match handle.join() {
                Ok(()) => assert!(ran.load(Ordering::Relaxed)),
                Err(error) => {
                    assert_eq!(error, HandleError::NotRun { job });
                    assert!(!ran.load(Ordering::Relaxed));
                }
            }
        }
        canceller.join().unwrap();
        stopper.join().unwrap();
    });
}

#[test]
fn a_handle_hears_of_a_panic() {
    explore(|| {
        let tasks = tasks(2);
        // Past the panic hook: thousands of schedules, thousands of messages.
        let oops = tasks.spawn(|_| -> u32 { resume_unwind(Box::new("out of cheese")) }).unwrap();
        let fine = tasks.spawn(|_| 1).unwrap();
        assert_eq!(fine.join(), Ok(1));
        assert!(matches!(
            oops.join(),
            Err(HandleError::Panicked { message, .. }) if &*message == "out of cheese"
        ));
    });
}

#[test]
fn a_closure_that_waits_for_another_on_its_own_pool_is_refused_or_served() {
    explore(|| {
        let tasks = tasks(1);
        let first = tasks.spawn(|_| 1).unwrap();
        let outer = tasks.spawn({
            let tasks = Arc::downgrade(&tasks);
            move |_| tasks.upgrade().and_then(|tasks| tasks.spawn(|_| 2).ok()).map(Handle::join)
        });
        assert_eq!(first.join(), Ok(1));
        let inner = outer.unwrap().join().unwrap();
        assert!(matches!(inner, Some(Err(HandleError::WouldDeadlock { .. }))), "{inner:?}");
    });
}
