//! `CancellationToken`: each callback runs once, however the two race.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Wake, Waker},
    time::Duration,
};

use pool::{CancellationToken, implement::block_on};
use shuttle::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::explore::explore;

/// Cancels `token` on a thread of its own.
fn cancel(token: &CancellationToken) -> thread::JoinHandle<()> {
    let token = token.clone();
    thread::spawn(move || token.cancel())
}

#[test]
fn a_child_made_while_its_parent_is_cancelled_is_cancelled() {
    explore(|| {
        let parent = CancellationToken::new();
        let sibling = parent.child();
        let canceller = cancel(&parent);
        let child = parent.child();
        let grandchild = child.child();
        canceller.join().unwrap();
        assert!(child.is_cancelled() && grandchild.is_cancelled() && sibling.is_cancelled());
    });
}

#[test]
fn a_child_of_two_follows_each_of_them() {
    explore(|| {
        let (left, right) = (CancellationToken::new(), CancellationToken::new());
        let canceller = cancel(&right);
        let child = CancellationToken::child_of(&[&left, &right]);
        canceller.join().unwrap();
        assert!(child.is_cancelled() && !left.is_cancelled());
    });
}

#[test]
fn a_child_cancelled_from_both_sides_tells_once() {
    explore(|| {
        let parent = CancellationToken::new();
        let child = parent.child();
        let called = Arc::new(AtomicUsize::new(0));
        let guard = child.on_cancel({
            let called = Arc::clone(&called);
            move || _ = called.fetch_add(1, Ordering::SeqCst)
        });
        let cancellers = [cancel(&parent), cancel(&child), cancel(&parent)];
        for canceller in cancellers {
            canceller.join().unwrap();
        }
        assert_eq!(called.load(Ordering::SeqCst), 1);
        drop(guard);
    });
}

#[test]
fn a_callback_registered_during_a_cancellation_runs_once() {
    explore(|| {
        let token = CancellationToken::new();
        let called = Arc::new(AtomicUsize::new(0));
        let canceller = cancel(&token);
        let guard = token.on_cancel({
            let called = Arc::clone(&called);
            move || _ = called.fetch_add(1, Ordering::SeqCst)
        });
        canceller.join().unwrap();
        assert_eq!(called.load(Ordering::SeqCst), 1);
        drop(guard);
    });
}

#[test]
fn a_callback_taken_back_runs_before_or_not_at_all_and_is_let_go() {
    explore(|| {
        let token = CancellationToken::new();
        let called = Arc::new(AtomicUsize::new(0));
        let guard = token.on_cancel({
            let called = Arc::clone(&called);
            move || _ = called.fetch_add(1, Ordering::SeqCst)
        });
        let canceller = cancel(&token);
        drop(guard);
        canceller.join().unwrap();
        assert!(called.load(Ordering::SeqCst) <= 1);
        assert_eq!(Arc::strong_count(&called), 1);
    });
}

#[test]
fn whoever_waits_for_a_cancellation_is_woken() {
    explore(|| {
        let token = CancellationToken::new();
        let sleeper = thread::spawn({
            let token = token.clone();
            move || token.wait_timeout(Duration::MAX)
        });
        let task = thread::spawn({
            let token = token.child();
            move || block_on(token.cancelled(), None)
        });
        token.cancel();
        assert!(sleeper.join().unwrap());
        assert_eq!(task.join().unwrap(), Some(()));
    });
}

#[test]
fn a_family_may_be_dropped_while_it_is_cancelled() {
    explore(|| {
        let root = CancellationToken::new();
        let branch = root.child();
        let leaves = [branch.child(), branch.child()];
        let canceller = cancel(&root);
        let droppers = leaves.map(|leaf| thread::spawn(move || drop(leaf)));
        drop(branch);
        drop(root);
        canceller.join().unwrap();
        for dropper in droppers {
            dropper.join().unwrap();
        }
    });
}

/// A waker that cancels the token as it is dropped.
struct Meddler(CancellationToken, Arc<AtomicUsize>);

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[test]
fn a_waker_may_cancel_the_token_as_it_is_dropped() {
    explore(|| {
        let token = CancellationToken::new();
        let canceller = cancel(&token);
        let mut cancelled = pin!(token.cancelled());
        let woken = Arc::new(AtomicUsize::new(0));
        let [first, _] = [(); 2].map(|()| {
            let waker = Waker::from(Arc::new(Meddler(token.clone(), Arc::clone(&woken))));
            cancelled.as_mut().poll(&mut Context::from_waker(&waker))
        });
        assert!(token.is_cancelled());
        canceller.join().unwrap();
        // A panic while it wakes, for a lock that it holds already, goes no further.
        assert!(first.is_ready() || woken.load(Ordering::SeqCst) > 0);
    });
}
