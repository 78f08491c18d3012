//! Panics that print nothing: of cases, which are reported in a line, and of jobs, which are
//! what some cases are about.

use std::{
    panic,
    sync::{Mutex, MutexGuard, PoisonError},
};

type Hook = Box<dyn Fn(&panic::PanicHookInfo<'_>) + Send + Sync>;

/// As long as it lives, no panic of the process prints anything.
pub(super) struct Quiet {
    before: Option<Hook>,
    /// There is one hook for the process: who changes it has to have it alone.
    _alone: MutexGuard<'static, ()>,
}

impl Quiet {
    pub(super) fn begin() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let before = panic::take_hook();
        panic::set_hook(Box::new(|_| ()));
        Self { before: Some(before), _alone: alone }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // While it panics itself, a thread may not change the hook.
        if let Some(before) = self.before.take().filter(|_| !std::thread::panicking()) {
            panic::set_hook(before);
        }
    }
}
