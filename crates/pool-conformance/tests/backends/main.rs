//! Holds every backend of this repository to the contract, by one binary in which each case is
//! compiled once.
//!
//! A test is named `backend::group::case`, and takes the arguments of any test:
//!
//! ```sh
//! cargo test -p pool-conformance --test backends                 # everything
//! cargo test -p pool-conformance --test backends flume::order    # one group, on one backend
//! ```

mod list;

use std::{
    collections::BTreeMap,
    panic,
    process::ExitCode,
    sync::{Mutex, PoisonError},
    thread,
};

use libtest_mimic::{Arguments, Failed, Trial};
use pool_conformance::{CASES, Case, CaseError, PATIENCE, Subject};

use self::list::BACKENDS;

/// The last panic on the thread of each case, by the name of the thread.
static PANICS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if !arguments.nocapture {
        keep_panics();
    }
    let trials = BACKENDS.iter().flat_map(|&subject| {
        let trial = move |case| {
            let name = name(subject, case);
            Trial::test(name.clone(), move || run(subject, case, &name))
        };
        CASES.iter().map(trial)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn name(subject: Subject, case: &Case) -> String {
    format!("{}::{}::{}", subject.name(), case.group, case.name)
}

fn run(subject: Subject, case: &Case, name: &str) -> Result<(), Failed> {
    subject.try_case(case, PATIENCE).map_err(|error| {
        let panic = PANICS.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        let reason = match (&error, panic) {
            (CaseError::Panicked(_), Some(panic)) => panic,
            _ => format!("{name} {error}"),
        };
        let laws = case.laws.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        format!("{reason}\nlaws: {laws}; panics of other threads are shown with --nocapture").into()
    })
}

/// Keeps the panics of the cases' own threads for [`run`], and prints none: handlers panic by the
/// thousand.
fn keep_panics() {
    panic::set_hook(Box::new(|panic| {
        if let Some(name) = thread::current().name().filter(|name| name.contains("::")) {
            let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
            panics.insert(name.to_owned(), panic.to_string());
        }
    }));
}
