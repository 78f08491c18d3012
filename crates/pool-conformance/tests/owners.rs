//! What belongs to the user, and is dropped by a pool: it may own the pool, take its time, or panic.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use pool::{Backend, CancellationToken, Config, Context, JobOptions, Pool};
use pool_conformance::{Gate, PATIENCE, eventually, no_error, run_case};

/// Runs a test on the pools that keep every law.
macro_rules! on_every_managed_pool {
    ($test:ident) => {
        #[test]
        fn $test() {
            run_case("std", PATIENCE, cases::$test::<pool_std::Std>);
            run_case("crossbeam", PATIENCE, cases::$test::<pool_crossbeam::Crossbeam>);
            run_case("flume", PATIENCE, cases::$test::<pool_flume::Flume>);
            run_case("rayon", PATIENCE, cases::$test::<pool_rayon::Rayon>);
            run_case("tokio", PATIENCE, cases::$test::<pool_tokio::Tokio>);
        }
    };
}

on_every_managed_pool!(a_cancelled_job_that_owns_its_pool_is_not_waited_for);
on_every_managed_pool!(results_that_own_their_pool_are_dropped_in_peace);
on_every_managed_pool!(a_slow_drop_of_what_is_unread_keeps_no_worker);
on_every_managed_pool!(what_the_closures_hold_may_panic_as_it_is_dropped);

type AnyJob = Box<dyn Any + Send>;

/// Takes its time, or panics, as it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        self.0();
    }
}

mod cases {
    use super::*;

    /// The canceller drops the job before it comes to the one that runs.
    pub(super) fn a_cancelled_job_that_owns_its_pool_is_not_waited_for<B: Backend>() {
        for by_job in [false, true] {
            let (token, gate) = (CancellationToken::new(), Gate::new());
            let at_gate = gate.clone();
            let handler = move |_: AnyJob, context: &Context| {
                at_gate.pass();
                no_error(context.sleep(Duration::MAX).unwrap_err())
            };
            let mut config = Config::new(1);
            let mut options = JobOptions::new();
            if by_job {
                options = options.cancellation_token(&token);
            } else {
                config = config.cancellation_token(&token);
            }
            let (pool, results) = B::spawn(config, handler).unwrap();
            let pool = Arc::new(pool);
            pool.submit_with(Box::new(()), options.clone()).unwrap();
            gate.wait_for_arrivals(1);
            gate.open();
            pool.submit_with(Box::new(Arc::clone(&pool)), options.clone()).unwrap();
            pool.submit_with(Box::new(()), options).unwrap();
            drop(pool);
            token.cancel();
            assert_eq!(results.count(), 3);
        }
    }

    pub(super) fn results_that_own_their_pool_are_dropped_in_peace<B: Backend>() {
        let handler = |job: AnyJob, _: &Context| no_error(job);
        let (pool, results) = B::spawn(Config::new(1).results(1), handler).unwrap();
        let pool = Arc::new(pool);
        pool.submit(Box::new(Arc::clone(&pool))).unwrap();
        for _ in 0..3 {
            pool.submit(Box::new(())).unwrap();
        }
        eventually("the results are full", || pool.stats().succeeded == 2);
        drop(pool);
        drop(results);
    }

    pub(super) fn a_slow_drop_of_what_is_unread_keeps_no_worker<B: Backend>() {
        let gate = Gate::new();
        let at_gate = gate.clone();
        let handler = move |n: u32, _: &Context| {
            let gate = at_gate.clone();
            no_error(OnDrop(move || _ = (n == 0).then(|| gate.pass())))
        };
        let (pool, results) = B::spawn(Config::new(1).results(1), handler).unwrap();
        for n in 0..4 {
            pool.submit(n).unwrap();
        }
        eventually("the results are full", || pool.stats().succeeded == 2);
        thread::scope(|scope| {
            scope.spawn(|| drop(results));
            gate.wait_for_arrivals(1);
            pool.close();
            assert_eq!(pool.join(None).unwrap().stats.succeeded, 4);
            gate.open();
        });
    }

    /// The worker drops it last, or the thread that spawns.
    pub(super) fn what_the_closures_hold_may_panic_as_it_is_dropped<B: Backend>() {
        for cancels in [false, true] {
            let token = CancellationToken::new();
            let (of_init, of_handler) = (OnDrop(|| panic!("init")), OnDrop(|| panic!("handler")));
            let cancel = token.clone();
            let init = move |_| {
                _ = &of_init;
                if cancels {
                    cancel.cancel();
                }
            };
            let handler = move |(): &mut (), n: u32, _: &Context| {
                _ = &of_handler;
                no_error(n)
            };
            let config = Config::new(1).cancellation_token(&token);
            let spawn = AssertUnwindSafe(|| B::spawn_with(config, init, handler).unwrap());
            let (pool, results) = catch_unwind(spawn).expect("no panic of the user's comes out");
            if !cancels {
                pool.submit(7).unwrap();
            }
            pool.close();
            assert_eq!(results.count(), usize::from(!cancels));
            pool.join(None).unwrap();
        }
    }
}
