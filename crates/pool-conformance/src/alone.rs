//! Cases in processes of their own: what a failing one leaves behind (threads, busy ones, an
//! abort) disturbs no other.
//!
//! For a test program in which each case is a test, and a list says which of them fail. It calls
//! [`begin`] first, runs [`at_a_time`], gives each case as long as [`patience`] says, and asks
//! [`those_that_pass`] which of the list are in it by mistake. The tests `backends` of this crate are an example.

use std::{
    env, iter,
    process::Command,
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::PATIENCE;

/// The variable that tells a process that it runs one case, and for how many seconds at most.
const SECONDS: &str = "POOL_CONFORMANCE_SECONDS";

/// How long a case may take that is to fail. If this is too short, one that passes is not noticed;
/// nothing fails.
const SHORT_PATIENCE: &str = "3";

/// Processes at a time. More than a machine may have processors, because many do but hang.
const PROCESSES: usize = 16;

/// How often a case has to pass until that counts: some lose a race only now and then.
const RUNS: usize = 20;

/// How long a case may take in this process.
pub fn patience() -> Duration {
    let seconds = env::var(SECONDS).ok().and_then(|seconds| seconds.parse().ok());
    seconds.map_or(PATIENCE, Duration::from_secs)
}

/// How many cases run at a time if the command line does not say: three for each processor, since
/// most of a case is waiting.
pub fn at_a_time() -> usize {
    3 * thread::available_parallelism().map_or(1, usize::from)
}

/// Sets up this process if it is to run one case: an abort is expected, so it dumps no core.
pub fn begin() {
    #[cfg(unix)]
    if env::var_os(SECONDS).is_some() {
        use nix::sys::resource::{Resource, setrlimit};
        _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    }
}

/// Those of the tests of this program that pass, each in a process of its own; ignored ones, too.
///
/// # Panics
///
/// If a process or a thread cannot be started.
///
/// # Blocking
///
/// Waits for all of them; for one that hangs, a few seconds.
pub fn those_that_pass(names: Vec<String>) -> Vec<String> {
    let names = Mutex::new(names.into_iter());
    let next = || names.lock().unwrap_or_else(PoisonError::into_inner).next();
    let some = || {
        let pass = |name: &String| (0..RUNS).all(|_| passes(name));
        iter::from_fn(next).filter(pass).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..PROCESSES).map(|_| scope.spawn(some)).collect();
        let passed = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        passed.flatten().collect()
    })
}

fn passes(name: &str) -> bool {
    let mut process = Command::new(env::current_exe().expect("this test has a path"));
    process.args(["--exact", name, "--include-ignored"]).env(SECONDS, SHORT_PATIENCE);
    process.output().expect("a process can be started").status.success()
}
