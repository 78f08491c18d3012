//! What some backends can do beyond the contract, and the suite has no group for.

use std::{collections::BTreeSet, thread};

use pool::{Backend, Config, Context, Pool};
use pool_rayon::Rayon;

/// A handler's `rayon::join` forks onto the pool's own workers, not onto rayon's global pool.
#[test]
fn a_rayon_handler_forks_onto_the_pools_own_threads() {
    fn fork(depth: u32) -> BTreeSet<String> {
        if depth == 0 {
            return BTreeSet::from([thread::current().name().unwrap_or_default().to_owned()]);
        }
        let (mut left, right) = rayon::join(|| fork(depth - 1), || fork(depth - 1));
        left.extend(right);
        left
    }
    let config = Config::new(3).thread_name("forked");
    let handler = |depth, _: &Context| Ok::<_, String>((rayon::current_num_threads(), fork(depth)));
    let (pool, results) = Rayon::spawn(config, handler).unwrap();
    for _ in 0..10 {
        pool.submit(8).unwrap();
    }
    pool.close();
    let workers = BTreeSet::from(["forked-0", "forked-1", "forked-2"].map(str::to_owned));
    for completion in results {
        let (threads, names) = completion.result.unwrap();
        assert_eq!(threads, 3);
        assert!(names.is_subset(&workers), "{names:?}");
    }
}
