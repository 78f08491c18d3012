//! What it costs to submit a job, and nothing else: `submit/try_submit/crossbeam/2`.
//!
//! The workers are held in a handler and there is room for every job, so no thread waits and
//! none is woken.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pool_benches::{group, seed, shuffled};
use pool_measure::submit::Way;
use pool_runner::BACKENDS;

const WORKERS: usize = 2;
const JOBS: usize = 1_000;

fn submit(criterion: &mut Criterion) {
    let seed = seed();
    for way in Way::ALL {
        for backend in shuffled(&BACKENDS, seed) {
            let mut group = group(criterion, format!("submit/{}", way.name()));
            group.throughput(Throughput::Elements(JOBS as u64));
            group.bench_function(BenchmarkId::new(backend.name, WORKERS), |bencher| {
                bencher.iter_custom(|times| {
                    (0..times).map(|_| (backend.submit)(way, WORKERS, JOBS)).sum()
                });
            });
        }
    }
}

criterion_group!(benches, submit);
criterion_main!(benches);
