//! Other ways to build the bare loop over a library, and the one that is its floor:
//! `variant/empty/crossbeam: select/2`.
//!
//! What was found stands with each, in `src/variant`.

use criterion::{Criterion, criterion_group, criterion_main};
use pool_benches::{SHAPE, bench_batches, group, seed, shuffled, speed, variant::VARIANTS};
use pool_workloads::Workload;

fn variants(criterion: &mut Criterion) {
    let (seed, speed) = (seed(), speed());
    let workloads = Workload::standard(speed);
    for workload in workloads.iter().filter(|it| ["empty", "cpu-10us"].contains(&it.name())) {
        for variant in shuffled(&VARIANTS, seed) {
            let mut group = group(criterion, format!("variant/{}", workload.name()));
            let name = format!("{}: {}", variant.of, variant.entry.name);
            let start = |shape| variant.entry.start(shape);
            bench_batches(&mut group, &name, workload, seed, SHAPE, start);
        }
    }
}

criterion_group!(benches, variants);
criterion_main!(benches);
