//! Cancellation tokens: one flag, many holders, and a tree of descent.

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use crate::{
    implement::{contain, discard},
    sync::{
        Arc, Condvar, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
        lock, wait_for,
    },
};

/// A flag that says "stop now", shared by all clones, and passed on to all descendants.
///
/// Cancelling a token cancels every [`child`](Self::child) of it, and theirs; never its
/// parent. It cannot be undone.
///
/// ```
/// use pool::CancellationToken;
///
/// let parent = CancellationToken::new();
/// let child = parent.child();
/// let sibling = parent.child();
///
/// child.cancel();
/// assert!(!parent.is_cancelled() && !sibling.is_cancelled());
///
/// parent.cancel();
/// assert!(sibling.is_cancelled());
/// assert!(parent.child().is_cancelled()); // born cancelled
/// ```
#[derive(Clone)]
pub struct CancellationToken {
    node: Arc<Node>,
}

struct Node {
    /// Set once. Readers on the hot path look here and take no lock.
    cancelled: AtomicBool,
    /// What `cancel` is to cancel and to call. Emptied by it.
    listeners: Mutex<Listeners>,
    /// Keeps the way from the roots to this node alive; with its key in each parent's list.
    parents: Mutex<Vec<(Arc<Node>, u64)>>,
}

#[derive(Default)]
struct Listeners {
    next_key: u64,
    children: BTreeMap<u64, Weak<Node>>,
    callbacks: BTreeMap<u64, Callback>,
}

type Callback = Box<dyn FnOnce() + Send>;

impl CancellationToken {
    /// A token of its own, not cancelled.
    pub fn new() -> Self {
        Self::child_of(&[])
    }

    /// A token that is cancelled with this one, and can be cancelled alone.
    ///
    /// A child of a cancelled token is born cancelled.
    pub fn child(&self) -> Self {
        Self::child_of(&[self])
    }

    /// A token that is cancelled with any of `parents`, and can be cancelled alone.
    pub fn child_of(parents: &[&Self]) -> Self {
        let child = Self {
            node: Arc::new(Node {
                cancelled: AtomicBool::new(false),
                listeners: Mutex::default(),
                parents: Mutex::default(),
            }),
        };
        for parent in parents {
            let mut listeners = lock(&parent.node.listeners);
            if parent.is_cancelled() {
                drop(listeners);
                child.cancel();
                break;
            }
            let key = listeners.next_key();
            listeners.children.insert(key, Arc::downgrade(&child.node));
            lock(&child.node.parents).push((Arc::clone(&parent.node), key));
        }
        child
    }

    /// Cancels this token and all its descendants, runs the callbacks and wakes the tasks that
    /// wait for any of them.
    ///
    /// Callbacks run, and wakers are called, on this thread, before the call returns; no lock
    /// is held meanwhile. A panic in one of them goes no further: all others are called, and all
    /// descendants cancelled. A second call does nothing, and does not wait for the first:
    /// descendants may still be on their way to being cancelled.
    ///
    /// Not for signal handlers: it takes locks and allocates, so it may wait for the very thread
    /// that the signal has interrupted. Cancel from an ordinary thread that learns of the signal,
    /// such as that of the `ctrlc` crate.
    pub fn cancel(&self) {
        // A list of its own rather than recursion: a chain of children may be long.
        let mut nodes = vec![Arc::clone(&self.node)];
        while let Some(node) = nodes.pop() {
            let listeners = {
                let mut listeners = lock(&node.listeners);
                // Pairs with the load in `is_cancelled`: a thread that sees the flag sees what
                // the canceller wrote before it. Set under the lock, so that no listener can
                // slip in between the flag and the emptying.
                if node.cancelled.swap(true, Ordering::AcqRel) {
                    continue;
                }
                mem::take(&mut *listeners)
            };
            nodes.extend(listeners.children.into_values().filter_map(|child| child.upgrade()));
            for callback in listeners.callbacks.into_values() {
                _ = contain(callback);
            }
        }
    }

    /// Whether this token, or one it descends from, has been cancelled. Takes no lock.
    #[inline]
    pub fn is_cancelled(&self) -> bool {
        // Pairs with the swap in `cancel`.
        self.node.cancelled.load(Ordering::Acquire)
    }

    /// Runs `callback` when the token is cancelled: on the cancelling thread, or here and
    /// now if that has already happened.
    ///
    /// Dropping the guard takes the callback back, unless the token has been cancelled: then the
    /// callback runs, or has run. It should not block, since it runs inside another caller's
    /// [`cancel`](Self::cancel). A panic in it is contained.
    pub fn on_cancel(&self, callback: impl FnOnce() + Send + 'static) -> CancelGuard {
        let mut listeners = lock(&self.node.listeners);
        if self.is_cancelled() {
            drop(listeners);
            _ = contain(callback);
            return CancelGuard { registration: None };
        }
        let key = listeners.next_key();
        listeners.callbacks.insert(key, Box::new(callback));
        CancelGuard { registration: Some((Arc::clone(&self.node), key)) }
    }

    /// Waits until the token is cancelled, but no longer than `timeout`. Says whether it is
    /// cancelled.
    ///
    /// A timeout too long for the clock means forever.
    ///
    /// # Blocking
    ///
    /// Blocks the thread for at most `timeout`.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let flag = Arc::new(Flag::default());
        let _guard = self.on_cancel({
            let flag = Arc::clone(&flag);
            move || flag.set()
        });
        flag.wait_until(Instant::now().checked_add(timeout))
    }

    /// Waits, without blocking, until the token is cancelled. Any number of tasks may wait for
    /// one token, each with a future of its own.
    pub fn cancelled(&self) -> Cancelled<'_> {
        Cancelled { token: self, waker: Arc::default(), guard: None }
    }
}

impl Default for CancellationToken {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancellationToken").field("cancelled", &self.is_cancelled()).finish()
    }
}

impl Listeners {
    fn next_key(&mut self) -> u64 {
        self.next_key += 1;
        self.next_key
    }
}

impl Node {
    /// Leaves the parents' lists; what is returned may have been the last hold on them.
    fn leave_parents(&self) -> Vec<(Arc<Node>, u64)> {
        let parents = mem::take(&mut *lock(&self.parents));
        for (parent, key) in &parents {
            lock(&parent.listeners).children.remove(key);
        }
        parents
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Lets go of a long line of ancestors one by one, not by recursion.
        let mut ancestors = self.leave_parents();
        while let Some((ancestor, _)) = ancestors.pop() {
            if let Some(last_hold) = Arc::into_inner(ancestor) {
                ancestors.extend(last_hold.leave_parents());
            }
        }
    }
}

/// Keeps a callback registered with a [`CancellationToken`]; dropping it takes it back.
#[must_use = "dropping the guard takes the callback back"]
pub struct CancelGuard {
    registration: Option<(Arc<Node>, u64)>,
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if let Some((node, key)) = self.registration.take() {
            // Dropped outside the lock: what it owns may be another token's guard.
            let callback = lock(&node.listeners).callbacks.remove(&key);
            discard(callback);
        }
    }
}

impl fmt::Debug for CancelGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelGuard").field("registered", &self.registration.is_some()).finish()
    }
}

/// The future of [`CancellationToken::cancelled`].
#[must_use = "futures do nothing unless awaited"]
pub struct Cancelled<'a> {
    token: &'a CancellationToken,
    waker: Arc<Mutex<Option<Waker>>>,
    guard: Option<CancelGuard>,
}

impl Future for Cancelled<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // Cloned and dropped outside the lock: what a waker does then is not ours to know.
        let waker = cx.waker().clone();
        let old = lock(&self.waker).replace(waker);
        discard(old);
        if self.guard.is_none() {
            let waker = Arc::clone(&self.waker);
            self.guard = Some(self.token.on_cancel(move || {
                let waker = lock(&waker).take();
                if let Some(waker) = waker {
                    waker.wake();
                }
            }));
        }
        // Looked at after the waker is in place: a cancellation in between wakes us again.
        if self.token.is_cancelled() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl fmt::Debug for Cancelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancelled").field("token", self.token).finish()
    }
}

/// A flag a thread can sleep on.
#[derive(Default)]
pub(crate) struct Flag {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Flag {
    pub(crate) fn set(&self) {
        *lock(&self.set) = true;
        self.changed.notify_all();
    }

    /// Waits until the flag is set or `deadline` passes (`None` means forever); says
    /// whether it is set.
    pub(crate) fn wait_until(&self, deadline: Option<Instant>) -> bool {
        wait_for(&self.set, &self.changed, deadline, |set| set.then_some(())).is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        panic::panic_any,
        sync::{
            Barrier, OnceLock,
            atomic::{AtomicBool, AtomicUsize},
        },
        task::Wake,
        thread,
    };

    use super::*;

    /// A callback that counts its calls.
    fn counting(calls: &Arc<AtomicUsize>) -> impl FnOnce() + Send + 'static {
        let calls = Arc::clone(calls);
        move || _ = calls.fetch_add(1, Ordering::Relaxed)
    }

    /// A waker that calls a closure.
    struct Calls<F>(F);

    impl<F: Fn() + Send + Sync> Wake for Calls<F> {
        fn wake(self: Arc<Self>) {
            (self.0)();
        }
    }

    fn waker(wake: impl Fn() + Send + Sync + 'static) -> Waker {
        Waker::from(Arc::new(Calls(wake)))
    }

    fn poll(future: &mut Cancelled<'_>, waker: &Waker) -> Poll<()> {
        Pin::new(future).poll(&mut Context::from_waker(waker))
    }

    #[test]
    fn a_callback_that_panics_keeps_no_other_from_being_called() {
        let (parent, calls) = (CancellationToken::new(), Arc::default());
        let children = [parent.child(), parent.child()];
        let mut guards = Vec::new();
        for token in [&parent, &children[0], &children[1]] {
            guards.push(token.on_cancel(counting(&calls)));
            guards.push(token.on_cancel(|| panic!("of a callback")));
            guards.push(token.on_cancel(|| panic_any(7)));
            guards.push(token.on_cancel(counting(&calls)));
        }
        parent.cancel();
        assert_eq!(calls.load(Ordering::Relaxed), 6);
        assert!(children.iter().all(CancellationToken::is_cancelled));
        drop(parent.on_cancel(|| panic!("here and now")));
    }

    #[test]
    fn a_waker_that_panics_keeps_no_other_from_being_woken() {
        let (token, woken) = (CancellationToken::new(), Arc::<AtomicBool>::default());
        let mut futures = [token.cancelled(), token.cancelled()];
        let panics = waker(|| panic!("of a waker"));
        let notes = waker({
            let woken = Arc::clone(&woken);
            move || woken.store(true, Ordering::Relaxed)
        });
        assert!(poll(&mut futures[0], &panics).is_pending());
        assert!(poll(&mut futures[1], &notes).is_pending());
        token.cancel();
        assert!(woken.load(Ordering::Relaxed));
    }

    #[test]
    fn callbacks_and_their_drops_may_use_the_token() {
        struct Uses(CancellationToken);
        impl Drop for Uses {
            fn drop(&mut self) {
                let child = self.0.child();
                drop(child.on_cancel(|| ()));
                drop(self.0.on_cancel(|| ()));
            }
        }
        let token = CancellationToken::new();
        let on_drop = || Uses(token.clone());
        drop(token.on_cancel({
            let uses = on_drop();
            move || drop(uses)
        }));
        let _guard = token.on_cancel({
            let uses = on_drop();
            move || {
                uses.0.cancel();
                drop(uses);
            }
        });
        token.cancel();
    }

    #[test]
    fn a_waker_may_poll_the_future_it_wakes() {
        type Shared = Mutex<Option<Cancelled<'static>>>;
        static TOKEN: OnceLock<CancellationToken> = OnceLock::new();
        let token = TOKEN.get_or_init(CancellationToken::new);
        let future = Arc::new(Shared::new(Some(token.cancelled())));
        let inline = waker({
            let future = Arc::clone(&future);
            move || {
                let polled = lock(&future).as_mut().map(|future| poll(future, Waker::noop()));
                assert_eq!(polled, Some(Poll::Ready(())));
                *lock(&future) = None;
            }
        });
        assert!(poll(lock(&future).as_mut().unwrap(), &inline).is_pending());
        token.cancel();
        assert!(lock(&future).is_none());
    }

    #[test]
    fn a_dropped_child_leaves_the_lists_of_its_parents() {
        let parents = [CancellationToken::new(), CancellationToken::new()];
        let children =
            || parents.each_ref().map(|parent| lock(&parent.node.listeners).children.len());
        let (one, both) =
            (parents[0].child(), CancellationToken::child_of(&[&parents[0], &parents[1]]));
        let clone = both.clone();
        assert_eq!(children(), [2, 1]);
        drop(both);
        assert_eq!(children(), [2, 1]);
        drop(clone);
        assert_eq!(children(), [1, 0]);
        drop(one);
        assert_eq!(children(), [0, 0]);
    }

    #[test]
    fn a_child_born_during_a_cancellation_is_cancelled() {
        let parent = CancellationToken::new();
        let born = Arc::new(Mutex::new(None));
        let _guard = parent.on_cancel({
            let (parent, born) = (parent.clone(), Arc::clone(&born));
            move || *lock(&born) = Some(parent.child())
        });
        parent.cancel();
        assert!(lock(&born).take().unwrap().is_cancelled());

        for _ in 0..1_000 {
            let (parent, start) = (CancellationToken::new(), Barrier::new(2));
            let born = thread::scope(|scope| {
                let birth = scope.spawn(|| {
                    start.wait();
                    parent.child()
                });
                start.wait();
                parent.cancel();
                birth.join().unwrap()
            });
            assert!(born.is_cancelled());
        }
    }

    #[test]
    fn a_descendant_that_is_cancelled_already_does_not_end_the_walk() {
        for cancelled in 0..3 {
            let parent = CancellationToken::new();
            let children = [parent.child(), parent.child(), parent.child()];
            let grandchildren = children.each_ref().map(CancellationToken::child);
            children[cancelled].cancel();
            parent.cancel();
            assert!(children.iter().chain(&grandchildren).all(CancellationToken::is_cancelled));
        }
    }

    #[test]
    fn every_future_wakes_the_waker_it_was_polled_with_last() {
        let token = CancellationToken::new();
        let woken = Arc::new([const { AtomicUsize::new(0) }; 4]);
        let wakers = [0, 1, 2, 3].map(|index| {
            let woken = Arc::clone(&woken);
            waker(move || _ = woken[index].fetch_add(1, Ordering::Relaxed))
        });
        let mut futures = [token.cancelled(), token.cancelled()];
        assert!(poll(&mut futures[0], &wakers[0]).is_pending());
        assert!(poll(&mut futures[0], &wakers[1]).is_pending());
        assert!(poll(&mut futures[1], &wakers[2]).is_pending());
        let mut dropped = token.cancelled();
        assert!(poll(&mut dropped, &wakers[3]).is_pending());
        drop(dropped);
        assert_eq!(lock(&token.node.listeners).callbacks.len(), 2);

        token.cancel();
        let counts = woken.each_ref().map(|count| count.load(Ordering::Relaxed));
        assert_eq!(counts, [0, 1, 1, 0]);
        assert!(futures.iter_mut().all(|future| poll(future, &wakers[0]).is_ready()));
        assert!(poll(&mut token.cancelled(), &wakers[0]).is_ready());
    }
}
