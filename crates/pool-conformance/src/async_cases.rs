//! What backends that can be awaited are held to, beyond the contract.
//!
//! The cases are instantiated where the bound [`AsyncBackend`] holds, by
//! [`async_conformance!`](crate::async_conformance). They poll by hand, so that a case knows
//! exactly when a future has begun to wait.

#![allow(clippy::missing_panics_doc, reason = "a case is there to panic")]

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{self, Poll, Wake, Waker},
    thread,
    time::Duration,
};

use futures_core::Stream;
use pool::{
    AsyncPool, AsyncResults, Backend, Completion, Config, Context, Ended, JobId, JobOptions, Pool,
    Results, SubmitError, TrySubmitError, implement::block_on,
};

use crate::{
    Call, Case, Gate, Proof, eventually,
    fixtures::{gated, knowing_itself, next_instant},
    no_error,
};

/// A backend whose pools can be submitted to, and whose results received, by `.await`.
pub trait AsyncBackend:
    Backend<
        Pool<u32>: AsyncPool<u32>,
        Results<u32, Infallible>: AsyncResults<u32, Infallible>
                                      + Stream<Item = Completion<u32, Infallible>>,
    >
{
}

impl<B> AsyncBackend for B where
    B: Backend<
            Pool<u32>: AsyncPool<u32>,
            Results<u32, Infallible>: AsyncResults<u32, Infallible>
                                          + Stream<Item = Completion<u32, Infallible>>,
        >
{
}

/// Counts how often a task was woken.
#[derive(Debug, Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        // Release pairs with the load in `count`.
        self.0.fetch_add(1, Ordering::Release);
    }
}

impl Wakes {
    fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

fn poll<F: Future>(future: Pin<&mut F>, wakes: &Arc<Wakes>) -> Poll<F::Output> {
    future.poll(&mut task::Context::from_waker(&Waker::from(Arc::clone(wakes))))
}

/// Polls until the task waits. One that has had its turn too often is woken at once, to let
/// others run.
fn wait<F: Future>(mut future: Pin<&mut F>, wakes: &Arc<Wakes>) {
    loop {
        let before = wakes.count();
        assert!(poll(future.as_mut(), wakes).is_pending());
        if wakes.count() == before {
            return;
        }
    }
}

/// Polls a task that was woken, and what that comes to.
fn woken<F: Future>(mut future: Pin<&mut F>, wakes: &Arc<Wakes>) -> F::Output {
    loop {
        let before = wakes.count();
        if let Poll::Ready(output) = poll(future.as_mut(), wakes) {
            return output;
        }
        assert!(wakes.count() > before, "it was woken, and there is nothing");
    }
}

fn now<F: Future>(future: F) -> F::Output {
    block_on(future, None).expect("without a deadline it waits until it is ready")
}

/// A pool of one worker that is busy until the gate opens, and whose one place is taken.
fn full<B: AsyncBackend>() -> (B::Pool<u32>, B::Results<u32, Infallible>, Gate) {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).queue(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(1).unwrap();
    (pool, results, gate)
}

/// With room there is nothing to wait for.
pub fn an_async_submit_is_ready_at_once_with_room<B: AsyncBackend>() {
    let gate = Gate::new();
    let (pool, _results) = gated::<B>(Config::new(1).queue(1), &gate);
    let submitted = poll(pin!(pool.submit_async(7)), &Arc::default());
    assert_eq!(submitted.map(|id| id.unwrap().get()), Poll::Ready(0));
    gate.open();
}

/// The task is woken when there is room, and the job is accepted.
pub fn an_async_submit_waits_until_a_place_is_free<B: AsyncBackend>() {
    let (pool, results, gate) = full::<B>();
    {
        let wakes = Arc::default();
        let mut submit = pin!(pool.submit_async(2));
        assert!(poll(submit.as_mut(), &wakes).is_pending());
        assert!(poll(submit.as_mut(), &wakes).is_pending(), "woken or not, it may be polled");
        gate.open();
        eventually("the task is woken", || wakes.count() > 0);
        assert_eq!(poll(submit, &wakes).map(|id| id.unwrap().get()), Poll::Ready(2));
    }
    pool.close();
    assert_eq!(results.map(|done| done.result.unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
}

/// A task that waits for room is woken by the end, and gets its job back.
pub fn a_waiting_async_submit_is_woken_by_the_end_with_its_job<B: AsyncBackend>() {
    let ends: [fn(&B::Pool<u32>); 2] = [|pool| pool.close(), |pool| _ = pool.stop()];
    for end in ends {
        let (pool, _results, gate) = full::<B>();
        let wakes = Arc::default();
        let mut submit = pin!(pool.submit_async(2));
        assert!(poll(submit.as_mut(), &wakes).is_pending());
        end(&pool);
        assert!(wakes.count() > 0);
        assert_eq!(poll(submit, &wakes), Poll::Ready(Err(SubmitError::Closed(2))));
        gate.open();
    }
}

/// A task that gives up leaves the line; if it had been served already, its place goes on.
pub fn an_abandoned_async_submit_gives_up_its_place<B: AsyncBackend>() {
    for served in [false, true] {
        let (permits, next) = std::sync::mpsc::channel::<()>();
        let next = std::sync::Mutex::new(next);
        let handler = move |n: u32, _: &_| {
            _ = next.lock().unwrap().recv();
            no_error(n)
        };
        let (pool, mut results) = B::spawn(Config::new(1).queue(1), handler).unwrap();
        pool.submit(0).unwrap();
        eventually("the worker has it", || pool.stats().running == 1);
        pool.submit(1).unwrap();
        let wakes = Arc::default();
        {
            let mut submit = Box::pin(pool.submit_async(2));
            assert!(poll(submit.as_mut(), &wakes).is_pending());
            if served {
                permits.send(()).unwrap();
                eventually("the task is woken", || wakes.count() > 0);
            }
        }
        if !served {
            assert_eq!(pool.try_submit(3), Err(TrySubmitError::Full(3)));
            permits.send(()).unwrap();
        }
        assert_eq!(results.recv().unwrap().result, Ok(0));
        // Once the worker has the next: the place was given up.
        eventually("there is room", || pool.try_submit(4).is_ok());
        drop(permits);
        pool.close();
        assert_eq!(results.map(|done| done.result.unwrap()).collect::<Vec<_>>(), [1, 4]);
    }
}

/// A task that gives up can keep its job, which is taken only once there is room.
pub fn an_abandoned_async_submit_leaves_its_job<B: AsyncBackend>() {
    let (pool, results, gate) = full::<B>();
    let mut job = Some(2);
    let wakes = Arc::default();
    {
        let mut submit = pin!(pool.submit_async_from(&mut job, JobOptions::new()));
        wait(submit.as_mut(), &wakes);
    }
    assert_eq!(job, Some(2));
    {
        let mut submit = pin!(pool.submit_async_from(&mut job, JobOptions::new()));
        wait(submit.as_mut(), &wakes);
        gate.open();
        eventually("the task is woken", || wakes.count() > 0);
        assert_eq!(woken(submit, &wakes).map(JobId::get), Ok(2));
    }
    assert_eq!(job, None);
    pool.close();
    assert_eq!(results.map(|done| done.result.unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
    job = Some(3);
    let refused = now(pool.submit_async_from(&mut job, JobOptions::new()));
    assert_eq!((refused, job), (Err(SubmitError::Closed(3)), None));
}

/// Tasks and threads wait in one line: the task that came first is served first.
pub fn async_and_blocking_submitters_wait_in_one_line<B: AsyncBackend>() {
    let (pool, results, gate) = full::<B>();
    let pool = Arc::new(pool);
    {
        let wakes = Arc::default();
        let mut first = pin!(pool.submit_async(2));
        assert!(poll(first.as_mut(), &wakes).is_pending());
        let second = Call::begin_and_wait({
            let pool = Arc::clone(&pool);
            move || pool.submit(3)
        });
        gate.open();
        // Takes its place only when polled, but has it from when it was woken.
        eventually("the task is woken", || wakes.count() > 0);
        assert!(poll(first, &wakes).is_ready());
        second.returned().unwrap();
    }
    pool.close();
    assert_eq!(results.map(|done| done.result.unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

/// A future may move from task to task: there is one that is woken, the one that polled it last.
pub fn an_async_submit_wakes_the_task_that_polled_it_last<B: AsyncBackend>() {
    let (pool, results, gate) = full::<B>();
    let (first, last) = (Arc::default(), Arc::default());
    {
        let mut submit = pin!(pool.submit_async(2));
        for wakes in [&first, &last, &first, &last] {
            assert!(poll(submit.as_mut(), wakes).is_pending());
        }
        gate.open();
        eventually("the last task is woken", || last.count() > 0);
        assert_eq!(first.count(), 0);
        assert!(poll(submit, &last).is_ready());
    }
    pool.close();
    assert_eq!(results.count(), 3);
}

/// Several tasks may wait for room, and each is woken for a place of its own; now and then also
/// for one that another has had by then.
pub fn every_waiting_async_submit_is_woken<B: AsyncBackend>() {
    const WAITING: u32 = 5;
    let (pool, results, gate) = full::<B>();
    {
        let mut submits: Vec<_> =
            (0..WAITING).map(|n| (Box::pin(pool.submit_async(n)), Arc::default())).collect();
        for (submit, wakes) in &mut submits {
            assert!(poll(submit.as_mut(), wakes).is_pending());
        }
        gate.open();
        for (submit, wakes) in &mut submits {
            let mut seen = 0;
            loop {
                eventually("the task is woken", || wakes.count() > seen);
                seen = wakes.count();
                if poll(submit.as_mut(), wakes).is_ready() {
                    break;
                }
            }
        }
    }
    pool.close();
    assert_eq!(results.count(), 2 + WAITING as usize);
}

/// A worker that has just received a job, and so made room, wakes a task; and that stops the
/// pool. The job is one that runs: it is neither handed back nor completed as cancelled.
pub fn a_stop_as_a_worker_has_received_a_job_lets_it_run<B: AsyncBackend>() {
    struct Stops<P>(Arc<P>, Mutex<Vec<u32>>);
    impl<P: Pool<u32>> Wake for Stops<P> {
        fn wake(self: Arc<Self>) {
            let undone = self.0.stop().into_iter().map(|(_, job)| job);
            self.1.lock().unwrap().extend(undone);
        }
    }
    let (pool, results, gate) = full::<B>();
    let pool = Arc::new(pool);
    let stops = Arc::new(Stops(Arc::clone(&pool), Mutex::default()));
    let mut submit = Box::pin(pool.submit_async(2));
    let waker = Waker::from(Arc::clone(&stops));
    assert!(submit.as_mut().poll(&mut task::Context::from_waker(&waker)).is_pending());
    gate.open();
    let results: Vec<_> = results.map(|done| done.result.unwrap()).collect();
    assert_eq!(results, [0, 1]);
    assert_eq!(*stops.1.lock().unwrap(), []);
    assert_eq!(now(submit), Err(SubmitError::Closed(2)));
}

/// A job's timeout counts from when its task begins to wait: the wait for room is part of it.
pub fn a_timeout_counts_from_before_the_wait_for_room<B: AsyncBackend>() {
    const HOUR: Duration = Duration::from_secs(3600);
    let (gate, deadlines) = (Gate::new(), Arc::new(Mutex::new(Vec::new())));
    let handler = {
        let (at_gate, deadlines) = (gate.clone(), Arc::clone(&deadlines));
        move |n: u32, context: &Context| {
            at_gate.pass();
            deadlines.lock().unwrap().push(context.deadline());
            no_error(n)
        }
    };
    let (pool, results) = B::spawn(Config::new(1).queue(1), handler).unwrap();
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(1).unwrap();
    let before = next_instant();
    let after = {
        let wakes = Arc::default();
        let mut submit = pin!(pool.submit_async_with(2, JobOptions::new().timeout(HOUR)));
        wait(submit.as_mut(), &wakes);
        let (after, woken_before) = (next_instant(), wakes.count());
        next_instant();
        gate.open();
        eventually("the task is woken", || wakes.count() > woken_before);
        woken(submit, &wakes).unwrap();
        after
    };
    pool.close();
    assert_eq!(results.count(), 3);
    let deadline = deadlines.lock().unwrap()[2].unwrap();
    assert!(before + HOUR <= deadline && deadline <= after + HOUR);
}

/// On one of the pool's own workers, waiting for room could be waiting for itself.
pub fn an_async_submit_from_a_handler_does_not_wait<B: AsyncBackend>() {
    let handler = |pool: &Arc<B::Pool<u32>>, n: u32, _: &_| {
        if n > 0 {
            return n;
        }
        now(pool.submit_async(1)).expect("there is room");
        match now(pool.submit_async(2)) {
            Err(SubmitError::WouldDeadlock(job)) => 100 + job,
            other => panic!("{other:?}"),
        }
    };
    let (pool, results) = knowing_itself::<B, _, _>(Config::new(1).queue(1), handler);
    pool.submit(0).unwrap();
    let results: Vec<_> = results.take(2).map(|done| done.result.unwrap()).collect();
    assert_eq!(results, [102, 1]);
}

/// Many tasks, little room, bounded results: nothing is lost, nothing comes twice.
pub fn many_async_submitters_lose_nothing<B: AsyncBackend>() {
    const TASKS: u32 = 4;
    const JOBS: u32 = 250;
    let config = Config::new(2).queue(2).results(2);
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    let mut received = thread::scope(|scope| {
        let pool = &pool;
        for task in 0..TASKS {
            let jobs = task * JOBS..(task + 1) * JOBS;
            scope.spawn(move || {
                now(async {
                    for n in jobs {
                        pool.submit_async(n).await.unwrap();
                    }
                });
            });
        }
        now(async {
            let mut received = Vec::new();
            while received.len() < (TASKS * JOBS) as usize {
                received.push(results.recv_async().await.unwrap().result.unwrap());
            }
            received
        })
    });
    received.sort_unstable();
    assert!(received.into_iter().eq(0..TASKS * JOBS));
}

/// The stream ends after the last completion, not before, and stays ended.
pub fn a_stream_of_results_ends_after_the_last<B: AsyncBackend>() {
    let (pool, mut results) = B::spawn(Config::new(2), |n: u32, _: &_| no_error(n)).unwrap();
    let wakes = Arc::default();
    let mut next = |wakes: &Arc<Wakes>| {
        let results = Pin::new(&mut results);
        results.poll_next(&mut task::Context::from_waker(&Waker::from(Arc::clone(wakes))))
    };
    assert!(next(&wakes).is_pending());
    for n in 0..10 {
        pool.submit(n).unwrap();
    }
    eventually("the task is woken", || wakes.count() > 0);
    pool.close();
    let mut received = Vec::new();
    while let Some(done) = now(poll_fn(|cx| Pin::new(&mut results).poll_next(cx))) {
        received.push(done.result.unwrap());
    }
    received.sort_unstable();
    assert!(received.into_iter().eq(0..10));
    assert_eq!(now(results.recv_async()), Err(Ended));
}

/// A receive that was begun by awaiting and given up takes nothing with it, and is not woken
/// in the stead of one that blocks.
pub fn an_abandoned_receive_loses_nothing<B: AsyncBackend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..200 {
        let gone = poll(pin!(results.recv_async()), &Arc::default());
        assert!(gone.is_pending());
        pool.submit(n).unwrap();
        assert_eq!(results.recv().unwrap().result, Ok(n));
    }
}

/// A task that polls more often than it is woken misses nothing that comes in between.
pub fn a_receive_polled_without_being_woken_misses_nothing<B: AsyncBackend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..200 {
        let wakes = Arc::default();
        let mut receive = pin!(results.recv_async());
        // The first poll begins to wait, the second finds the task waiting.
        wait(receive.as_mut(), &wakes);
        wait(receive.as_mut(), &wakes);
        let before = wakes.count();
        pool.submit(n).unwrap();
        eventually("the task is woken", || wakes.count() > before);
        assert_eq!(woken(receive, &wakes).unwrap().result, Ok(n));
    }
}

/// What was put back is awaited first, and comes even after the end.
pub fn what_was_put_back_is_awaited_first<B: AsyncBackend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    pool.submit(0).unwrap();
    pool.submit(1).unwrap();
    pool.close();
    let first = now(results.recv_async()).unwrap();
    results.put_back(first.clone());
    for n in 0..2 {
        assert_eq!(now(results.recv_async()).unwrap().result, Ok(n));
    }
    assert_eq!(now(results.recv_async()), Err(Ended));
    results.put_back(first.clone());
    assert_eq!(now(poll_fn(|cx| Pin::new(&mut results).poll_next(cx))), Some(first));
    assert_eq!(now(results.recv_async()), Err(Ended));
}

/// A receive may move from task to task: there is one that is woken, the one that polled it last.
pub fn a_receive_wakes_the_task_that_polled_it_last<B: AsyncBackend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    // By completions, and in the end by the end.
    for n in 0..=100 {
        let (first, last) = (Arc::default(), Arc::default());
        let mut receive = pin!(results.recv_async());
        for wakes in [&first, &last, &first, &last] {
            wait(receive.as_mut(), wakes);
        }
        let before = [first.count(), last.count()];
        if n < 100 {
            pool.submit(n).unwrap();
        } else {
            pool.close();
        }
        eventually("the last task is woken", || last.count() > before[1]);
        assert_eq!(first.count(), before[0]);
        let received = woken(receive, &last).map(|done| done.result);
        assert_eq!(received, if n < 100 { Ok(Ok(n)) } else { Err(Ended) });
    }
}

/// Runs a task that never has to wait, and counts the turns that it gives to others.
fn turns<R>(task: impl Future<Output = R>) -> (R, usize) {
    let (mut task, wakes) = (pin!(task), Arc::<Wakes>::default());
    loop {
        let before = wakes.count();
        match poll(task.as_mut(), &wakes) {
            Poll::Ready(output) => return (output, before),
            Poll::Pending => assert!(wakes.count() > before, "it has nothing to wait for"),
        }
    }
}

/// A task that submits or receives in a loop lets others run now and then, though it never has to
/// wait: beside it on the same thread may be the timeout that is to end the loop.
pub fn a_task_that_never_waits_lets_others_run<B: AsyncBackend>() {
    const JOBS: u32 = 100_000;
    let config = Config::new(1).queue(1 << 17);
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    let ((), submitting) = turns(async {
        for n in 0..JOBS {
            pool.submit_async(n).await.unwrap();
        }
    });
    drop(pool);
    let (received, receiving) = turns(async {
        let mut received = 0;
        while results.recv_async().await.is_ok() {
            received += 1;
        }
        received
    });
    assert_eq!(received, JOBS);
    assert!(submitting > 0 && receiving > 0, "turns: {submitting}, then {receiving}");
}

/// As [`PROOFS`](crate::PROOFS), of the cases in this module: they prove the same laws where
/// somebody awaits.
pub const PROOFS: &[Proof] = crate::for_each_async_case!(__async_proofs);

/// Every case of this module, compiled for backend `B`.
pub fn cases<B: AsyncBackend + 'static>() -> Vec<Case> {
    let bodies: &[fn()] = crate::for_each_async_case!(__async_bodies, B);
    let case = |(proof, body): (&Proof, &fn())| {
        let Proof { group, name, laws, core } = *proof;
        Case { group, name, laws, core, body: *body }
    };
    PROOFS.iter().zip(bodies).map(case).collect()
}

/// Makes one test of each case, for a backend that can be awaited: `async_conformance!(name,
/// path::to::Backend)`.
///
/// A native pool may except cases, each with the reason:
/// `async_conformance!(name, path::to::Native, except [("case", "reason")])`.
#[macro_export]
macro_rules! async_conformance {
    ($name:ident, $backend:ty) => {
        $crate::async_conformance!($name, $backend, except []);
    };
    ($name:ident, $backend:ty, except $exceptions:tt) => {
        $crate::for_each_async_case!(__async_tests, $name, $backend, $exceptions);
    };
}

/// Hands the list of cases to one of this crate's macros, as
/// `macro!(arguments; case: [law, ...], ...)`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_async_case {
    ($callback:ident $(, $argument:tt)*) => {
        $crate::$callback! {
            $($argument),*;
            an_async_submit_is_ready_at_once_with_room: [5],
            an_async_submit_waits_until_a_place_is_free: [5],
            a_waiting_async_submit_is_woken_by_the_end_with_its_job: [6, 10],
            an_abandoned_async_submit_gives_up_its_place: [5],
            an_abandoned_async_submit_leaves_its_job: [1, 6],
            async_and_blocking_submitters_wait_in_one_line: [5],
            an_async_submit_wakes_the_task_that_polled_it_last: [5],
            every_waiting_async_submit_is_woken: [5],
            a_stop_as_a_worker_has_received_a_job_lets_it_run: [11],
            a_timeout_counts_from_before_the_wait_for_room: [14],
            an_async_submit_from_a_handler_does_not_wait: [7],
            many_async_submitters_lose_nothing: [1],
            a_stream_of_results_ends_after_the_last: [10],
            an_abandoned_receive_loses_nothing: [1],
            a_receive_polled_without_being_woken_misses_nothing: [1],
            a_receive_wakes_the_task_that_polled_it_last: [1, 10],
            what_was_put_back_is_awaited_first: [1, 10],
            a_task_that_never_waits_lets_others_run: [5],
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __async_tests {
    ($name:ident, $backend:ty, $exceptions:tt; $($case:ident: [$($law:literal),+],)+) => {
        mod $name {
            #[allow(unused_imports, reason = "the backend may be named in full")]
            use super::*;

            const EXCEPTIONS: &[(&str, &str)] = &$exceptions;
            $(
                #[test]
                fn $case() {
                    let excepted = EXCEPTIONS.iter().find(|(case, _)| *case == stringify!($case));
                    if let Some((case, reason)) = excepted {
                        println!("{case} is excepted: {reason}");
                        return;
                    }
                    $crate::run_case(
                        concat!(
                            module_path!(), "::", stringify!($case),
                            " (laws: ", stringify!($($law),+), ")",
                        ),
                        $crate::PATIENCE,
                        $crate::async_cases::$case::<$backend>,
                    );
                }
            )+
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __async_proofs {
    (; $($case:ident: $laws:tt,)+) => {
        &[$($crate::Proof {
            group: "async_cases",
            name: stringify!($case),
            laws: &$laws,
            core: $crate::is_core(&$laws, &[]),
        },)+]
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __async_bodies {
    ($backend:ty; $($case:ident: $laws:tt,)+) => {
        &[$($crate::async_cases::$case::<$backend>,)+]
    };
}
