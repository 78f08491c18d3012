//! Workers that are tasks, over flume's channels.

use std::thread;

use pool::{Config, Context, Pool, implement::block_on};
use pool_conformance::{PATIENCE, no_error, run_case};
use pool_flume::Channels;
use pool_managed::{Lane, lane};

/// With room for one result, so that the tasks wait to deliver as well.
#[test]
fn tasks_run_every_job_and_deliver_what_comes_of_it() {
    run_case("a lane over flume", PATIENCE, || {
        let config = Config::new(2).queue(4).results(1);
        let handler = |n: u32, _: Context| async move { no_error(n) };
        let lane = lane::<_, _, _, Channels, _, _>(&config, handler).unwrap();
        let Lane { pool, results, workers, .. } = lane;
        let mut received = thread::scope(|scope| {
            for worker in workers {
                scope.spawn(|| block_on(worker, None));
            }
            scope.spawn(|| {
                (0..100).for_each(|n| _ = pool.submit(n).unwrap());
                pool.close();
            });
            results.map(|done| done.result.unwrap()).collect::<Vec<_>>()
        });
        received.sort_unstable();
        assert!(received.into_iter().eq(0..100));
        assert_eq!(pool.join(None).unwrap().stats.succeeded, 100);
    });
}
