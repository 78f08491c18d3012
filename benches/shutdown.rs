//! Shutdown latency, in each of the ways a pool can end.
//!
//! `shutdown/idle/crossbeam/8`: from `close` to every thread joined, eight workers;
//! `shutdown/idle/bare threads/8` is the floor. The others have two workers: `drain` (over the
//! ideal), `stop-backlog` (to the undone jobs in hand, and to joined), `stop-polling`,
//! `stop-deaf` (over the job's own length), `last-completion`.

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use pool_benches::{SHAPE, bench_timed, group, seed, shuffled, speed};
use pool_measure::{
    contender::Shape,
    shutdown::{self, Running, idle_floor},
};
use pool_runner::BACKENDS;
use pool_workloads::Workload;

const BACKLOG: usize = 10_000;
const DRAINED: usize = 200;
const DEAF: Duration = Duration::from_millis(2);

fn shutdown(criterion: &mut Criterion) {
    let (seed, speed) = (seed(), speed());
    let drained = Workload::cpu(Duration::from_micros(10), speed);
    for backend in shuffled(&BACKENDS, seed) {
        let name = backend.name;
        for workers in [2, 8, 32] {
            let mut group = group(criterion, "shutdown/idle");
            bench_timed(&mut group, name, workers, || {
                shutdown::idle(backend.words, Shape { workers, ..SHAPE })
            });
        }
        bench_timed(&mut group(criterion, "shutdown/drain"), name, SHAPE.workers, || {
            let drain = shutdown::drain(backend.words, SHAPE, || drained.batch(DRAINED, seed));
            drain.elapsed.saturating_sub(drain.ideal)
        });
        bench_timed(
            &mut group(criterion, "shutdown/stop-backlog-in-hand"),
            name,
            SHAPE.workers,
            || shutdown::stop(backend.words, SHAPE, BACKLOG, Running::Waiting).in_hand,
        );
        bench_timed(
            &mut group(criterion, "shutdown/stop-backlog-joined"),
            name,
            SHAPE.workers,
            || shutdown::stop(backend.words, SHAPE, BACKLOG, Running::Waiting).joined,
        );
        bench_timed(&mut group(criterion, "shutdown/stop-polling"), name, SHAPE.workers, || {
            shutdown::stop(backend.words, SHAPE, 0, Running::Polling).joined
        });
        bench_timed(&mut group(criterion, "shutdown/stop-deaf"), name, SHAPE.workers, || {
            let stop = shutdown::stop(backend.words, SHAPE, 0, Running::Deaf(DEAF));
            stop.joined.saturating_sub(stop.ran_on)
        });
        bench_timed(&mut group(criterion, "shutdown/last-completion"), name, SHAPE.workers, || {
            shutdown::last_completion_to_joined(backend.words, SHAPE)
        });
    }
    for workers in [2, 8, 32] {
        let mut group = group(criterion, "shutdown/idle");
        bench_timed(&mut group, "bare threads", workers, || idle_floor(workers));
    }
}

criterion_group!(benches, shutdown);
criterion_main!(benches);
