//! What cases are built from: time limits, gates, and a look at the process's threads.

use std::{
    any::Any,
    convert::Infallible,
    error, fmt, fs, io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use pool::Context;

use crate::erased::inherit;

/// How long a case may take before it counts as hung; far more than any needs.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the body of a case on a thread of its own and returns what it returned; if it is not
/// done in time, fails and says so, leaving the thread behind.
///
/// # Panics
///
/// If the body panics, or hangs.
pub fn run_case<R: Send + 'static>(
    name: &str,
    patience: Duration,
    body: impl FnOnce() -> R + Send + 'static,
) -> R {
    match try_case(name, patience, body) {
        Ok(returned) => returned,
        Err(CaseError::Panicked(payload)) => resume_unwind(payload),
        Err(error) => panic!("{name} {error}"),
    }
}

/// As [`run_case`], but returns why a case failed.
///
/// # Errors
///
/// If the body panics, or hangs, or cannot be begun. What the panic hook prints, it prints.
pub fn try_case<R: Send + 'static>(
    name: &str,
    patience: Duration,
    body: impl FnOnce() -> R + Send + 'static,
) -> Result<R, CaseError> {
    let (done, is_done) = mpsc::channel::<Result<R, Box<dyn Any + Send>>>();
    let body = inherit(body);
    let case = thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || _ = done.send(catch_unwind(AssertUnwindSafe(body))))
        .map_err(CaseError::NoThread)?;
    match is_done.recv_timeout(patience) {
        Ok(outcome) => {
            _ = case.join();
            outcome.map_err(CaseError::Panicked)
        }
        Err(RecvTimeoutError::Timeout) => Err(CaseError::Hung(patience)),
        Err(RecvTimeoutError::Disconnected) => Err(CaseError::NoOutcome),
    }
}

/// Why a case failed.
#[derive(Debug)]
pub enum CaseError {
    /// With this payload: the law it is about does not hold.
    Panicked(Box<dyn Any + Send>),
    /// It was not done after this time; its thread is left behind.
    Hung(Duration),
    /// It ended, and how is not known.
    NoOutcome,
    /// The system refused a thread for it.
    NoThread(io::Error),
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(payload) => {
                let text = payload.downcast_ref::<&str>().copied();
                let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
                f.write_str(text.unwrap_or("panicked without a message"))
            }
            Self::Hung(patience) => write!(f, "hung for {patience:?}"),
            Self::NoOutcome => f.write_str("ended without an outcome"),
            Self::NoThread(error) => write!(f, "was refused a thread: {error}"),
        }
    }
}

impl error::Error for CaseError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::NoThread(error) => Some(error),
            Self::Panicked(_) | Self::Hung(_) | Self::NoOutcome => None,
        }
    }
}

/// Waits until `condition` holds.
///
/// For what can only be watched, such as a thread's exit; everything else is waited for by
/// a gate or a channel.
///
/// # Panics
///
/// If it does not come to hold within [`PATIENCE`].
#[track_caller]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "never came true: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Wraps a value as a handler's success when it cannot fail.
///
/// # Errors
///
/// None.
pub fn no_error<T>(value: T) -> Result<T, Infallible> {
    Ok(value)
}

/// Holds workers until it is opened, and counts who has come.
///
/// ```
/// use pool::{Backend, Config, Pool};
/// use pool_conformance::Gate;
/// use pool_std::Std;
///
/// let gate = Gate::new();
/// let (pool, results) = Std::spawn(Config::new(2), gate.handler()).unwrap();
/// for job in 0..10 {
///     pool.submit(job).unwrap();
/// }
/// gate.wait_for_arrivals(2);
/// assert_eq!(pool.stats().queued, 8); // known, not likely
///
/// gate.open();
/// pool.close();
/// assert_eq!(results.count(), 10);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Gate {
    inner: Arc<GateInner>,
}

#[derive(Debug, Default)]
struct GateInner {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct GateState {
    open: bool,
    arrived: usize,
}

impl Gate {
    /// A shut gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Called by a handler: announces itself, and waits until the gate is open.
    pub fn pass(&self) {
        self.update(|state| state.arrived += 1);
        self.wait_for(|state| state.open);
    }

    /// A handler that passes the gate, and returns the job as it came.
    pub fn handler<J: 'static>(
        &self,
    ) -> impl Fn(J, &Context) -> Result<J, Infallible> + Send + Sync + 'static {
        let gate = self.clone();
        move |job, _| {
            gate.pass();
            no_error(job)
        }
    }

    /// Waits until `count` have come to the gate, since it was made.
    pub fn wait_for_arrivals(&self, count: usize) {
        self.wait_for(|state| state.arrived >= count);
    }

    /// How many have come.
    pub fn arrivals(&self) -> usize {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner).arrived
    }

    /// Lets everyone pass, now and later.
    pub fn open(&self) {
        self.update(|state| state.open = true);
    }

    fn update(&self, change: impl FnOnce(&mut GateState)) {
        change(&mut self.inner.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.inner.changed.notify_all();
    }

    fn wait_for(&self, condition: impl Fn(&GateState) -> bool) {
        let state = self.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.inner.changed.wait_while(state, |state| !condition(state));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// A thread-name prefix that nothing else in this process uses, so that a case can count its own
/// pool's threads while other cases run beside it.
pub fn unique_prefix() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    // Linux shows 15 bytes of a name: "c4095-65535" fits. Relaxed: only uniqueness matters.
    format!("c{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// How many live threads have names that begin with `{prefix}-`; `None` where the system
/// does not say (only Linux does).
pub fn live_threads(prefix: &str) -> Option<usize> {
    let prefix = format!("{prefix}-");
    let tasks = fs::read_dir("/proc/self/task").ok()?;
    let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
    Some(names.filter(|name| name.starts_with(&prefix)).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_returns_what_it_returned_or_why_it_failed() {
        let run = |body: fn() -> u32| try_case("case", PATIENCE, body);
        assert_eq!(run(|| 7).unwrap(), 7);
        assert_eq!(run(|| panic!("plain")).unwrap_err().to_string(), "plain");
        assert_eq!(run(|| panic!("of {}", 2)).unwrap_err().to_string(), "of 2");
    }

    #[test]
    fn a_case_that_hangs_is_left_behind() {
        let (gate, patience) = (Gate::new(), Duration::from_millis(1));
        let body = {
            let gate = gate.clone();
            move || gate.pass()
        };
        let error = try_case("case", patience, body).unwrap_err();
        assert!(matches!(error, CaseError::Hung(after) if after == patience));
        gate.open();
    }
}
