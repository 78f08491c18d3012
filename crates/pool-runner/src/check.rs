//! The quick part of the conformance suite, on every backend: what breaks the contract is not
//! measured.

use std::{
    error::Error,
    panic, thread,
    time::{Duration, Instant},
};

use pool_conformance::{Case, CaseError, Exceptions, SMOKE, Subject};
use pool_measure::protocol::{Checked, Failure};

use crate::{entry::BackendEntry, print};

/// How long a case may take before it counts as hung: they are quick.
const PATIENCE: Duration = Duration::from_secs(20);

/// Checks those of these names, all if there are none, and says what came of each.
///
/// The cases of a backend are run one after the other, backends next to each other: as a case
/// counts only threads with the names that it gave them, it does not see those of others.
pub(crate) fn run(backends: &[BackendEntry], names: &[String]) -> Result<(), Box<dyn Error>> {
    // Panics print nothing: those of cases are in their results, those of jobs are what some
    // cases are about.
    panic::set_hook(Box::new(|_| ()));
    let wanted = |it: &&BackendEntry| names.is_empty() || names.iter().any(|name| name == it.name);
    thread::scope(|scope| {
        let start = |it: &BackendEntry| {
            let (name, subject, cases) = (it.name, it.subject, cases(it));
            scope.spawn(move || by_cases(name, subject, &cases, PATIENCE))
        };
        let running: Vec<_> = backends.iter().filter(wanted).map(start).collect();
        running.into_iter().try_for_each(|one| print(&one.join().expect("panics are caught")))
    })
}

/// The quick cases, but for the exceptions of a native pool.
fn cases(backend: &BackendEntry) -> Vec<Case> {
    let list = backend.exceptions.unwrap_or_default();
    let exceptions = Exceptions::parse(list).expect("the suite reads the list in its own tests");
    let kept = |case: &&Case| !exceptions.contains(case.group, case.name);
    SMOKE.iter().filter(kept).copied().collect()
}

/// Runs the cases of a backend, one after the other; none after one that hangs.
fn by_cases(backend: &str, subject: Subject, cases: &[Case], patience: Duration) -> Checked {
    let start = Instant::now();
    let (mut run, mut failures) = (0, Vec::new());
    for case in cases {
        run += 1;
        if let Err(error) = subject.try_case(case, patience) {
            failures.push(Failure {
                case: format!("{}/{}", case.group, case.name),
                laws: case.laws.to_vec(),
                message: error.to_string().lines().next().unwrap_or_default().to_owned(),
            });
            if matches!(error, CaseError::Hung(_)) {
                break;
            }
        }
    }
    let (complete, seconds) = (run == cases.len(), start.elapsed().as_secs_f64());
    Checked { backend: backend.to_owned(), cases: run, failures, complete, seconds }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use pool_conformance::Gate;

    use super::*;
    use crate::BACKENDS;

    fn case(name: &'static str, laws: &'static [u8], body: fn()) -> Case {
        Case { group: "order", name, laws, core: true, body }
    }

    static SHUT: LazyLock<Gate> = LazyLock::new(Gate::new);

    #[test]
    fn what_fails_is_said_in_a_line_and_nothing_comes_after_what_hangs() {
        let cases = [
            case("holds", &[4], || ()),
            case("has_its_capacity", &[5, 6], || assert_eq!(3, 4, "room")),
            case("hangs", &[7], || SHUT.pass()),
            case("comes_after", &[4], || panic!()),
        ];
        let checked = by_cases("mine", BACKENDS[0].subject, &cases, Duration::from_secs(2));
        SHUT.open();
        assert!(!checked.passed() && !checked.complete);
        let found: Vec<_> =
            checked.failures.iter().map(|it| (&*it.case, &*it.laws, &*it.message)).collect();
        let room = "assertion `left == right` failed: room";
        let expected: [(_, &[u8], _); 2] =
            [("order/has_its_capacity", &[5, 6], room), ("order/hangs", &[7], "hung for 2s")];
        assert_eq!(found, expected);
    }
}
