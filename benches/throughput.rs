//! Throughput of an empty job, each pool beside the bare loop of its library.
//!
//! Names read `throughput/empty/crossbeam/2` (two workers) and
//! `floor/empty/crossbeam/2`. The clock runs from before the first submit to the last result;
//! starting and ending the workers is outside of it.

use std::time::{Duration, Instant};

use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group,
    criterion_main, measurement::WallTime,
};
use pool_benches::{Contender, Pooled, floor, push, start};

const JOBS: u64 = 10_000;
const QUEUE: usize = 1024;
const WORKERS: [usize; 3] = [1, 2, 4];

fn empty(criterion: &mut Criterion) {
    let mut group = group(criterion, "throughput/empty");
    bench::<Pooled<pool_std::Std>>(&mut group, "std");
    bench::<Pooled<pool_crossbeam::Crossbeam>>(&mut group, "crossbeam");
    bench::<Pooled<pool_flume::Flume>>(&mut group, "flume");
    bench::<Pooled<pool_rayon::Rayon>>(&mut group, "rayon");
    bench::<Pooled<pool_tokio::Tokio>>(&mut group, "tokio");
    group.finish();
}

fn floors(criterion: &mut Criterion) {
    let mut group = group(criterion, "floor/empty");
    bench::<floor::Std>(&mut group, "std");
    bench::<floor::Crossbeam>(&mut group, "crossbeam");
    bench::<floor::Flume>(&mut group, "flume");
    bench::<floor::Rayon>(&mut group, "rayon");
    bench::<floor::Tokio>(&mut group, "tokio");
    group.finish();
}

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .throughput(Throughput::Elements(JOBS));
    group
}

fn bench<C: Contender>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str) {
    for workers in WORKERS {
        group.bench_function(BenchmarkId::new(name, workers), |bencher| {
            bencher.iter_custom(|visits| {
                let (jobs, mut results) = start::<C>(workers, QUEUE, None);
                push(&jobs, &mut results, JOBS / 10);
                let clock = Instant::now();
                for _ in 0..visits {
                    push(&jobs, &mut results, JOBS);
                }
                clock.elapsed()
            });
        });
    }
}

criterion_group!(benches, empty, floors);
criterion_main!(benches);
