//! Workloads of one's own: from a trace.

use std::time::Duration;

use pool_workloads::{Batch, Job, Speed, Trace, Workload};

/// One round for a nanosecond, so that rounds tell the length.
const SPEED: Speed = Speed::new(1_000.0);

fn rounds(batch: &Batch) -> Vec<u32> {
    let rounds = |job: &Job| match job {
        Job::Mix(mix) => mix.rounds,
        other => panic!("{other:?} does not mix"),
    };
    batch.jobs.iter().map(rounds).collect()
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
