//! Holds every backend of this repository to the contract, by one binary in which each case is
//! compiled once.
//!
//! A test is named `backend::group::case`, and takes the arguments of any test:
//!
//! ```sh
//! cargo test -p pool-conformance --test backends                 # everything
//! cargo test -p pool-conformance --test backends flume::order    # one group, on one backend
//! ```
//!
//! What a native pool does not keep stands in its list of exceptions. Those cases are ignored, but
//! one test for each list runs them all, and wants every one to fail.
//!
//! With `POOL_CONFORMANCE_FAIL_FAST` set, the first failure ends the program: enough to know that a
//! change breaks something.

mod guide;
mod list;

use std::{
    collections::BTreeMap,
    env, panic,
    process::{self, ExitCode},
    sync::{Mutex, PoisonError},
    thread,
};

use libtest_mimic::{Arguments, Failed, Trial};
use pool_conformance::{CASES, Case, CaseError, Subject, alone};

use self::list::{BACKENDS, Entry};

/// The variable that asks for an end at the first failure.
const FAIL_FAST: &str = "POOL_CONFORMANCE_FAIL_FAST";

/// The last panic on the thread of each case, by the name of the thread.
static PANICS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(alone::at_a_time);
    if !arguments.nocapture {
        keep_panics();
    }
    alone::begin();
    let mut trials: Vec<_> = BACKENDS.iter().flat_map(|&entry| trials(entry)).collect();
    trials.push(Trial::test("guide::says_what_the_exceptions_are", guide::check));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The tests of one backend.
fn trials(entry: Entry) -> Vec<Trial> {
    let Entry { subject, .. } = entry;
    let exceptions = match entry.exceptions() {
        Ok(exceptions) => exceptions,
        Err(error) => {
            let name = format!("{}::the_exceptions_can_be_read", subject.name());
            return vec![Trial::test(name, || Err(error.into()))];
        }
    };
    let trial = |case: &'static Case| {
        let name = name(subject, case.group, case.name);
        let excepted = exceptions.contains(case.group, case.name);
        Trial::test(name.clone(), move || run(subject, case, &name)).with_ignored_flag(excepted)
    };
    let mut trials: Vec<_> = CASES.iter().map(trial).collect();
    if entry.exceptions.is_some() {
        let name = format!("{}::every_exception_fails", subject.name());
        trials.push(Trial::test(name, move || every_exception_fails(entry)));
    }
    trials
}

fn name(subject: Subject, group: &str, case: &str) -> String {
    format!("{}::{group}::{case}", subject.name())
}

fn run(subject: Subject, case: &Case, name: &str) -> Result<(), Failed> {
    subject.try_case(case, alone::patience()).map_err(|error| {
        let panic = PANICS.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        let reason = match (&error, panic) {
            (CaseError::Panicked(_), Some(panic)) => panic,
            _ => format!("{name} {error}"),
        };
        let laws = case.laws.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        if env::var_os(FAIL_FAST).is_some() {
            eprintln!("{name}: {reason}\nlaws: {laws}");
            process::exit(1);
        }
        format!("{reason}\nlaws: {laws}; panics of other threads are shown with --nocapture").into()
    })
}

/// A list that excepts a case which passes says less of its library than is true.
fn every_exception_fails(entry: Entry) -> Result<(), Failed> {
    let exceptions = entry.exceptions()?;
    let names = exceptions.iter().map(|it| name(entry.subject, it.proof.group, it.proof.name));
    let passed = alone::those_that_pass(names.collect());
    if passed.is_empty() {
        return Ok(());
    }
    Err(format!("take these out of the list, for they pass: {passed:#?}").into())
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
