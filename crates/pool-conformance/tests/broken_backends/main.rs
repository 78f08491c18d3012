//! The suite tests itself: a backend with one fault fails the cases that are there for it.
//!
//! The backend here is healthy, but for a single fault planted in it, a slip that real pools
//! have made. A case that still passes then does not prove what it says.
//!
//! Every case is run in a process of its own, so that what a broken pool leaves behind (leaked
//! threads, busy ones, whole cases that hang) disturbs no other.

mod backend;
mod fault;
mod halves;
mod library;

use std::{collections::BTreeSet, convert::Infallible, env, process::Command, time::Duration};

use pool::{Backend, Config, Context, PoolExt};
use pool_conformance::{CASES, Case, PATIENCE, Subject};
use pool_std::Std;

use self::{
    backend::Broken,
    fault::{FAULTS, Fault},
};

/// The variable that names the case a process is to run.
const CASE: &str = "BROKEN_BACKEND_CASE";

/// How long a case may take on a broken backend before it counts as hung. The healthy one has
/// all the time there is: if this is too short, hangs go unproved, but nothing fails.
const SHORT_PATIENCE: Duration = Duration::from_secs(2);

/// How often a case has to miss a fault until that counts: some faults lose a race now and then.
const RUNS: usize = 10;

/// Processes at a time. More than a machine may have processors, because many do but hang.
const PROCESSES: usize = 8;

#[test]
fn every_fault_fails_its_cases() {
    let jobs =
        FAULTS.iter().flat_map(|(fault, cases)| cases.iter().map(|case| (Some(*fault), *case)));
    let missed: Vec<_> = run_all(jobs).into_iter().filter(|run| run.passed).collect();
    assert!(missed.is_empty(), "these do not find the fault: {missed:#?}");
}

#[test]
fn without_a_fault_all_of_them_pass() {
    let names: BTreeSet<_> = FAULTS.iter().flat_map(|(_, cases)| *cases).copied().collect();
    let failed: Vec<_> = run_all(names.into_iter().map(|case| (None, case)))
        .into_iter()
        .filter(|run| !run.passed)
        .collect();
    assert!(failed.is_empty(), "it is not the fault that these find: {failed:#?}");
}

/// The cases that no fault is shown to fail. A new case comes with a fault, and not into this list:
/// the list only shrinks.
const EXEMPT: &str = include_str!("exempt.txt");

/// How many there are. To be lowered with every line that goes.
const EXEMPTIONS: usize = 21;

#[test]
fn every_case_has_a_fault_or_is_exempt() {
    let proved: BTreeSet<_> = FAULTS.iter().flat_map(|(_, cases)| *cases).copied().collect();
    let exempt: BTreeSet<_> = EXEMPT.lines().collect();
    let unproved = CASES.iter().map(|case| format!("{}::{}", case.group, case.name));
    let unproved: BTreeSet<_> = unproved.filter(|case| !proved.contains(case.as_str())).collect();
    let unproved: BTreeSet<_> = unproved.iter().map(String::as_str).collect();
    let missing: Vec<_> = unproved.difference(&exempt).collect();
    assert!(missing.is_empty(), "these need a fault that they find: {missing:#?}");
    let needless: Vec<_> = exempt.difference(&unproved).collect();
    assert!(needless.is_empty(), "these are no longer exempt, or no cases: {needless:#?}");
    assert_eq!(exempt.len(), EXEMPTIONS);
}

/// Not a test of its own: what the others start, once for every case.
#[test]
fn one_case() {
    let Ok(name) = env::var(CASE) else { return };
    let patience = if env::var(fault::VARIABLE).is_ok() { SHORT_PATIENCE } else { PATIENCE };
    if let Err(error) = Subject::of::<Broken>().try_case(find(&name), patience) {
        panic!("{name} {error}");
    }
}

/// How a case went.
#[derive(Debug)]
struct Run {
    #[allow(dead_code, reason = "it is printed")]
    fault: Option<Fault>,
    #[allow(dead_code, reason = "it is printed")]
    case: &'static str,
    passed: bool,
}

/// Runs cases in processes of their own, several at once.
fn run_all(jobs: impl Iterator<Item = (Option<Fault>, &'static str)>) -> Vec<Run> {
    let handler = |(fault, case): (Option<Fault>, &'static str), _: &Context| {
        let mut process = Command::new(env::current_exe().expect("this test has a path"));
        process.args(["one_case", "--exact"]).env(CASE, case).env_remove(fault::VARIABLE);
        if let Some(fault) = fault {
            process.env(fault::VARIABLE, format!("{fault:?}"));
        }
        let mut passes = || process.output().expect("a process can be started").status.success();
        let runs = if fault.is_some() { RUNS } else { 1 };
        Ok::<_, Infallible>(Run { fault, case, passed: (0..runs).all(|_| passes()) })
    };
    // A misspelt name would fail with every fault.
    let jobs = jobs.inspect(|(_, case)| _ = find(case));
    let (pool, mut results) = Std::spawn(Config::new(PROCESSES), handler).expect("a few threads");
    pool.map_ordered(&mut results, jobs).map(|run| run.expect("no panic")).collect()
}

/// The case with this name, `group::case`.
fn find(name: &str) -> &'static Case {
    CASES
        .iter()
        .find(|case| name.split_once("::") == Some((case.group, case.name)))
        .unwrap_or_else(|| panic!("there is no case {name}"))
}
