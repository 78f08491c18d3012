//! Cancelling a whole pool through the token it was given, and tokens that descend from one
//! another.
//!
//! After the bugs of alitto/pond 61 and 138, and Tokio's `tests/sync_cancellation_token.rs`.

use std::{sync::Barrier, thread, time::Duration};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, ContextError, Ended, JobErrorKind,
    Pool, PoolExt, Results, SubmitError, SubmitTimeoutError, TrySubmitError,
};

use crate::{
    Gate, PATIENCE, eventually,
    fixtures::{cancelled, cancelled_by, gated, ids, jobs_of},
    no_error,
};

/// Queued jobs complete as cancelled, the running one sees it, a submitter that waits is refused.
pub fn a_cancelled_pool_with_a_full_queue_terminates<B: Backend>() {
    let running = Gate::new();
    running.open();
    let handler = {
        let running = running.clone();
        move |_: u32, context: &Context| {
            running.pass();
            context.sleep(Duration::MAX)
        }
    };
    let token = CancellationToken::new();
    let config = Config::new(1).queue(4).cancellation_token(&token);
    let (pool, results) = B::spawn(config, handler).unwrap();
    pool.submit(0).unwrap();
    running.wait_for_arrivals(1);
    for n in 1..=4 {
        pool.submit(n).unwrap();
    }
    thread::scope(|scope| {
        let waiting = scope.spawn(|| pool.submit(5));
        token.cancel();
        assert_eq!(waiting.join().unwrap(), Err(SubmitError::Closed(5)));
    });
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.submitted, stats.failed, stats.cancelled), (5, 1, 4));
    let mut completions: Vec<_> = results.collect();
    completions.sort_by_key(|completion| completion.job);
    let error = completions[0].result.clone().unwrap_err();
    assert_eq!(error.kind, JobErrorKind::Failed(ContextError::Cancelled));
    assert_eq!(completions[1..], ids(1..=4).into_iter().map(cancelled).collect::<Vec<_>>());
    assert_eq!(running.arrivals(), 1);
}

/// Every way in gives the job back.
pub fn a_cancelled_pool_refuses_jobs_and_gives_them_back<B: Backend>() {
    let token = CancellationToken::new();
    let config = Config::new(1).cancellation_token(&token);
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    token.cancel();
    assert_eq!(pool.submit(1), Err(SubmitError::Closed(1)));
    assert_eq!(pool.try_submit(2), Err(TrySubmitError::Closed(2)));
    let timed = pool.submit_timeout(3, Duration::MAX);
    assert_eq!(timed, Err(SubmitTimeoutError::Closed(3)));
    assert_eq!(results.recv(), Err(Ended));
    assert_eq!(pool.stop(), []);
    assert_eq!(pool.join(None).unwrap().stats.submitted, 0);
}

/// A pool given a cancelled token starts, is closed, and ends.
pub fn a_pool_born_cancelled_is_closed_and_ends<B: Backend>() {
    let token = CancellationToken::new();
    token.cancel();
    let config = Config::new(3).cancellation_token(&token);
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    assert_eq!(pool.submit(1), Err(SubmitError::Closed(1)));
    assert_eq!(pool.join(None).unwrap().stats.submitted, 0);
    assert_eq!(results.recv(), Err(Ended));
}

/// One token cancels all the pools it was given to, and is not cancelled by the end of one.
pub fn pools_that_share_a_token_end_alone_and_are_cancelled_together<B: Backend>() {
    let token = CancellationToken::new();
    let spawn = || {
        let config = Config::new(1).cancellation_token(&token);
        B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap()
    };
    let ((first, _), (second, mut results), (third, _)) = (spawn(), spawn(), spawn());
    first.stop();
    first.join(None).unwrap();
    assert!(!token.is_cancelled());
    second.submit(2).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(2));

    token.cancel();
    for pool in [second, third] {
        pool.join(None).unwrap();
        assert_eq!(pool.submit(3), Err(SubmitError::Closed(3)));
    }
}

/// Nothing is lost, and only the workers wait for a reader.
pub fn a_cancelled_pool_with_full_results_completes_everything_once_it_is_read<B: Backend>() {
    let token = CancellationToken::new();
    let config = Config::new(2).queue(8).results(1).cancellation_token(&token);
    let calls = Gate::new();
    calls.open();
    let (pool, results) = gated::<B>(config, &calls);
    for n in 0..3 {
        pool.submit(n).unwrap();
    }
    // One is in the results, and each worker waits to deliver another.
    eventually("the workers wait", || pool.stats().succeeded == 3);
    for n in 3..11 {
        pool.submit(n).unwrap();
    }
    token.cancel();
    assert_eq!(pool.submit(11), Err(SubmitError::Closed(11)));
    let completions: Vec<_> = results.collect();
    assert_eq!(jobs_of(&completions), ids(0..11));
    assert_eq!(completions.iter().filter(|c| **c == cancelled(c.job)).count(), 8);
    assert_eq!(calls.arrivals(), 3);
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.cancelled), (3, 8));
}

/// A handler that cancels its own pool completes, and so does what waits behind it.
pub fn a_handler_cancels_its_own_pool<B: Backend>() {
    let token = CancellationToken::new();
    let config = Config::new(1).cancellation_token(&token);
    let gate = Gate::new();
    let handler = {
        let gate = gate.clone();
        move |_: u32, context: &Context| {
            gate.pass();
            token.cancel();
            no_error(context.is_cancelled())
        }
    };
    let (pool, results) = B::spawn(config, handler).unwrap();
    for n in 0..10 {
        pool.submit(n).unwrap();
    }
    gate.open();
    let completions: Vec<_> = results.collect();
    assert_eq!(jobs_of(&completions), ids(0..10));
    let ran: Vec<_> = completions.iter().filter(|c| c.worker.is_some()).collect();
    assert_eq!(ran.len(), 1);
    assert_eq!(ran[0].result, Ok(true));
    pool.join(None).unwrap();
}

/// What is accepted completes, and a refusal has the job.
pub fn a_cancellation_that_races_submitters_loses_nothing<B: Backend>() {
    const SUBMITTERS: u32 = 3;
    for round in 0..40 {
        let token = CancellationToken::new();
        let config = Config::new(2).queue(2 + round % 4).cancellation_token(&token);
        let calls = Gate::new();
        calls.open();
        let (pool, results) = gated::<B>(config, &calls);
        let start = Barrier::new(SUBMITTERS as usize + 1);
        let mut accepted: Vec<_> = thread::scope(|scope| {
            let submitters: Vec<_> = (0..SUBMITTERS)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        (0..)
                            .map_while(|n| match pool.submit(n) {
                                Ok(id) => Some(id),
                                Err(error) => {
                                    assert_eq!(error.into_inner(), n);
                                    None
                                }
                            })
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            start.wait();
            token.cancel();
            submitters.into_iter().flat_map(|submitter| submitter.join().unwrap()).collect()
        });
        accepted.sort_unstable();
        let completions: Vec<_> = results.collect();
        assert_eq!(jobs_of(&completions), accepted);
        let ran = completions.iter().filter(|c| c.worker.is_some()).count();
        assert_eq!(calls.arrivals(), ran);
        let stats = pool.join(None).unwrap().stats;
        assert_eq!(stats.settled(), stats.submitted);
        assert_eq!(stats.cancelled, (completions.len() - ran) as u64);
    }
}

/// In either order, of one job or of all, on one thread or two.
pub fn a_cancellation_right_before_a_close_does_not_hang<B: Backend>() {
    for round in 0..100 {
        let (one, all) = (CancellationToken::new(), CancellationToken::new());
        let config = Config::new(2).queue(4).cancellation_token(&all);
        let (pool, results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        for n in 0..4 {
            pool.submit_with(n, cancelled_by(&one)).unwrap();
        }
        let token = if round % 2 == 0 { &one } else { &all };
        thread::scope(|scope| {
            if round % 4 < 2 {
                token.cancel();
            } else {
                scope.spawn(|| token.cancel());
            }
            pool.close();
        });
        pool.join(None).unwrap();
        assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..4));
    }
}

/// A child's cancellation is its own; a parent's is everybody's below it.
pub fn child_tokens_follow_their_parent_and_never_lead_it<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let parent = CancellationToken::new();
    let (lone, mother) = (parent.child(), parent.child());
    let grandchild = mother.child();
    for (n, token) in [&parent, &lone, &mother, &grandchild].into_iter().enumerate() {
        pool.submit_with(u32::try_from(n).unwrap() + 1, cancelled_by(token)).unwrap();
    }
    let mut next = || -> Completion<_, _> { results.try_recv().unwrap() };

    lone.cancel();
    assert_eq!(next(), cancelled(ids([2])[0]));
    assert_eq!(pool.stats().cancelled, 1);
    mother.cancel();
    let mut both = [next(), next()];
    both.sort_by_key(|completion| completion.job);
    assert_eq!(both.each_ref().map(|c| c.job.get()), [3, 4]);
    assert!(!parent.is_cancelled());
    assert_eq!(pool.stats().queued, 1);
    parent.cancel();
    assert_eq!(next(), cancelled(ids([1])[0]));

    // Born cancelled.
    pool.submit_with(5, cancelled_by(&parent.child().child())).unwrap();
    assert_eq!(next(), cancelled(ids([5])[0]));
    gate.open();
    assert!(pool.shutdown(PATIENCE).is_ok());
    assert_eq!(gate.arrivals(), 1);
}

/// What a handler starts is cancelled with its job and with its pool; not the reverse.
pub fn a_contexts_token_follows_its_job_and_its_pool<B: Backend>() {
    for cancel_the_pool in [false, true] {
        let (of_pool, of_job) = (CancellationToken::new(), CancellationToken::new());
        let handler = |(): (), context: &Context| {
            let started_by_handler = context.cancellation_token();
            context.cancellation_token().cancel();
            assert!(!context.is_cancelled() && !started_by_handler.is_cancelled());
            no_error(started_by_handler)
        };
        let config = Config::new(1).cancellation_token(&of_pool);
        let (pool, mut results) = B::spawn(config, handler).unwrap();
        pool.submit_with((), cancelled_by(&of_job)).unwrap();
        let started_by_handler = results.recv().unwrap().result.unwrap();
        assert!(!of_pool.is_cancelled() && !of_job.is_cancelled());
        assert!(!started_by_handler.is_cancelled());
        if cancel_the_pool {
            of_pool.cancel();
        } else {
            of_job.cancel();
        }
        assert!(started_by_handler.is_cancelled());
    }
}

/// A line of descent as long as this would overflow the stack of a recursive `cancel`, and
/// of a recursive `drop`.
pub fn a_long_line_of_child_tokens_does_not_overflow_the_stack<B: Backend>() {
    const GENERATIONS: usize = 100_000;
    let gate = Gate::new();
    let (pool, mut results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let descend = |ancestor: &CancellationToken| {
        let descendants =
            std::iter::successors(Some(ancestor.child()), |token| Some(token.child()));
        descendants.take(GENERATIONS).last().unwrap()
    };

    let ancestor = CancellationToken::new();
    let youngest = descend(&ancestor);
    let queued = pool.submit_with(1, cancelled_by(&youngest)).unwrap();
    ancestor.cancel();
    assert_eq!(results.recv(), Ok(cancelled(queued)));

    // Held by its youngest alone: dropping that drops the line.
    let youngest = descend(&CancellationToken::new());
    pool.submit_with(2, cancelled_by(&youngest)).unwrap();
    drop(youngest);
    gate.open();
    assert_eq!(results.recv().unwrap().result, Ok(0));
    assert_eq!(results.recv().unwrap().result, Ok(2));
}
