//! Holds the flume backend to what it offers to async code.

pool_conformance::async_conformance!(flume_async, pool_flume::Flume);
pool_conformance::async_conformance!(
    flume_native_async,
    pool_flume::Native,
    except[
        (
            "async_and_blocking_submitters_wait_in_one_line",
            "flume wakes a task for a place and does not give it one, so a thread may be faster; to \
             be fair, tasks and threads would need a line of their own before the channel",
        ),
        (
            "a_task_that_never_waits_lets_others_run",
            "flume's futures are ready as long as there is room or a message; to give others a turn, \
             one would have to count",
        ),
    ]
);
