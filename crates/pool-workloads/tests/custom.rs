//! Workloads of one's own: from a trace, from a profile.

use std::time::Duration;

use pool_workloads::{Batch, Job, Profile, Speed, Trace, Workload};

/// One round for a nanosecond, so that rounds tell the length.
const SPEED: Speed = Speed::new(1_000.0);

fn rounds(batch: &Batch) -> Vec<u32> {
    let rounds = |job: &Job| match job {
        Job::Mix(mix) => mix.rounds,
        other => panic!("{other:?} does not mix"),
    };
    batch.jobs.iter().map(rounds).collect()
}

fn profile(work: &str) -> Workload {
    let profile = Profile::parse("p.toml", format!("name = \"mine\"\n[work]\n{work}")).unwrap();
    Workload::profile(&profile, SPEED)
}

#[test]
fn the_jobs_of_a_trace_come_in_its_order_again_and_again() {
    let text = "arrival_us,work_us\n0,1\n\"2\" , 3.5 \n\n2,0\n";
    let trace = Trace::parse("services.csv", text).unwrap();
    let workload = Workload::trace(trace, SPEED);
    let batch = workload.batch(5, 1);
    assert_eq!(rounds(&batch), [1_000, 3_500, 0, 1_000, 3_500]);
    assert_eq!(workload.mean_work(), Duration::from_nanos(1_500));
    assert_eq!(
        (workload.name(), workload.describe()),
        ("trace", "mixing, as the 3 jobs of services.csv")
    );

    let answer = batch.answer;
    assert_eq!(batch.jobs.into_iter().map(Job::run).fold(0, u64::wrapping_add), answer);
}

#[test]
fn a_profile_says_how_jobs_are_submitted() {
    let work = "[work]\ndistribution = \"fixed\"\nmean = \"50us\"";
    let bare = Profile::parse("p.toml", work).unwrap();
    assert_eq!((bare.name(), bare.producers(), bare.rate()), ("profile", 1, None));
    for (rate, number) in [("2000", 2_000.0), ("0.5", 0.5), ("1e9", 1e9)] {
        let text = format!("producers = 64\nrate = {rate}\n{work}");
        let full = Profile::parse("p.toml", text).unwrap();
        assert_eq!((full.producers(), full.rate()), (64, Some(number)));
    }
}

#[test]
fn every_distribution_can_be_told() {
    for (work, mean, described) in [
        ("distribution = \"fixed\"\nmean = \"50us\"", 50_000, "50us each"),
        (
            "distribution = \"uniform\"\nmin = \"10us\"\nmax = \"30us\"",
            20_000,
            "uniform, 10us to 30us",
        ),
        ("distribution = \"exponential\"\nmean = \"1.5us\"", 1_500, "exponential, mean 1500ns"),
        (
            "distribution = \"log-normal\"\nmedian = \"20us\"\np99 = \"20us\"",
            20_000,
            "log-normal, median 20us, p99 20us",
        ),
        (
            "distribution = \"pareto\"\nmin = \"10us\"\nshape = 2\nmax = \"40us\"",
            16_000,
            "Pareto, shape 2, 10us to 40us",
        ),
    ] {
        let workload = profile(work);
        assert_eq!(workload.name(), "mine");
        assert_eq!(workload.describe(), format!("mixing: {described}"));
        assert_eq!(workload.mean_work(), Duration::from_nanos(mean), "{work}");
        assert_eq!(workload.batch(10, 1).jobs.len(), 10);
    }
}

#[test]
fn lengths_are_within_what_the_profile_says() {
    let uniform = profile("distribution = \"uniform\"\nmin = \"10us\"\nmax = \"30us\"");
    let pareto = profile("distribution = \"pareto\"\nmin = \"10us\"\nshape = 1\nmax = \"30us\"");
    for workload in [uniform, pareto] {
        let rounds = rounds(&workload.batch(1_000, 1));
        assert!(rounds.iter().all(|rounds| (9_999..=30_001).contains(rounds)));
        assert!(rounds.iter().any(|other| *other != rounds[0]));
    }
}
