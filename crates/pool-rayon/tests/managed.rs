//! What the managed pool alone can get wrong: the tickets that rayon carries, and jobs that fork.

use std::{
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use pool::{Backend, Config, Context, Pool};
use pool_conformance::{PATIENCE, no_error, run_case};
use pool_rayon::{Rayon, RayonPool};

/// A worker that waits for the other half of its job is lent to other work by rayon. It gets the
/// tickets of other jobs, which it must not run there, and must not lose.
#[test]
fn a_ticket_that_a_waiting_worker_gets_is_not_lost() {
    const OTHERS: u32 = 8;
    /// Enough for the waiting worker to look for work.
    const TURNS: usize = 200;
    run_case("a ticket inside a job", PATIENCE, || {
        for _ in 0..20 {
            let own = Arc::new(OnceLock::<Weak<RayonPool<bool>>>::new());
            let handler = {
                let own = Arc::clone(&own);
                move |forks: bool, _: &Context| {
                    let begun = AtomicBool::new(false);
                    // This thread is in this half, or waits for the other, which another has.
                    let wait = || {
                        // Relaxed: no other memory is published by it.
                        while !begun.load(Ordering::Relaxed) {
                            thread::yield_now();
                        }
                    };
                    let submit = || {
                        begun.store(true, Ordering::Relaxed);
                        let pool = own.get().and_then(Weak::upgrade).expect("the test holds it");
                        for _ in 0..OTHERS {
                            pool.submit(false).expect("there is room");
                        }
                        (0..TURNS).for_each(|_| thread::yield_now());
                    };
                    if forks {
                        rayon::join(wait, submit);
                    }
                    no_error(forks)
                }
            };
            let (pool, results) = Rayon::spawn(Config::new(2), handler).unwrap();
            let pool = Arc::new(pool);
            own.set(Arc::downgrade(&pool)).unwrap();
            pool.submit(true).unwrap();
            // The pool is open: every one of them has to run.
            let forked = results.take(1 + OTHERS as usize).filter(|done| done.result == Ok(true));
            assert_eq!(forked.count(), 1);
        }
    });
}
