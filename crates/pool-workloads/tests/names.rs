//! Workloads are found by their names.

use std::time::Duration;

use pool_workloads::{Speed, Workload};

const SPEED: Speed = Speed::new(1.0);

#[test]
fn the_standard_workloads_are_these() {
    let standard = Workload::standard(SPEED);
    let names: Vec<_> = standard.iter().map(Workload::name).collect();
    assert_eq!(
        names,
        [
            "empty",
            "cpu-1us",
            "cpu-10us",
            "cpu-100us",
            "cpu-1ms",
            "skewed",
            "payload-64k",
            "blocking-1ms",
        ]
    );
}

#[test]
fn each_is_found_by_its_name_and_described_in_a_line() {
    for workload in Workload::standard(SPEED) {
        let found = Workload::by_name(workload.name(), SPEED).unwrap();
        assert_eq!(found.name(), workload.name());
        let line = found.describe();
        assert!((1..=72).contains(&line.len()) && !line.contains('\n'), "{line}");
    }
}

#[test]
fn mixing_is_to_be_had_in_any_length() {
    for (name, nanos, shown) in [
        ("cpu-250ns", 250, "cpu-250ns"),
        ("cpu-0.25us", 250, "cpu-250ns"),
        ("cpu-1.5ms", 1_500_000, "cpu-1500us"),
        ("cpu-1s", 1_000_000_000, "cpu-1s"),
    ] {
        let workload = Workload::by_name(name, SPEED).unwrap();
        assert_eq!(workload.name(), shown);
        assert_eq!(workload.mean_work(), Duration::from_nanos(nanos));
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    for name in ["", "cpu", "cpu-", "cpu-2s", "cpu-10 years", "Empty", "checksum"] {
        let error = Workload::by_name(name, SPEED).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "there is no workload {name:?}; there are empty, cpu-1us, cpu-10us, cpu-100us, \
                 cpu-1ms, skewed, payload-64k, blocking-1ms, and cpu-LENGTH with a length up to \
                 1s, such as cpu-250ns"
            )
        );
    }
}
