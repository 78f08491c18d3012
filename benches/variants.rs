//! The simplest loop over each library, and other ways to build it: `variant/empty/crossbeam/2`,
//! `variant/empty/crossbeam: select/2`.
//!
//! What was found stands with each, in `src/variant`.

use criterion::{Criterion, criterion_group, criterion_main};
use pool_benches::{
    SHAPE, bench_batches, group, loops::LOOPS, seed, shuffled, speed, variant::VARIANTS,
};
use pool_workloads::Workload;

fn variants(criterion: &mut Criterion) {
    let (seed, speed) = (seed(), speed());
    let workloads = Workload::standard(speed);
    let simplest = LOOPS.map(|it| (it.name.to_owned(), it));
    let others = VARIANTS.map(|it| (format!("{}: {}", it.of, it.entry.name), it.entry));
    let all = [&simplest[..], &others[..]].concat();
    for workload in workloads.iter().filter(|it| ["empty", "cpu-10us"].contains(&it.name())) {
        for (name, entry) in shuffled(&all, seed) {
            let mut group = group(criterion, format!("variant/{}", workload.name()));
            let start = |shape| entry.start(shape);
            bench_batches(&mut group, &name, workload, seed, SHAPE, start);
        }
    }
}

criterion_group!(benches, variants);
criterion_main!(benches);
