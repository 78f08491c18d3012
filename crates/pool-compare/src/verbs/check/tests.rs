use std::{sync::LazyLock, time::Duration};

use pool_conformance::{Case, Gate};
use pool_measure::entry::BACKENDS;

use super::*;

fn case(group: &'static str, name: &'static str, laws: &'static [u8], body: fn()) -> Case {
    Case { group, name, laws, core: true, body }
}

/// Of a backend whose queue is too small, one that hangs, and one that comes after it.
fn broken() -> Vec<Case> {
    vec![
        case("order", "holds", &[4], || ()),
        case("backpressure", "has_its_capacity", &[5, 6], || assert_eq!(3, 4, "room")),
        case("order", "hangs", &[4], || SHUT.pass()),
        case("order", "comes_after", &[4], || ()),
    ]
}

static SHUT: LazyLock<Gate> = LazyLock::new(Gate::new);

#[test]
fn the_backends_keep_the_contract() {
    let checked = check(&BACKENDS, &CancellationToken::new());
    for (of_one, backend) in checked.iter().zip(&BACKENDS) {
        assert_eq!((of_one.backend, of_one.cases), (backend.name(), (backend.smoke)().len()));
        assert!(of_one.passed(), "{:?}", of_one.failures);
    }
}

#[test]
fn what_fails_is_told_in_a_line_and_nothing_comes_after_what_hangs() {
    let quiet = Quiet::begin();
    let patience = Duration::from_millis(100);
    let checked = Checked::by_cases("mine", &broken(), patience, &CancellationToken::new());
    SHUT.open();
    drop(quiet);
    assert!(!checked.passed() && !checked.complete);
    let complaints: Vec<_> = checked.complaints().collect();
    assert_eq!(
        complaints,
        [
            "mine breaks the contract, law 5 or 6: backpressure/has_its_capacity: assertion \
             `left == right` failed: room",
            "mine breaks the contract, law 4: order/hangs: hung for 100ms",
        ]
    );
    assert!(checked.to_string().starts_with("mine         3 cases  2 failed  "), "{checked}");
}

#[test]
fn an_interrupted_check_is_not_complete() {
    let interrupt = CancellationToken::new();
    interrupt.cancel();
    let checked = check(&BACKENDS[..1], &interrupt);
    assert_eq!((checked[0].cases, checked[0].passed()), (0, false));
}
