use pool_workloads::{Checksums, Profile, Trace};

use super::*;
use crate::BACKENDS;

const NANOSECOND_JOBS: &str = "empty";

fn configuration() -> Configuration {
    Configuration {
        preset: "test".to_owned(),
        seed: 1,
        workers: 2,
        latency_workers: 1,
        producers: 1,
        queue: 64,
        results_bound: None,
        linger_us: Some(100),
        pinned: false,
        workers_pinned: true,
        rounds_per_micro: 1.0,
        backends: BACKENDS.iter().map(|backend| backend.name().to_owned()).collect(),
        input: None,
        cells: Vec::new(),
        budget_s: None,
        precision: 0.05,
    }
}

fn plan(cell: &Cell, visit_ms: u32) -> CellPlan {
    CellPlan {
        cell: cell.clone(),
        contenders: Vec::new(),
        blocks: 1,
        visit_ms,
        min_processes: 1,
        max_processes: 1,
    }
}

fn visit(
    cell: &Cell,
    contender: &Contender,
    visit_ms: u32,
    work: Option<&Work>,
) -> Result<Values, String> {
    Visitor::new(&configuration(), &BACKENDS, &plan(cell, visit_ms), work)?.visit(contender, 1)
}

fn backends() -> impl Iterator<Item = Contender> {
    BACKENDS.iter().map(|backend| Contender::Backend(backend.name().to_owned()))
}

#[cfg(target_os = "linux")]
fn assert_complete(cell: &Cell, contender: &Contender, values: &Values) {
    for quantity in cell.quantities() {
        let value = values.get(quantity.key);
        let sound = value.is_some_and(|value| value.is_finite() && *value >= 0.0);
        assert!(sound, "{cell}, {contender}: {} in {values:?}", quantity.key);
    }
}

fn latency(load: Load) -> Cell {
    Cell::Latency { workload: NANOSECOND_JOBS.to_owned(), load }
}

#[cfg(target_os = "linux")]
#[test]
fn each_kind_of_cell_gives_its_quantities_for_every_backend() {
    let workload = NANOSECOND_JOBS.to_owned();
    let throughput = [Cell::throughput(NANOSECOND_JOBS), Cell::Placement { workload }];
    // Which of the open loop's latencies are known is up to the machine.
    let loops = [latency(Load::Burst(32))];
    let ends = Scenario::ALL.map(Cell::Shutdown);
    let costs = Upkeep::ALL.map(Cell::Cost);
    for cell in throughput.iter().chain(&loops).chain(&ends).chain(&costs) {
        for contender in backends() {
            assert_complete(cell, &contender, &visit(cell, &contender, 5, None).unwrap());
        }
    }
}

/// Whether the generator is on time is up to the machine, so which of the latencies are told is
/// tested where they are made.
#[test]
fn latency_tells_how_late_the_generator_was_from_enough_jobs() {
    // 10,000 jobs are due.
    let cell = latency(Load::Rate(100_000.0));
    for contender in backends() {
        let values = visit(&cell, &contender, 100, None).unwrap();
        for key in ["jobs", "rate_per_s", "little_ratio", "lateness_p50_ns", "lateness_p99_ns"] {
            assert!(values.contains_key(key), "{key} in {values:?}");
        }
        assert!(!values.contains_key("lateness_p999_ns"), "that takes 50,000");
    }
}

#[test]
fn closed_loops_have_enough_jobs_for_their_percentiles() {
    let assert_known = |load, millis, contender: &Contender| {
        let values = visit(&latency(load), contender, millis, None).unwrap();
        for key in ["wait_p50_ns", "wait_p90_ns", "sojourn_p50_ns", "sojourn_p90_ns"] {
            assert!(values.contains_key(key), "{key} in {values:?}");
        }
        values.contains_key("little_ratio")
    };
    // Some 4,000 jobs; and 500 of them, half a millisecond apart.
    assert!(backends().all(|contender| assert_known(Load::Closed(4), 20, &contender)));
    assert!(!assert_known(Load::HandOver, 250, &Contender::Backend("std".to_owned())));
}

#[test]
fn a_part_of_the_workers_time_is_one_rate_for_all() {
    let cell = |workload: &str, load| Cell::Latency { workload: workload.to_owned(), load };
    let std = Contender::Backend("std".to_owned());
    // One worker, and 100 us: 5,000 in a second.
    let values = visit(&cell("cpu-100us", Load::Sustained(50)), &std, 100, None).unwrap();
    assert!((400.0..600.0).contains(&values["jobs"]), "{values:?}");
    let error = visit(&cell("empty", Load::Sustained(50)), &std, 1, None).unwrap_err();
    assert!(error.contains("a rate is from"), "{error}");
    let error = visit(&cell("empty", Load::Capacity(50)), &std, 1, None).unwrap_err();
    assert!(error.contains("is not measured any more"), "{error}");
}

#[test]
fn whoever_is_measured_beside_the_backends_is_visited_where_it_can_be() {
    let cell = Cell::throughput(NANOSECOND_JOBS);
    let beside = [Contender::Twin("std".to_owned()), Contender::Serial];
    let mut jobs = Vec::new();
    for contender in &beside {
        let values = visit(&cell, contender, 1, None).unwrap();
        assert!(values["time_per_job_ns"] > 0.0);
        jobs.push(values["jobs"]);
    }
    assert!(jobs.iter().all(|of_one| of_one.total_cmp(&jobs[0]).is_eq()), "{jobs:?}");

    let blocking = Cell::throughput("blocking-1ms");
    let values = visit(&blocking, &Contender::AsyncLane, 1, None).unwrap();
    assert!(values["jobs"] >= 10.0 * values["jobs_in_flight"], "{values:?}");

    let error = visit(&Cell::Shutdown(Scenario::Idle), &Contender::Serial, 1, None).unwrap_err();
    assert_eq!(error, "shutdown/idle, serial loop: it is not measured in this cell; leave it out");
}

/// Else a visit of it would last as many times as long as there are workers.
#[test]
fn one_thread_alone_is_given_as_many_jobs_as_it_can_do_in_the_time() {
    let cell = Cell::throughput("cpu-100us");
    let jobs = |contender| visit(&cell, &contender, 5, None).unwrap()["jobs"];
    let [alone, pooled] = [Contender::Serial, Contender::Backend("std".to_owned())].map(jobs);
    assert!((alone - 50.0).abs() < 0.5 && (pooled - 100.0).abs() < 0.5, "{alone} and {pooled}");
}

#[test]
fn the_users_own_jobs_are_workloads_under_their_names() {
    let contender = Contender::Backend("std".to_owned());
    let trace = Trace::parse("t", "arrival_us,work_us\n0,1\n50,2\n90,1\n").unwrap();
    let trace = Work::Trace(trace);
    let cell = "latency/trace/recorded".parse().unwrap();
    // One job in 45 us: 112 in 5 ms.
    let values = visit(&cell, &contender, 5, Some(&trace)).unwrap();
    assert!((105.0..120.0).contains(&values["jobs"]), "{values:?}");

    let profile = "name = \"mine\"\n[work]\ndistribution = \"fixed\"\nmean = \"1us\"\n";
    let profile = Work::Profile(Profile::parse("p", profile).unwrap());
    let cell = "throughput/mine/workers=1/producers=3/queue=1/results-bound=1/receive=each";
    let cell: Cell = cell.parse().unwrap();
    assert!(visit(&cell, &contender, 1, Some(&profile)).is_ok());

    // Its own sources: real files, checked against what they gave when the list was made.
    let (files, _) = Checksums::under(env!("CARGO_MANIFEST_DIR").as_ref());
    let files = Work::Files(files);
    assert!(visit(&Cell::throughput("checksum"), &contender, 1, Some(&files)).is_ok());

    let error = visit(&latency(Load::Recorded), &contender, 1, Some(&profile)).unwrap_err();
    assert_eq!(error, "latency/empty/recorded: jobs are to come as in a trace, and there is none");
}

#[test]
fn an_error_says_where_and_with_whom() {
    let nobody = Contender::Backend("nobody".to_owned());
    let error = visit(&Cell::throughput("empty"), &nobody, 1, None).unwrap_err();
    assert_eq!(error, "throughput/empty, nobody: there is no backend of that name");
    let error = visit(&Cell::throughput("nothing"), &nobody, 1, None).unwrap_err();
    assert!(error.starts_with("throughput/nothing: there is no workload \"nothing\";"));
}

/// A rare job makes no visit much longer than it is to be.
#[test]
fn rare_jobs_are_waited_for_only_so_long() {
    let due = |rate, visit_ms| {
        let cell = latency(Load::Rate(rate));
        let plan = plan(&cell, visit_ms);
        let visitor = Visitor::new(&configuration(), &BACKENDS, &plan, None).unwrap();
        visitor.due(&Arrivals::poisson(rate, 1).unwrap()).unwrap_or_default()
    };
    assert!(due(0.001, 100).is_empty(), "the first comes after a quarter of an hour");
    assert_eq!(due(500.0, 100).len(), 100, "of about 50 in the time, 500 in ten times");
    assert_eq!(due(1e9, 1_000).len(), 200_000);
    let rare = due(20.0, 100);
    assert!(rare.len() < 50 && *rare.last().unwrap() < Duration::from_secs(1));
}
