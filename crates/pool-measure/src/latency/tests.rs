use pool_std::Std;
use pool_workloads::{Arrivals, Job, Sleep, Speed, Workload};

use super::*;
use crate::contender::Pooled;

const ONE_WORKER: Shape = Shape { workers: 1, queue: 4, results: None, linger: None };

fn milliseconds(count: u64) -> Vec<Duration> {
    (0..count).map(Duration::from_millis).collect()
}

/// The first job takes so long, all others no time.
fn stalled(jobs: u32, stall: Duration) -> Batch {
    let micros = u32::try_from(stall.as_micros()).unwrap();
    let job = |key: u32| Job::Sleep(Sleep { micros: if key == 0 { micros } else { 0 }, key });
    (0..jobs).map(|key| (job(key), u64::from(key))).collect()
}

#[test]
fn every_job_has_its_times() {
    let workload = &Workload::standard(Speed::new(1.0))[0];
    let due = Arrivals::poisson(50_000.0, 1).unwrap().due(500);
    let shape = Shape { workers: 2, queue: 64, results: None, linger: None };
    let measured = open_loop::<Pooled<Std>>(shape, workload.batch(500, 1), &due).unwrap();
    let OpenLoop { wait, sojourn, lateness, .. } = &measured;
    assert_eq!((wait.len(), sojourn.len(), lateness.len()), (500, 500, 500));
    assert!(measured.rate > 0.0);
    let ratio = measured.littles_ratio.unwrap();
    assert!(ratio > 0.0 && ratio < 1.001, "{ratio}");
}

/// No coordinated omission: a stall of 50 ms delays what is due 10 ms later by 40 ms, though
/// the queue was full and it could not even be submitted for a while.
#[test]
fn every_job_due_during_a_stall_waits_for_what_is_left_of_it() {
    let (jobs, stall) = (40, Duration::from_millis(50));
    let due = milliseconds(jobs.into());
    for run in [
        run::run::<Pooled<Std>>(ONE_WORKER, stalled(jobs, stall), &due).unwrap(),
        run::run::<Pooled<Std>>(ONE_WORKER, stalled(jobs, stall), &due).unwrap(),
    ] {
        for (wait, due) in run.waits(&due).zip(&due).skip(1) {
            assert!(wait >= stall.saturating_sub(*due), "due {due:?}, waited {wait:?}");
        }
        let measured = run.evaluate(&due);
        assert!(measured.littles_ratio.unwrap() < 1.0);
    }
}

#[test]
fn jobs_due_at_once_have_no_rate_to_come_at() {
    let due = [Duration::ZERO; 3];
    let measured = open_loop::<Pooled<Std>>(ONE_WORKER, stalled(3, Duration::ZERO), &due).unwrap();
    assert_eq!(measured.littles_ratio, None);
}

#[test]
fn a_wrong_result_is_no_measurement() {
    let mut batch = stalled(3, Duration::ZERO);
    batch.answer += 1;
    assert!(open_loop::<Pooled<Std>>(ONE_WORKER, batch, &milliseconds(3)).is_err());
}

#[test]
fn a_late_generator_is_not_on_time() {
    let of = |micros: u64| [Duration::from_micros(micros)].into_iter().collect::<Latencies>();
    let measured = |wait, lateness| OpenLoop {
        wait: of(wait),
        sojourn: of(wait),
        lateness: of(lateness),
        rate: 1.0,
        littles_ratio: None,
    };
    for (wait, lateness, on_time) in [(1, 4, true), (1, 6, false), (100, 9, true), (100, 11, false)]
    {
        assert_eq!(measured(wait, lateness).on_time(99.0), on_time, "{wait} {lateness}");
    }
}
