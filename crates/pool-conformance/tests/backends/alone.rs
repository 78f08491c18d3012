//! Cases in processes of their own: what a failing one leaves behind (threads, busy ones, an
//! abort) disturbs no other.

use std::{convert::Infallible, env, process::Command, time::Duration};

use pool::{Backend, Config, Context, PoolExt};
use pool_conformance::PATIENCE;
use pool_std::Std;

/// The variable that tells a process that it runs one case, and for how many seconds at most.
const SECONDS: &str = "POOL_CONFORMANCE_SECONDS";

/// How long a case may take that is to fail. If this is too short, one that passes is not noticed;
/// nothing fails.
const SHORT_PATIENCE: &str = "3";

/// Processes at a time. More than a machine may have processors, because many do but hang.
const PROCESSES: usize = 8;

/// How often a case has to pass until that counts: some lose a race only now and then.
const RUNS: usize = 20;

/// How long a case may take in this process.
pub(crate) fn patience() -> Duration {
    let seconds = env::var(SECONDS).ok().and_then(|seconds| seconds.parse().ok());
    seconds.map_or(PATIENCE, Duration::from_secs)
}

/// Sets up this process if it is to run one case: an abort is expected, so it dumps no core.
pub(crate) fn begin() {
    #[cfg(unix)]
    if env::var_os(SECONDS).is_some() {
        use nix::sys::resource::{Resource, setrlimit};
        _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    }
}

/// Those of the tests that pass.
pub(crate) fn those_that_pass(names: Vec<String>) -> Vec<String> {
    let handler = |name: String, _: &Context| {
        let passes = (0..RUNS).all(|_| passes(&name));
        Ok::<_, Infallible>(passes.then_some(name))
    };
    let (pool, mut results) = Std::spawn(Config::new(PROCESSES), handler).expect("a few threads");
    pool.map_ordered(&mut results, names).filter_map(|name| name.expect("no panic")).collect()
}

fn passes(name: &str) -> bool {
    let mut process = Command::new(env::current_exe().expect("this test has a path"));
    process.args(["--exact", name, "--include-ignored"]).env(SECONDS, SHORT_PATIENCE);
    process.output().expect("a process can be started").status.success()
}
