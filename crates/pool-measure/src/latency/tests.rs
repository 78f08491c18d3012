use pool_std::Std;
use pool_workloads::{Arrivals, Job, Sleep, Speed, Workload};

use super::{clock::Clock, fake::*, *};
use crate::{placement::Placement, words};

const STD: Start = words::start::<Std>;

const fn shape(workers: usize, queue: usize) -> Shape {
    Shape { workers, queue, results: None, linger: None, placement: Placement::System }
}

const ONE_WORKER: Shape = shape(1, 4);

/// So many jobs, that do nothing.
fn empty(jobs: usize) -> Batch {
    Workload::standard(Speed::new(1.0))[0].batch(jobs, 1)
}

/// Whether two times are the same, but for what is lost with all but three digits.
fn assert_about(found: Option<Duration>, micros: u64) {
    let expected = Duration::from_micros(micros);
    let found = found.unwrap();
    assert!(found.abs_diff(expected) <= expected / 500, "{found:?}, and not {expected:?}");
}

/// A lone request is handed over and done. Of four in flight, one worker does each in 10 us after the
/// three before it; and the number in flight is the rate times the time that a job is.
#[test]
fn closed_loops_have_the_times_that_are_known() {
    let period = Duration::from_micros(500);
    for (workers, in_flight, period, [of_wait, of_sojourn], rates, little) in [
        (2, 1, period, [5, 5 + 10], 1_999.0..=2_002.0, None),
        (1, 4, Duration::ZERO, [30, 40], 99_900.0..=100_000.0, Some(1.0)),
    ] {
        let clock = Arc::new(Still::default());
        let start = fake(workers, Arc::clone(&clock));
        let found = closed::run(start, clock, workers, empty(10_000), in_flight, period).unwrap();
        for percent in [50.0, 90.0] {
            assert_about(found.wait.percentile(percent), of_wait);
            assert_about(found.sojourn.percentile(percent), of_sojourn);
        }
        assert!(rates.contains(&found.rate), "{}", found.rate);
        assert_eq!(found.littles_ratio.map(|ratio| (ratio * 1e3).round() / 1e3), little);
    }
}

#[test]
fn a_burst_is_done_by_all_workers_after_it_was_handed_over() {
    for (workers, last) in [(1, 5 + 32 * 10), (2, 5 + 16 * 10), (32, 5 + 10)] {
        let batches = (0..10).map(|_| empty(32)).collect();
        let period = Duration::from_millis(2);
        let clock = Arc::new(Still::default());
        let found =
            bursts::run(fake(workers, Arc::clone(&clock)), &*clock, workers, batches, period)
                .unwrap();
        assert_about(Some(found.first), 5 + 10);
        assert_about(Some(found.last), last);
        // One every 2 ms, of which the first is at once.
        assert!(clock.now() >= 9 * period);
    }
}

#[test]
fn every_loop_is_measured_by_the_systems_clock() {
    let shape = shape(2, 64);
    let found = closed_loop(STD, shape, empty(500), 4, Duration::ZERO).unwrap();
    assert_eq!((found.wait.count(), found.sojourn.count()), (500, 500));
    let ratio = found.littles_ratio.unwrap();
    assert!(found.rate > 0.0 && ratio > 0.0 && ratio <= 1.0, "{ratio}");

    let found = bursts(STD, shape, vec![empty(32), empty(1)], Duration::ZERO).unwrap();
    assert!(found.first > Duration::ZERO && found.first <= found.last);

    let due = Arrivals::poisson(50_000.0, 1).unwrap().due(500);
    let found = open_loop(STD, shape, empty(500), &due).unwrap();
    assert_eq!([&found.wait, &found.sojourn, &found.lateness].map(Latencies::count), [500; 3]);
    let ratio = found.littles_ratio.unwrap();
    assert!(found.rate > 0.0 && ratio > 0.0 && ratio < 1.001, "{ratio}");

    // Jobs due at once have no rate to come at.
    let found = open_loop(STD, shape, empty(3), &[Duration::ZERO; 3]).unwrap();
    assert_eq!(found.littles_ratio, None);
}

fn milliseconds(count: u64) -> Vec<Duration> {
    (0..count).map(Duration::from_millis).collect()
}

/// The first job takes so long, all others no time.
fn stalled(jobs: u32, stall: Duration) -> Batch {
    let micros = u32::try_from(stall.as_micros()).unwrap();
    let job = |key: u32| Job::Sleep(Sleep { micros: if key == 0 { micros } else { 0 }, key });
    (0..jobs).map(|key| (job(key), u64::from(key))).collect()
}

/// No coordinated omission: a stall of 50 ms delays what is due 10 ms later by 40 ms, though
/// the queue was full and it could not even be submitted for a while.
#[test]
fn every_job_due_during_a_stall_waits_for_what_is_left_of_it() {
    let (jobs, stall) = (40, Duration::from_millis(50));
    let due = milliseconds(jobs.into());
    let run = open::run(ends(STD, ONE_WORKER), 1, stalled(jobs, stall), &due).unwrap();
    for (times, due) in run.times.iter().zip(&due).skip(1) {
        let started = times.started.saturating_sub(run.start);
        assert!(started >= stall, "due {due:?}, started {started:?}");
    }
    assert!(run.evaluate(&due).littles_ratio.unwrap() < 1.0);
}

#[test]
fn a_wrong_result_is_no_measurement() {
    let mut batch = stalled(3, Duration::ZERO);
    batch.answer += 1;
    let again = || stalled(3, Duration::ZERO).jobs.into_iter().map(|job| (job, 7)).collect();
    assert!(open_loop(STD, ONE_WORKER, batch, &milliseconds(3)).is_err());
    assert!(closed_loop(STD, ONE_WORKER, again(), 1, Duration::ZERO).is_err());
    assert!(bursts(STD, ONE_WORKER, vec![again()], Duration::ZERO).is_err());
}

#[test]
fn a_generator_is_on_time_for_the_percentiles_at_which_it_is_late_by_a_tenth_of_the_wait() {
    // The slowest 200 of 10,000 are as late as `tail`.
    let on_time = |late: u64, tail: u64| {
        let of = |micros: u64, tail: u64| {
            let all = (0..10_000).map(|job| if job < 200 { tail } else { micros });
            all.map(Duration::from_micros).collect::<Latencies>()
        };
        let (wait, sojourn, lateness) = (of(100, 100), of(200, 200), of(late, tail));
        let measured = Loop { wait, sojourn, lateness, rate: 1.0, littles_ratio: None };
        [50.0, 90.0, 99.0].map(|percent| measured.on_time(percent))
    };
    assert_eq!(on_time(0, 0), [true; 3]);
    assert_eq!(on_time(1, 50), [true, true, false]);
    assert_eq!(on_time(50, 50), [false; 3]);
}
