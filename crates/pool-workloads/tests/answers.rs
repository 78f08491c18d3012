//! Every workload gives the answer that it was said to give.

use std::time::Duration;

use pool_workloads::{Job, Mix, Speed, Workload};

/// Slow enough for a debug build.
const SPEED: Speed = Speed::new(10.0);

fn run(jobs: Vec<Job>) -> u64 {
    jobs.into_iter().map(Job::run).fold(0, u64::wrapping_add)
}

/// What is printed of a job.
fn shown(jobs: &[Job]) -> Vec<String> {
    jobs.iter().map(|job| format!("{job:?}")).collect()
}

#[test]
fn every_standard_workload_gives_its_answer() {
    for workload in Workload::standard(SPEED) {
        let batch = workload.batch(20, 1);
        assert_eq!(batch.jobs.len(), 20, "{workload}");
        assert_eq!(run(batch.jobs), batch.answer, "{workload}");
    }
}

#[test]
fn a_lost_a_doubled_or_a_changed_job_is_found() {
    for workload in Workload::standard(SPEED) {
        let mut lost = workload.batch(5, 1);
        lost.jobs.pop();
        assert_ne!(run(lost.jobs), lost.answer, "{workload}");

        let mut doubled = workload.batch(5, 1);
        doubled.jobs.extend(workload.batch(1, 1).jobs);
        assert_ne!(run(doubled.jobs), doubled.answer, "{workload}");
    }
    let mut changed = Workload::cpu(Duration::from_micros(10), SPEED).batch(5, 1);
    if let Job::Mix(Mix { rounds, .. }) = &mut changed.jobs[2] {
        *rounds += 1;
    }
    assert_ne!(run(changed.jobs), changed.answer);
}

#[test]
fn the_same_seed_gives_the_same_jobs_and_another_seed_others() {
    for workload in Workload::standard(SPEED) {
        let [one, same, other] = [1, 1, 2].map(|seed| workload.batch(5, seed));
        assert_eq!(shown(&one.jobs), shown(&same.jobs), "{workload}");
        assert_eq!(one.answer, same.answer, "{workload}");
        assert_ne!(one.answer, other.answer, "{workload}");
    }
}

#[test]
fn a_longer_batch_begins_like_a_shorter_one() {
    for workload in Workload::standard(SPEED) {
        let (short, long) = (workload.batch(3, 7), workload.batch(6, 7));
        assert_eq!(shown(&short.jobs), shown(&long.jobs)[..3], "{workload}");
    }
}

#[test]
fn an_empty_batch_has_the_answer_zero() {
    for workload in Workload::standard(SPEED) {
        assert_eq!(workload.batch(0, 1).answer, 0);
    }
}

#[test]
fn the_nominal_work_is_the_mean_of_what_is_in_a_batch() {
    for name in ["cpu-10us", "skewed"] {
        let workload = Workload::by_name(name, SPEED).unwrap();
        let rounds = workload.batch(100_000, 3).jobs.into_iter().map(|job| match job {
            Job::Mix(mix) => f64::from(mix.rounds),
            other => panic!("{other:?} does not mix"),
        });
        let micros = rounds.sum::<f64>() / SPEED.rounds_per_micro() / 100_000.0;
        let ratio = micros / (workload.mean_work().as_secs_f64() * 1e6);
        assert!((0.95..1.05).contains(&ratio), "{name}: {ratio}");
    }
}
