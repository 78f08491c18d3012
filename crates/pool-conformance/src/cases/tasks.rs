//! Closures as jobs: `Tasks`, and the handle that waits for one value.
//!
//! After threadpool's `execute`, `rusty_pool`'s `JoinHandle` and Python's `Future`; the
//! deadlock is that of ants 197 and rayon 592.

use std::{
    future::Future,
    panic::{panic_any, resume_unwind},
    pin::Pin,
    sync::{Arc, Mutex, OnceLock, mpsc},
    task::{self, Waker},
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Config, Context, Handle, HandleError, JobOptions, Pool,
    RefusalReason, Task, Tasks, WorkerId, implement::block_on,
};

use crate::{
    Call, Census, Counted, Gate,
    fixtures::{at_thread_exit, counting_threads},
};

type TaskPool<B> = <B as Backend>::Pool<Task>;

fn tasks<B: Backend>(config: Config) -> Arc<Tasks<TaskPool<B>>> {
    let (pool, results) = B::spawn(config, Task::run).unwrap();
    drop(results);
    Arc::new(Tasks::new(pool))
}

/// A closure's value is what its handle returns, of whatever type it is.
pub fn a_handle_returns_what_its_closure_returned<B: Backend>() {
    let tasks = tasks::<B>(Config::new(2));
    let base = String::from("three");
    let length = tasks.spawn(move |_| base.len()).unwrap();
    let own_id = tasks.spawn(|context| (context.job_id(), context.worker().get())).unwrap();
    assert_eq!((length.job().get(), own_id.job().get()), (0, 1));
    assert_eq!(length.join(), Ok(5));
    let job = own_id.job();
    let (seen, worker) = own_id.join().unwrap();
    assert_eq!(seen, job);
    assert!(worker < 2);
    let handles: Vec<_> = (0..100).map(|n| tasks.spawn(move |_| n * n).unwrap()).collect();
    // In the order they are asked, whichever ran first.
    let squares = handles.into_iter().rev().map(|handle| handle.join().unwrap());
    assert!(squares.eq((0..100).rev().map(|n| n * n)));
}

/// Every closure runs, whether or not anybody waits, and the pool counts it.
pub fn execute_runs_a_closure_nobody_waits_for<B: Backend>() {
    let tasks = tasks::<B>(Config::new(2).queue(4));
    let (ran, runs) = mpsc::channel();
    for n in 0..50 {
        let ran = ran.clone();
        tasks.execute(move |_| ran.send(n).map(|()| "ignored")).unwrap();
    }
    tasks.execute(|_| panic!("not seen")).unwrap();
    drop(ran);
    let mut runs: Vec<_> = runs.iter().collect();
    runs.sort_unstable();
    assert!(runs.into_iter().eq(0..50));
    tasks.pool().close();
    let stats = tasks.pool().join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.panicked), (50, 1));
}

/// A handle waits while the closure runs, and no longer.
pub fn a_handle_waits_until_its_closure_ends<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handle = tasks.spawn(move |_| (at_gate.pass(), "done").1).unwrap();
    gate.wait_for_arrivals(1);
    assert!(!handle.is_finished());
    let handle = handle.join_timeout(Duration::ZERO).unwrap_err();
    let handle = handle.join_timeout(Duration::from_millis(5)).unwrap_err();
    assert!(!handle.wait_timeout(Duration::ZERO) && !handle.wait_timeout(Duration::from_millis(5)));
    let join = Call::begin_and_wait(|| handle.join());
    gate.open();
    assert_eq!(join.returned(), Ok("done"));

    let handle = tasks.spawn(|_| "again").unwrap();
    assert!(handle.wait_timeout(Duration::MAX) && handle.is_finished());
    assert_eq!(handle.join_timeout(Duration::MAX).unwrap(), Ok("again"));
}

/// Whether it has finished can be seen without waiting; then waiting takes no time.
pub fn a_finished_handle_has_its_value_at_once<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let handle = tasks.spawn(|_| 7).unwrap();
    tasks.spawn(|_| ()).unwrap().join().unwrap();
    assert!(handle.is_finished(), "one worker: it came first");
    assert_eq!(handle.join_timeout(Duration::ZERO).unwrap(), Ok(7));
}

/// A panic is an error of the one handle, with its message, and counts as a panic.
pub fn a_panic_is_an_error_of_its_handle<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let bad = tasks.spawn(|_| -> u32 { panic!("number {}", 9) }).unwrap();
    let odd = tasks.spawn(|_| -> u32 { panic_any(9) }).unwrap();
    let good = tasks.spawn(|_| 1).unwrap();
    let job = bad.job();
    let error = bad.join().unwrap_err();
    assert_eq!(error, HandleError::Panicked { job, message: "number 9".into() });
    assert_eq!(error.to_string(), "job 0 panicked: number 9");
    assert_eq!(odd.join().unwrap_err().to_string(), "job 1 panicked: non-string payload");
    assert_eq!(good.join(), Ok(1));
    tasks.pool().close();
    let stats = tasks.pool().join(None).unwrap().stats;
    assert_eq!((stats.panicked, stats.succeeded), (2, 1));
}

/// The payload of a panic is the caller's, if it asks for it; and the pool counts the panic.
pub fn what_a_closure_panicked_with_can_be_had<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let bad = tasks.spawn(|_| -> u32 { panic_any(vec![1, 2, 3]) }).unwrap();
    let good = tasks.spawn(|_| 1).unwrap();
    let payload = bad.join_unwind().unwrap().unwrap_err();
    assert_eq!(*payload.downcast::<Vec<i32>>().unwrap(), [1, 2, 3]);
    assert_eq!(good.join_unwind().unwrap().unwrap(), 1);
    let late = JobOptions::new().timeout(Duration::ZERO);
    let late = tasks.spawn_with(late, |_| 2).unwrap();
    let job = late.job();
    assert!(matches!(late.join_unwind(), Err(HandleError::NotRun { job: other }) if other == job));
    tasks.pool().close();
    let stats = tasks.pool().join(None).unwrap().stats;
    assert_eq!((stats.panicked, stats.succeeded), (1, 1));
}

/// A payload whose drop panics harms nobody, whoever drops it: the worker, or the handle.
pub fn a_payload_that_nobody_asks_for_is_dropped_in_peace<B: Backend>() {
    struct Bomb(#[expect(dead_code, reason = "it is counted as it is dropped")] Counted);
    impl Drop for Bomb {
        fn drop(&mut self) {
            resume_unwind(Box::new("as it is dropped"));
        }
    }
    let (tasks, census) = (tasks::<B>(Config::new(1)), Census::new());
    let gate = Gate::new();
    let spawn = || {
        let (at_gate, bomb) = (gate.clone(), Bomb(census.count()));
        let panics = move |_: &Context| {
            at_gate.pass();
            resume_unwind(Box::new(bomb))
        };
        tasks.spawn(panics).unwrap()
    };
    let (abandoned, joined): (Handle<()>, Handle<()>) = (spawn(), spawn());
    gate.wait_for_arrivals(1);
    drop(abandoned);
    gate.open();
    assert!(matches!(joined.join(), Err(HandleError::Panicked { .. })));
    assert_eq!(census.alive(), 0);
    assert_eq!(tasks.spawn(|_| 1).unwrap().join(), Ok(1), "the worker lives on");
    assert_eq!(tasks.pool().stats().panicked, 2);
}

/// Whatever the pool is, its handles are futures: the task that polled last is woken.
pub fn a_handle_can_be_awaited<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handle = tasks.spawn(move |_| (at_gate.pass(), "done").1).unwrap();
    gate.wait_for_arrivals(1);
    let awaiting = Call::begin_and_wait(move || {
        let mut handle = handle;
        // Another task, which has passed it on.
        let mut stale = task::Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut handle).poll(&mut stale).is_pending());
        block_on(handle, None)
    });
    gate.open();
    assert_eq!(awaiting.returned(), Some(Ok("done")));

    let value = tasks.spawn(|_| 7).unwrap();
    assert_eq!(block_on(value, None), Some(Ok(7)));
    let not_run = tasks.spawn_with(JobOptions::new().timeout(Duration::ZERO), |_| ()).unwrap();
    let job = not_run.job();
    assert_eq!(block_on(not_run, None), Some(Err(HandleError::NotRun { job })));
}

/// Cancelled or late in the queue, a closure is not run, and its handle says so at once.
pub fn a_handle_of_a_closure_not_run_says_so<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let (gate, token, ran) = (Gate::new(), CancellationToken::new(), Gate::new());
    let (at_gate, runs) = (gate.clone(), [ran.clone(), ran.clone()]);
    let running = tasks
        .spawn_with(JobOptions::new().cancellation_token(&token), move |context| {
            at_gate.pass();
            context.is_cancelled()
        })
        .unwrap();
    gate.wait_for_arrivals(1);
    let [on_cancelled, on_late] = runs;
    let cancelled = JobOptions::new().cancellation_token(&token);
    let cancelled = tasks.spawn_with(cancelled, move |_| on_cancelled.pass()).unwrap();
    let late = JobOptions::new().timeout(Duration::ZERO);
    let late = tasks.spawn_with(late, move |_| on_late.pass()).unwrap();

    token.cancel();
    let job = cancelled.job();
    assert_eq!(cancelled.join(), Err(HandleError::NotRun { job }), "before the worker comes by");
    gate.open();
    assert_eq!(running.join(), Ok(true), "a running one sees it, and decides");
    let error = late.join().unwrap_err();
    assert_eq!(error.to_string(), "job 2 was not run");
    assert_eq!(ran.arrivals(), 0);
}

/// A stop hands the closures back; to drop one ends the wait of its handle, and
/// to run it, by hand or on another pool, fulfils it.
pub fn a_handle_follows_its_closure_out_of_a_stopped_pool<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let gate = Gate::new();
    let at_gate = gate.clone();
    let running = tasks.spawn(move |context| (at_gate.pass(), context.is_cancelled()).1).unwrap();
    gate.wait_for_arrivals(1);
    let handles = [0, 1, 2].map(|n| tasks.spawn(move |_| n).unwrap());
    let undone = tasks.pool().stop();
    assert!(undone.iter().map(|(id, _)| *id).eq(handles.iter().map(Handle::job)));
    gate.open();
    assert_eq!(running.join(), Ok(true));
    assert!(!handles.iter().any(Handle::is_finished), "they may yet be run");

    let [dropped, by_hand, elsewhere] = handles;
    let mut undone = undone.into_iter().map(|(_, task)| task);
    let job = dropped.job();
    drop(undone.next());
    assert_eq!(dropped.join(), Err(HandleError::NotRun { job }));

    let job = by_hand.job();
    let context = Context::new(WorkerId::new(0), job, None, CancellationToken::new(), None);
    undone.next().unwrap().run(&context).unwrap();
    assert_eq!(by_hand.join(), Ok(1));

    // Having run a closure of that pool does not make this thread one of its workers.
    let elsewhere = elsewhere.join_timeout(Duration::ZERO).unwrap_err();
    let (other, _) = B::spawn(Config::new(1), Task::run).unwrap();
    other.submit(undone.next().unwrap()).unwrap();
    assert_eq!(elsewhere.join(), Ok(2));
}

/// A closed pool refuses closures, and lets go of what they hold.
pub fn a_refused_closure_is_dropped_with_its_error<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    tasks.pool().close();
    let census = Census::new();
    let (one, other) = (census.count(), census.count());
    let executed = tasks.execute(move |_| drop(one)).unwrap_err();
    let spawned = tasks.spawn(move |_| drop(other)).unwrap_err();
    assert_eq!((executed.reason(), spawned.reason()), {
        (RefusalReason::Closed, RefusalReason::Closed)
    });
    assert_eq!(census.alive(), 2, "the errors have them");
    drop((executed, spawned));
    assert_eq!(census.alive(), 0);
}

/// Dropping the handle drops the value when it comes; the closure still runs.
pub fn dropping_a_handle_abandons_the_value_but_not_the_closure<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let (gate, census, ran) = (Gate::new(), Census::new(), Gate::new());
    ran.open();
    let (at_gate, at_ran, value) = (gate.clone(), ran.clone(), census.count());
    let handle = tasks
        .spawn(move |_| {
            at_gate.pass();
            at_ran.pass();
            value
        })
        .unwrap();
    gate.wait_for_arrivals(1);
    drop(handle);
    gate.open();
    ran.wait_for_arrivals(1);
    tasks.pool().close();
    assert_eq!(tasks.pool().join(None).unwrap().stats.succeeded, 1);
    assert_eq!(census.alive(), 0, "the value is dropped");
}

/// The `Tasks` that a closure runs in, for it to use: weak, or it would keep itself alive.
type Own<B> = Arc<OnceLock<std::sync::Weak<Tasks<TaskPool<B>>>>>;

/// A closure that waits for another of its pool would wait for its own worker: refused at
/// once. The other closure still runs.
pub fn waiting_for_a_handle_inside_its_own_pool_is_refused<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let own: Own<B> = Arc::new(OnceLock::from(Arc::downgrade(&tasks)));
    let (ran, runs) = mpsc::channel();
    let outer = tasks
        .spawn(move |_| {
            let tasks = own.get().unwrap().upgrade().unwrap();
            let inner = |n: u32| {
                let ran = ran.clone();
                tasks.spawn(move |_| ran.send(n).unwrap()).unwrap()
            };
            let plain = inner(1).join();
            let timed = inner(2).join_timeout(Duration::MAX);
            let short = inner(3).join_timeout(Duration::ZERO);
            let awaited = block_on(inner(4), None);
            assert!(!inner(5).wait_timeout(Duration::MAX));
            (plain, timed.unwrap(), short.unwrap(), awaited.unwrap())
        })
        .unwrap();
    let (plain, timed, short, awaited) = outer.join().unwrap();
    let error = plain.unwrap_err();
    assert!(matches!(error, HandleError::WouldDeadlock { job } if job.get() == 1));
    assert_eq!(error.to_string(), "a worker of the same pool must not wait for job 1");
    assert!(matches!(timed, Err(HandleError::WouldDeadlock { job }) if job.get() == 2));
    assert!(matches!(short, Err(HandleError::WouldDeadlock { job }) if job.get() == 3));
    assert!(matches!(awaited, Err(HandleError::WouldDeadlock { job }) if job.get() == 4));
    assert!(runs.iter().take(5).eq(1..=5));
}

/// What has ended already need not be waited for, so it may be asked for anywhere.
pub fn a_finished_handle_can_be_joined_inside_its_own_pool<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1));
    let first = tasks.spawn(|_| 20).unwrap();
    // One worker: the first has ended when the second starts.
    let second = tasks.spawn(move |_| first.join().map(|value| value + 1)).unwrap();
    assert_eq!(second.join().unwrap(), Ok(21));
}

/// A worker of one pool may wait for a closure on another; after it, waiting inside its own
/// is refused as before.
pub fn waiting_for_a_handle_of_another_pool_is_allowed<B: Backend>() {
    let (here, there) = (tasks::<B>(Config::new(1)), tasks::<B>(Config::new(1)));
    let own: Own<B> = Arc::new(OnceLock::from(Arc::downgrade(&here)));
    let gate = Gate::new();
    let at_gate = gate.clone();
    let outer = here
        .spawn(move |_| {
            let slow = there.spawn(move |_| (at_gate.pass(), 1).1).unwrap();
            let value = slow.join();
            let here = own.get().unwrap().upgrade().unwrap();
            (value, here.spawn(|_| ()).unwrap().join())
        })
        .unwrap();
    gate.wait_for_arrivals(1);
    let outer = outer.join_timeout(Duration::from_millis(5)).unwrap_err();
    gate.open();
    let (value, refused) = outer.join().unwrap();
    assert_eq!(value, Ok(1));
    assert!(matches!(refused, Err(HandleError::WouldDeadlock { .. })));
}

/// From inside, a closure is accepted while there is room, and refused when there is none.
pub fn a_closure_may_spawn_others_while_there_is_room<B: Backend>() {
    let (pool, results) = B::spawn(Config::new(1).queue(2), Task::run).unwrap();
    let tasks = Arc::new(Tasks::new(pool));
    let own: Own<B> = Arc::new(OnceLock::from(Arc::downgrade(&tasks)));
    let outer = tasks
        .spawn(move |_| {
            let tasks = own.get().unwrap().upgrade().unwrap();
            let spawned = [(); 3].map(|()| tasks.execute(|_| ()));
            spawned.map(|result| result.err().map(|error| error.reason()))
        })
        .unwrap();
    assert_eq!(outer.join(), Ok([None, None, Some(RefusalReason::WouldDeadlock)]));
    tasks.pool().close();
    assert_eq!(results.count(), 3, "the results of the pool below tell of every closure");
}

/// A closure is a job like any other: refused when the queue is full, and its error has it.
pub fn a_closure_is_refused_when_the_queue_is_full<B: Backend>() {
    let tasks = tasks::<B>(Config::new(1).queue(2));
    let gate = Gate::new();
    let at_gate = gate.clone();
    let running = tasks.try_spawn(move |_| (at_gate.pass(), 0).1).unwrap();
    gate.wait_for_arrivals(1);
    let (ran, runs) = mpsc::channel();
    let send = |n: u32| {
        let ran = ran.clone();
        move |_: &Context| ran.send(n).unwrap()
    };
    tasks.try_execute(send(1)).unwrap();
    let queued = tasks.try_spawn(|_| 2).unwrap();
    let executed = tasks.try_execute(send(3)).unwrap_err();
    let spawned = tasks.try_spawn(send(4)).unwrap_err();
    assert_eq!((executed.reason(), spawned.reason()), {
        (RefusalReason::Full, RefusalReason::Full)
    });
    gate.open();
    assert_eq!((running.join(), queued.join()), (Ok(0), Ok(2)));
    // One of them on the same pool after all, by hand, and one made by hand.
    tasks.pool().submit(executed.into_inner()).unwrap();
    tasks.pool().submit_timeout(Task::new(send(5)), Duration::MAX).unwrap();
    assert!(runs.iter().take(3).eq([1, 3, 5]));
    tasks.pool().close();
    assert_eq!(tasks.try_spawn(|_| 6).unwrap_err().reason(), RefusalReason::Closed);
}

/// Whose closure it was makes no difference: one that another `Tasks` has refused runs on this
/// pool, and must not wait for what this pool has yet to run.
pub fn waiting_inside_a_closure_from_elsewhere_is_refused<B: Backend>() {
    let (elsewhere, here) = (tasks::<B>(Config::new(1)), tasks::<B>(Config::new(1)));
    elsewhere.pool().close();
    let own: Own<B> = Arc::new(OnceLock::from(Arc::downgrade(&here)));
    let (answer, answers) = mpsc::channel();
    let closure = move |_: &Context| {
        let here = own.get().unwrap().upgrade().unwrap();
        answer.send(here.spawn(|_| 5).unwrap().join()).unwrap();
    };
    let refused = elsewhere.execute(closure).unwrap_err().into_inner();
    here.pool().submit(refused).unwrap();
    assert!(matches!(answers.recv(), Ok(Err(HandleError::WouldDeadlock { .. }))));
}

/// A worker is still one in its stop hook and in the destructors of its thread-locals.
pub fn waiting_for_a_handle_as_a_worker_leaves_is_refused<B: Backend>() {
    let (hand_in, handles) = mpsc::channel::<Handle<u32>>();
    let (answer, answers) = mpsc::channel();
    let handles = Mutex::new(handles);
    let wait = Arc::new(move || {
        let handle = handles.lock().unwrap().recv().unwrap();
        answer.send(handle.join()).unwrap();
    });
    let in_hook = Arc::clone(&wait);
    let config = Config::new(1).on_worker_stop(move |_, _| in_hook());
    let (pool, _) = B::spawn(config, Task::run).unwrap();
    let tasks = Tasks::new(pool);
    let gate = Gate::new();
    let at_gate = gate.clone();
    tasks
        .execute(move |_| {
            at_gate.pass();
            at_thread_exit(move || wait());
        })
        .unwrap();
    gate.wait_for_arrivals(1);
    let not_run = [1, 2].map(|n| tasks.spawn(move |_| n).unwrap());
    let undone = tasks.pool().stop();
    gate.open();
    for handle in not_run {
        hand_in.send(handle).unwrap();
        // While the closure may yet be run, there is nothing to return.
        let refused = answers.recv().unwrap();
        assert!(matches!(refused, Err(HandleError::WouldDeadlock { .. })), "{refused:?}");
    }
    drop(undone);
}

/// Handles do not keep a pool: dropping its `Tasks` runs what is queued and joins.
pub fn dropping_tasks_drops_their_pool<B: Backend>() {
    let (config, threads) = counting_threads(Config::new(2));
    let (pool, _) = B::spawn(config, Task::run).unwrap();
    let tasks = Tasks::new(pool);
    let handles: Vec<_> = (0..20).map(|n| tasks.spawn(move |_| n).unwrap()).collect();
    drop(tasks);
    assert_eq!(threads.alive(), 0);
    assert!(handles.into_iter().map(|handle| handle.join().unwrap()).eq(0..20));
}
