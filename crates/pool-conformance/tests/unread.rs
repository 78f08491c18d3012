//! What lies in the results as they are dropped, on every backend: each value is dropped once, and
//! one whose drop panics keeps no other from that.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use pool::{Backend, Config, Context, Pool};
use pool_conformance::{PATIENCE, no_error, run_case};

struct Bomb(Arc<AtomicUsize>);

impl Drop for Bomb {
    fn drop(&mut self) {
        // Relaxed: read on the thread that drops them.
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("of a value");
    }
}

fn values_that_panic_are_dropped_in_peace<B: Backend>() {
    for config in [Config::new(1), Config::new(1).results(20)] {
        run_case(B::NAME, PATIENCE, move || {
            let dropped = Arc::new(AtomicUsize::new(0));
            let drops = Arc::clone(&dropped);
            let handler = move |(): (), _: &Context| no_error(Bomb(Arc::clone(&drops)));
            let (pool, results) = B::spawn(config, handler).unwrap();
            for _ in 0..20 {
                pool.submit(()).unwrap();
            }
            pool.close();
            pool.join(None).unwrap();
            drop(results);
            assert_eq!(dropped.load(Ordering::Relaxed), 20);
        });
    }
}

#[test]
fn values_that_panic_are_dropped_in_peace_by_every_backend() {
    values_that_panic_are_dropped_in_peace::<pool_std::Std>();
    values_that_panic_are_dropped_in_peace::<pool_crossbeam::Crossbeam>();
    values_that_panic_are_dropped_in_peace::<pool_flume::Flume>();
    values_that_panic_are_dropped_in_peace::<pool_rayon::Rayon>();
    values_that_panic_are_dropped_in_peace::<pool_tokio::Tokio>();
    values_that_panic_are_dropped_in_peace::<pool_std::Native>();
    values_that_panic_are_dropped_in_peace::<pool_crossbeam::Native>();
    values_that_panic_are_dropped_in_peace::<pool_flume::Native>();
    values_that_panic_are_dropped_in_peace::<pool_rayon::Native>();
    values_that_panic_are_dropped_in_peace::<pool_tokio::Native>();
}
