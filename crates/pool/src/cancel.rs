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

use crate::sync::{
    Arc, Condvar, Mutex, Weak,
    atomic::{AtomicBool, Ordering},
    lock, wait_for,
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
    /// Who is to be told. Emptied by `cancel`.
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

    /// Cancels this token and all its descendants, and tells everyone who asked.
    ///
    /// Callbacks run on this thread, before the call returns. A second call does nothing, and
    /// does not wait for the first: descendants may still be on their way to being cancelled.
    pub fn cancel(&self) {
        // A list of its own rather than recursion: a chain of children may be long.
        let mut nodes = vec![Arc::clone(&self.node)];
        while let Some(node) = nodes.pop() {
            let told = {
                let mut listeners = lock(&node.listeners);
                // Pairs with the load in `is_cancelled`: who sees the flag sees what the
                // canceller wrote before it. Set under the lock, so that no listener can
                // slip in between the flag and the emptying.
                if node.cancelled.swap(true, Ordering::AcqRel) {
                    continue;
                }
                mem::take(&mut *listeners)
            };
            nodes.extend(told.children.into_values().filter_map(|child| child.upgrade()));
            for callback in told.callbacks.into_values() {
                callback();
            }
        }
    }

    /// Whether this token, or one it descends from, has been cancelled. Takes no lock.
    pub fn is_cancelled(&self) -> bool {
        // Pairs with the swap in `cancel`.
        self.node.cancelled.load(Ordering::Acquire)
    }

    /// Runs `callback` when the token is cancelled: on the cancelling thread, or here and
    /// now if that has already happened.
    ///
    /// Dropping the guard takes the callback back, unless it has started. The callback must
    /// not block and must not panic: it runs inside somebody else's call of
    /// [`cancel`](Self::cancel).
    pub fn on_cancel(&self, callback: impl FnOnce() + Send + 'static) -> CancelGuard {
        let mut listeners = lock(&self.node.listeners);
        if self.is_cancelled() {
            drop(listeners);
            callback();
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

    /// Waits, without blocking, until the token is cancelled.
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
            let _callback = lock(&node.listeners).callbacks.remove(&key);
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
        let waker = cx.waker().clone();
        // Dropped outside the lock: what a waker does in its `Drop` is not ours to know.
        let _old = lock(&self.waker).replace(waker);
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
