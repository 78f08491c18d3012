//! Throughput: each backend, workload and number of workers; next to it results received in
//! batches, and Tokio's async lane where jobs block.
//!
//! `throughput/cpu-10us/crossbeam/2`, `batched/..`, `async-lane/..`; with `--features baselines`
//! also `baseline/empty/threadpool/2`. What each batch costs the machine is printed below its time.

use criterion::{Criterion, criterion_group, criterion_main};
use pool_benches::{
    LINGER, SHAPE, baseline::baselines, bench_batches, group, seed, shuffled, speed,
};
use pool_measure::contender::Shape;
use pool_runner::{BACKENDS, start_async_lane};
use pool_workloads::{Checksums, Workload};

const WORKERS: [usize; 3] = [1, 2, 4];

/// The workloads that show what receiving costs.
const SHORT: [&str; 3] = ["empty", "cpu-1us", "cpu-10us"];

fn throughput(criterion: &mut Criterion) {
    let (seed, speed) = (seed(), speed());
    let mut workloads = Workload::standard(speed);
    // Real files: the sources of this workspace.
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates");
    let (files, _) = Checksums::under(sources.as_ref());
    workloads.extend(Workload::checksum(files));
    for workload in workloads {
        let name = workload.name();
        let short = SHORT.contains(&name);
        for backend in shuffled(&BACKENDS, seed) {
            let mut group = group(criterion, format!("throughput/{name}"));
            for workers in WORKERS {
                let (shape, start) = (shape(workers), backend.start);
                bench_batches(&mut group, backend.name, &workload, seed, shape, start);
            }
        }
        for backend in shuffled(&BACKENDS, seed) {
            if short {
                let mut group = group(criterion, format!("batched/{name}"));
                let shape = Shape { linger: Some(LINGER), ..shape(2) };
                let start = backend.start;
                bench_batches(&mut group, backend.name, &workload, seed, shape, start);
            }
        }
        if name == "blocking-1ms" {
            let mut group = group(criterion, format!("async-lane/{name}"));
            let lane = |shape| start_async_lane(shape, SHAPE.queue);
            bench_batches(&mut group, "tokio", &workload, seed, shape(2), lane);
        }
    }
}

fn others(criterion: &mut Criterion) {
    let (seed, speed) = (seed(), speed());
    for workload in Workload::standard(speed).iter().filter(|it| SHORT.contains(&it.name())) {
        for baseline in shuffled(&baselines(), seed) {
            let mut group = group(criterion, format!("baseline/{}", workload.name()));
            bench_batches(&mut group, baseline.name, workload, seed, shape(2), baseline.start);
        }
    }
}

fn shape(workers: usize) -> Shape {
    Shape { workers, ..SHAPE }
}

criterion_group!(benches, throughput, others);
criterion_main!(benches);
