//! In a process of its own, for the threads of other tests would be others as well.
#![cfg(target_os = "linux")]

use std::{hint::black_box, sync::Barrier, thread, time::Duration};

use pool_measure::cost::cpu_of_other_threads;

fn work() {
    black_box((0..30_000_000_u64).fold(0, |sum, n| black_box(sum ^ n)));
}

#[test]
fn the_cpu_time_of_other_threads_is_that_of_all_but_the_calling_one() {
    let (worked, may_exit) = (Barrier::new(2), Barrier::new(2));
    let (of_another, of_this) = thread::scope(|scope| {
        let before = cpu_of_other_threads().unwrap();
        scope.spawn(|| {
            work();
            worked.wait();
            may_exit.wait();
        });
        worked.wait();
        let between = cpu_of_other_threads().unwrap();
        work();
        let after = cpu_of_other_threads().unwrap();
        may_exit.wait();
        (between.saturating_sub(before), after.saturating_sub(between))
    });
    assert!(of_another > Duration::ZERO && of_this < of_another / 2, "{of_another:?}, {of_this:?}");
}
