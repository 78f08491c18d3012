//! Every backend can be had by its name, and works behind its box.

use pool::{Config, Context, PoolExt};
use pool_any::Kind;

#[test]
fn a_kind_parses_from_what_it_prints() {
    for kind in Kind::ALL {
        assert_eq!(kind.to_string().parse(), Ok(*kind));
    }
}

#[test]
fn every_kind_runs_jobs() {
    for &kind in Kind::ALL {
        let handler = |n: u64, _: &Context| Ok::<_, String>(n + 1);
        let (pool, mut results) = pool_any::spawn(kind, Config::new(2), handler).unwrap();
        let completions = pool.run(&mut *results, 0..100).unwrap();
        let sum: u64 = completions.into_iter().map(|done| done.result.unwrap()).sum();
        assert_eq!(sum, (1..=100).sum(), "{kind}");
    }
}
