//! Calls that are expected to wait.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use crate::{erased::inherit, eventually};

/// A call on a thread of its own, watched from outside.
///
/// What it is for: to have a submitter, a reader or a joiner that is known to wait, before
/// the thing happens that it waits for.
#[derive(Debug)]
pub struct Call<R> {
    thread: thread::JoinHandle<R>,
    /// Where the system tells of the thread, known once the call begins.
    status: Arc<OnceLock<PathBuf>>,
}

impl<R: Send + 'static> Call<R> {
    /// Begins to call `f`.
    pub fn begin(f: impl FnOnce() -> R + Send + 'static) -> Self {
        let status = Arc::new(OnceLock::new());
        let known = Arc::clone(&status);
        let f = inherit(f);
        let thread = thread::spawn(move || {
            let thread = fs::read_link("/proc/thread-self").unwrap_or_default();
            known.get_or_init(|| PathBuf::from("/proc").join(thread).join("status"));
            f()
        });
        Self { thread, status }
    }

    /// As [`begin`](Self::begin); returns once the call is asleep.
    #[track_caller]
    pub fn begin_and_wait(f: impl FnOnce() -> R + Send + 'static) -> Self {
        let call = Self::begin(f);
        call.wait_until_asleep();
        call
    }

    /// Waits until the call sleeps: it has begun, it has not returned, and it does not run.
    ///
    /// Where the system does not tell (only Linux does), gives it a moment.
    ///
    /// # Panics
    ///
    /// If the call returns instead.
    #[track_caller]
    pub fn wait_until_asleep(&self) {
        // A short wait for some lock looks the same: only a sleep that goes on counts.
        const LOOKS: usize = 4;
        let (mut looks, mut last) = (0, None);
        eventually("the call sleeps", || {
            assert!(!self.thread.is_finished(), "the call was to wait, and returned");
            let Some(status) = self.status.get() else { return false };
            let now = match fs::read_to_string(status) {
                Ok(status) => sleeping(&status),
                Err(_) => {
                    thread::sleep(Duration::from_millis(5));
                    Some(0)
                }
            };
            looks = if now.is_some() && now == last { looks + 1 } else { 0 };
            last = now;
            looks == LOOKS
        });
    }

    /// What the call returned; waits for it.
    ///
    /// # Panics
    ///
    /// If the call panicked.
    pub fn returned(self) -> R {
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// If a thread of this status sleeps: how often it has gone to sleep so far.
fn sleeping(status: &str) -> Option<u64> {
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    field("State:")?.starts_with('S').then(|| field("voluntary_ctxt_switches:")?.parse().ok())?
}
