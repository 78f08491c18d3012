use pool_workloads::{Checksums, Profile, Trace};

use super::*;
use crate::BACKENDS;

/// With two workers, each on a core, and results in batches.
fn visitor(cell: &str, visit_ms: u32, work: Option<&Work>) -> Result<Visitor<'static>, String> {
    let configuration = Configuration {
        workers: 2,
        queue: 64,
        linger_us: Some(100),
        workers_pinned: true,
        ..Configuration::default()
    };
    let (cell, contenders) = (cell.parse().unwrap(), Vec::new());
    let plan =
        CellPlan { cell, contenders, blocks: 1, visit_ms, min_processes: 1, max_processes: 1 };
    Visitor::new(&configuration, &BACKENDS, &plan, work).map_err(|error| error.to_string())
}

fn visit(
    cell: &str,
    contender: &str,
    visit_ms: u32,
    work: Option<&Work>,
) -> Result<Values, String> {
    let contender = contender.to_owned().into();
    visitor(cell, visit_ms, work)?.visit(&contender, 1).map_err(|error| error.to_string())
}

/// Whether the generator is on time is up to the machine, so which of the open loop's percentiles are
/// given is tested where they are made.
#[cfg(target_os = "linux")]
#[test]
fn each_kind_of_cell_gives_its_quantities_for_every_backend() {
    let ends = Scenario::ALL.map(Cell::Shutdown).map(|cell| cell.to_string());
    let costs = Upkeep::ALL.map(Cell::Cost).map(|cell| cell.to_string());
    let timed = ["throughput/empty", "placement/empty", "latency/empty/burst-32"];
    let cells = timed.into_iter().chain(ends.iter().chain(&costs).map(String::as_str));
    let compared = |cell: &str| {
        let cell: Cell = cell.parse().unwrap();
        (5, cell.quantities().iter().map(|it| it.key).collect::<Vec<_>>())
    };
    let closed = ["wait_p50_ns", "wait_p90_ns", "sojourn_p90_ns", "little_ratio"];
    // 10,000 jobs are due.
    let open = ["jobs", "rate_per_s", "little_ratio", "lateness_p50_ns", "lateness_p99_ns"];
    let loops = [
        ("latency/empty/closed-4", (20, closed.to_vec())),
        ("latency/empty/100000-per-s", (100, open.to_vec())),
    ];
    for (cell, (millis, keys)) in cells.map(|cell| (cell, compared(cell))).chain(loops) {
        for backend in BACKENDS {
            let values = visit(cell, backend.name, millis, None).unwrap();
            let sound =
                |key: &&str| values.get(*key).is_some_and(|it| it.is_finite() && *it >= 0.0);
            assert!(keys.iter().all(sound), "{cell}, {}: {values:?}", backend.name);
        }
    }
}

#[test]
fn a_visit_has_as_many_jobs_as_it_is_to_have() {
    for (cell, contender, visit_ms, jobs) in [
        // Often enough for the 90th percentile.
        ("latency/empty/hand-over", "std", 250, 500.0..=500.0),
        // One worker, and 100 us: 5,000 in a second.
        ("latency/cpu-100us/sustained-50%", "std", 100, 400.0..=600.0),
        ("throughput/cpu-100us", "std", 5, 100.0..=100.0),
        ("throughput/cpu-100us", "std (twin)", 5, 100.0..=100.0),
        // One thread alone is given as many jobs as it can do in the time.
        ("throughput/cpu-100us", "serial loop", 5, 50.0..=50.0),
        // Ten times as many as are in flight.
        ("throughput/blocking-1ms", "tokio (async lane)", 1, 640.0..=640.0),
    ] {
        let values = visit(cell, contender, visit_ms, None).unwrap();
        assert!(jobs.contains(&values["jobs"]), "{cell}, {contender}: {values:?}");
    }
}

#[test]
fn the_users_own_jobs_are_workloads_under_their_names() {
    let trace = Trace::parse("t", "arrival_us,work_us\n0,1\n50,2\n90,1\n").unwrap();
    let trace = Work::Trace(trace);
    // One job in 45 us: 112 in 5 ms.
    let values = visit("latency/trace/recorded", "std", 5, Some(&trace)).unwrap();
    assert!((105.0..120.0).contains(&values["jobs"]), "{values:?}");

    let profile = "name = \"mine\"\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n";
    let profile = Work::Profile(Profile::parse("p", profile).unwrap());
    let cell = "throughput/mine/workers=1/producers=3/queue=1/results-bound=1/receive=each";
    assert!(visit(cell, "std", 1, Some(&profile)).is_ok());

    // Its own sources: real files, checked against what they gave when the list was made.
    let (files, _) = Checksums::under(env!("CARGO_MANIFEST_DIR").as_ref());
    assert!(visit("throughput/checksum", "std", 1, Some(&Work::Files(files))).is_ok());
}

#[test]
fn what_cannot_be_measured_is_an_error() {
    for (cell, contender, says) in [
        ("throughput/empty", "nobody", "there is no backend of that name"),
        ("throughput/nothing", "std", "there is no workload \"nothing\";"),
        ("shutdown/idle", "serial loop", "it is not measured in this cell; leave it out"),
        ("latency/empty/recorded", "std", NO_TRACE),
        ("latency/empty/sustained-50%", "std", "a rate is from"),
        ("latency/empty/50%", "std", "it is not measured any more"),
    ] {
        let error = visit(cell, contender, 1, None).unwrap_err();
        assert!(error.contains(says), "{cell}, {contender}: {error}");
    }
}

/// A rare job makes no visit much longer than it is to be.
#[test]
fn rare_jobs_are_waited_for_only_so_long() {
    let due = |rate, visit_ms| {
        let visitor = visitor("latency/empty/1000-per-s", visit_ms, None).unwrap();
        visitor.due(&Arrivals::poisson(rate, 1).unwrap()).unwrap_or_default()
    };
    assert!(due(0.001, 100).is_empty(), "the first comes after a quarter of an hour");
    assert_eq!(due(500.0, 100).len(), 100, "of about 50 in the time, 500 in ten times");
    assert_eq!(due(1e9, 1_000).len(), 200_000);
    let rare = due(20.0, 100);
    assert!(rare.len() < 50 && *rare.last().unwrap() < Duration::from_secs(1));
}
