//! What implementors build on.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use pool::implement::{PoolId, block_on, drop_at_thread_exit};

/// The worker of the outer pool waits for what runs inside of it.
#[test]
fn a_pool_does_not_hide_the_one_outside() {
    let [outer, inner] = [PoolId::next(), PoolId::next()];
    let is_current = || [outer, inner].map(PoolId::is_current);
    {
        let _outer = outer.enter();
        for _ in 0..2 {
            let _inner = inner.enter();
            assert_eq!(is_current(), [true, true]);
            {
                let _again = outer.enter();
                assert_eq!(is_current(), [true, true]);
            }
            assert_eq!(is_current(), [true, true]);
        }
        assert_eq!(is_current(), [true, false]);
    }
    assert_eq!(is_current(), [false, false]);
}

#[test]
fn pools_are_left_in_any_order() {
    let pools = [(); 3].map(|()| PoolId::next());
    let is_current = || pools.map(PoolId::is_current);
    let [outer, middle, inner] = pools.map(PoolId::enter);
    drop(middle);
    assert_eq!(is_current(), [true, false, true]);
    drop(outer);
    assert_eq!(is_current(), [false, false, true]);
    drop(inner);
    assert_eq!(is_current(), [false, false, false]);
}

#[test]
fn a_future_in_the_scope_of_a_pool_is_in_it_while_it_is_polled() {
    let [outer, inner] = [PoolId::next(), PoolId::next()];
    let scope = outer.scope(async {
        assert!(outer.is_current());
        inner.scope(async { assert!(inner.is_current() && outer.is_current()) }).await;
        assert!(outer.is_current() && !inner.is_current());
    });
    assert!(!outer.is_current());
    block_on(scope, None).unwrap();
    assert!(!outer.is_current());
}

#[test]
fn a_future_in_the_scope_of_a_pool_is_in_it_while_it_is_dropped() {
    struct Asks(PoolId, mpsc::Sender<bool>);
    impl Drop for Asks {
        fn drop(&mut self) {
            self.1.send(self.0.is_current()).unwrap();
        }
    }
    let (pool, (answer, answers)) = (PoolId::next(), mpsc::channel());
    let scope = || {
        let asks = Asks(pool, answer.clone());
        pool.scope(async move {
            let _asks = asks;
            std::future::pending::<()>().await;
        })
    };
    drop(scope()); // before it is polled
    assert_eq!(block_on(scope(), Some(Instant::now())), None); // and after
    drop(answer);
    assert!(answers.iter().eq([true, true]));
    assert!(!pool.is_current());
}

#[test]
fn a_thread_that_is_claimed_stays_with_its_pool() {
    let [own, other] = [PoolId::next(), PoolId::next()];
    thread::spawn(move || {
        own.claim_thread();
        drop(other.enter());
        assert!(own.is_current() && !other.is_current());
    })
    .join()
    .unwrap();
    assert!(!own.is_current());
}

/// Else the process would abort.
#[test]
fn what_is_dropped_as_a_thread_exits_may_panic() {
    struct Panics(mpsc::Sender<()>);
    impl Drop for Panics {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
            panic!("as the thread exits");
        }
    }
    let (dropped, drops) = mpsc::channel();
    thread::spawn(move || {
        drop_at_thread_exit(Panics(dropped.clone()));
        drop_at_thread_exit(Panics(dropped));
    })
    .join()
    .unwrap();
    assert_eq!(drops.iter().count(), 2);
}

#[test]
fn a_future_is_waited_for_until_the_deadline() {
    let deadline = Instant::now() + Duration::from_millis(5);
    assert_eq!(block_on(std::future::pending::<()>(), Some(deadline)), None);
    assert!(Instant::now() >= deadline);
    assert_eq!(block_on(async { 7 }, Some(deadline)), Some(7), "ready, though it is late");
}
