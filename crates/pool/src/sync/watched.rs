//! Atomics of the model checker's that can be watched, so that a test counts what they cost.

use std::{cell::RefCell, collections::BTreeMap, ptr, thread_local};

use shuttle::{
    sync::atomic::{self, Ordering},
    thread::{self, ThreadId},
};

/// One access to an atomic or a mutex.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// By which thread.
    pub by: ThreadId,
    /// How.
    pub kind: Kind,
    /// Who wrote there last, since the watch began.
    pub last_writer: Option<ThreadId>,
}

/// How a word was accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was read.
    Load,
    /// It was written.
    Store,
    /// Both at once, by a locked instruction.
    ReadModifyWrite,
    /// It is a lock: a locked instruction to take it, and one to give it back.
    Lock,
}

#[derive(Default)]
struct Watch {
    last_writers: BTreeMap<usize, ThreadId>,
    accesses: Vec<Access>,
}

thread_local! {
    // All of the checker's threads run on one.
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// Begins to watch.
pub fn watch() {
    WATCH.set(Some(Watch::default()));
}

/// Ends the watch. Returns all accesses since it began, in their order.
pub fn watched() -> Vec<Access> {
    WATCH.take().map(|watch| watch.accesses).unwrap_or_default()
}

pub(super) fn access<T>(word: &T, kind: Kind) {
    WATCH.with_borrow_mut(|watch| {
        let Some(Watch { last_writers, accesses }) = watch else { return };
        let (by, address) = (thread::current().id(), ptr::from_ref(word).addr());
        accesses.push(Access { by, kind, last_writer: last_writers.get(&address).copied() });
        if kind != Kind::Load {
            last_writers.insert(address, by);
        }
    });
}

macro_rules! watched {
    ($name:ident, $value:ty, $($operation:ident),*) => {
        /// As that of `std`.
        #[derive(Debug, Default)]
        pub struct $name(atomic::$name);

        #[expect(missing_docs, reason = "as those of std")]
        impl $name {
            pub const fn new(value: $value) -> Self {
                Self(atomic::$name::new(value))
            }

            pub fn load(&self, order: Ordering) -> $value {
                let value = self.0.load(order);
                access(self, Kind::Load);
                value
            }

            pub fn store(&self, value: $value, order: Ordering) {
                self.0.store(value, order);
                access(self, Kind::Store);
            }

            $(pub fn $operation(&self, value: $value, order: Ordering) -> $value {
                let before = self.0.$operation(value, order);
                access(self, Kind::ReadModifyWrite);
                before
            })*

            /// Counted whether or not it succeeds.
            ///
            /// # Errors
            ///
            /// The value that is there instead.
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let before = self.0.compare_exchange_weak(current, new, success, failure);
                access(self, Kind::ReadModifyWrite);
                before
            }
        }
    };
}

watched!(AtomicBool, bool, swap);
watched!(AtomicU64, u64, swap, fetch_add, fetch_sub, fetch_or, fetch_and);
