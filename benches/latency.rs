//! Latency of one job at a time: from just before it is submitted to its result received.
//!
//! `latency/idle/crossbeam/2`: nothing else is to be done, but the threads may not have gone to
//! sleep since the job before. `latency/busy/crossbeam/2`: every worker has just been given
//! 10 µs of work. A closed loop: it tells what a hand-over costs, not how long
//! jobs wait under load.

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use pool_benches::{SHAPE, bench_timed, group, seed, shuffled, speed};
use pool_measure::contender::Shape;
use pool_runner::BACKENDS;
use pool_workloads::Workload;

const WORKERS: [usize; 2] = [1, 2];

fn latency(criterion: &mut Criterion) {
    let (seed, speed) = (seed(), speed());
    let probe = Workload::cpu(Duration::from_micros(1), speed);
    let work = Workload::cpu(Duration::from_micros(10), speed);
    for (state, busy) in [("idle", false), ("busy", true)] {
        for backend in shuffled(&BACKENDS, seed) {
            for workers in WORKERS {
                let ahead = if busy { workers } else { 0 };
                let mut session = (backend.start)(Shape { workers, ..SHAPE });
                let mut group = group(criterion, format!("latency/{state}"));
                bench_timed(&mut group, backend.name, workers, || {
                    session
                        .time_one(work.batch(ahead, seed), probe.batch(1, seed ^ 1))
                        .unwrap_or_else(|wrong| panic!("{}: {wrong}", backend.name))
                });
            }
        }
    }
}

criterion_group!(benches, latency);
criterion_main!(benches);
