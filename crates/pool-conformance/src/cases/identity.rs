//! Who runs what: ids, thread names, the workers' own state, hooks.
//!
//! After `ThreadPoolExecutorTest`'s `beforeExecute` and `terminated` cases (JSR-166 TCK),
//! Python's initializer tests, and rayon's `start_handler` tests.

use std::{
    collections::BTreeMap,
    rc::Rc,
    sync::{Arc, Barrier},
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Config, Context, JobErrorKind, JobOptions, JobOutcome, Pool,
    PoolExt, Results, SpawnError, StopReason, WorkerId,
};

use crate::{
    Gate, PATIENCE, eventually,
    fixtures::{Log, ids},
    live_threads, no_error, unique_prefix,
};

/// Each worker keeps its number and its thread, and the numbers are all there.
pub fn worker_ids_count_from_zero_and_stay_with_their_threads<B: Backend>() {
    const WORKERS: usize = 4;
    let barrier = Arc::new(Barrier::new(WORKERS));
    let handler = move |(): (), context: &Context| {
        // So that every worker takes one of every `WORKERS` jobs.
        barrier.wait();
        no_error((context.worker(), thread::current().id()))
    };
    let (pool, mut results) = B::spawn(Config::new(WORKERS), handler).unwrap();
    let mut threads = BTreeMap::<WorkerId, ThreadId>::new();
    for round in 0..5 {
        for _ in 0..WORKERS {
            pool.submit(()).unwrap();
        }
        for completion in results.by_ref().take(WORKERS) {
            let (worker, thread) = completion.result.unwrap();
            assert_eq!(completion.worker, Some(worker));
            let before = threads.insert(worker, thread);
            assert_eq!(before.is_some(), round > 0);
            assert!(before.is_none_or(|before| before == thread));
        }
        assert!(threads.keys().map(|worker| worker.get()).eq(0..WORKERS));
    }
}

/// In the handler, in the hooks and in what makes the state alike.
pub fn threads_are_named_after_their_workers<B: Backend>() {
    let prefix = unique_prefix();
    let log = Log::new();
    let note = {
        let (log, prefix) = (log.clone(), prefix.clone());
        move |worker: WorkerId| {
            let name = thread::current().name().map(str::to_owned);
            log.push((name, format!("{prefix}-{worker}")));
        }
    };
    let barrier = Arc::new(Barrier::new(3));
    let (at_start, at_stop, at_init) = (note.clone(), note.clone(), note.clone());
    let config = Config::new(3)
        .thread_name(&prefix)
        .on_worker_start(at_start)
        .on_worker_stop(move |worker, _| at_stop(worker));
    let init = move |worker| {
        at_init(worker);
        no_error(())
    };
    let handler = move |(): &mut (), (): (), context: &Context| {
        barrier.wait();
        note(context.worker());
        no_error(())
    };
    let (pool, _results) = B::spawn_with_state(config, init, handler).unwrap();
    for _ in 0..3 {
        pool.submit(()).unwrap();
    }
    pool.shutdown(PATIENCE).unwrap();
    let names = log.take();
    assert_eq!(names.len(), 4 * 3);
    for (name, expected) in names {
        assert_eq!(name, Some(expected));
    }
}

/// As returned, as the handler sees it, as on the completion; and a refusal uses up none.
pub fn job_ids_count_from_zero_without_gaps<B: Backend>() {
    let gate = Gate::new();
    let handler = {
        let gate = gate.clone();
        move |expected: u64, context: &Context| {
            gate.pass();
            no_error((expected, context.job_id()))
        }
    };
    let (pool, mut results) = B::spawn(Config::new(1).queue(2), handler).unwrap();
    for n in 0..3 {
        assert_eq!(pool.submit(n).unwrap().get(), n);
        gate.wait_for_arrivals(1);
    }
    for _ in 0..5 {
        pool.try_submit(99).unwrap_err();
    }
    pool.submit_timeout(99, Duration::from_millis(1)).unwrap_err();
    gate.open();
    for n in 3..50 {
        assert_eq!(pool.submit(n).unwrap().get(), n);
        let completion = results.recv().unwrap();
        let (expected, seen) = completion.result.unwrap();
        assert_eq!((completion.job.get(), seen), (expected, completion.job));
    }
}

/// A worker's life, as its thread sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Started,
    Made,
    Ran,
    Dropped,
    Stopped(StopReason),
}

type Lives = Log<(WorkerId, Event, ThreadId)>;

fn note(lives: &Lives, worker: WorkerId, event: Event) {
    lives.push((worker, event, thread::current().id()));
}

/// `config` with hooks that tell `lives`.
fn hooked(config: Config, lives: &Lives) -> Config {
    let (at_start, at_stop) = (lives.clone(), lives.clone());
    config
        .on_worker_start(move |worker| note(&at_start, worker, Event::Started))
        .on_worker_stop(move |worker, reason| note(&at_stop, worker, Event::Stopped(reason)))
}

/// The events of each worker in order, all of which were on one thread.
fn by_worker(lives: &Lives) -> BTreeMap<usize, Vec<Event>> {
    let mut workers = BTreeMap::<usize, (Vec<Event>, ThreadId)>::new();
    for (worker, event, thread) in lives.take() {
        let (events, of) = workers.entry(worker.get()).or_insert_with(|| (Vec::new(), thread));
        assert_eq!(*of, thread, "{event:?} of worker {worker} was on another thread");
        events.push(event);
    }
    workers.into_iter().map(|(worker, (events, _))| (worker, events)).collect()
}

/// A worker's own state. Not `Send`: it can be made and dropped nowhere else.
struct State {
    worker: WorkerId,
    jobs: Rc<()>,
    lives: Lives,
}

impl Drop for State {
    fn drop(&mut self) {
        note(&self.lives, self.worker, Event::Dropped);
    }
}

/// Started, state made, jobs run, state dropped, stopped: in this order, on one thread, each
/// once, though every other job panics. The state survives the panics.
pub fn each_worker_lives_one_life_on_its_own_thread<B: Backend>() {
    const WORKERS: usize = 3;
    let lives = Lives::new();
    let init = {
        let lives = lives.clone();
        move |worker| {
            note(&lives, worker, Event::Made);
            no_error(State { worker, jobs: Rc::new(()), lives: lives.clone() })
        }
    };
    let barrier = Arc::new(Barrier::new(WORKERS));
    let handler = move |state: &mut State, panics: bool, context: &Context| {
        assert_eq!(state.worker, context.worker());
        note(&state.lives, state.worker, Event::Ran);
        // One more hold for every job: the state is this worker's, and the same.
        std::mem::forget(Rc::clone(&state.jobs));
        barrier.wait();
        assert!(!panics, "a job panics");
        no_error(Rc::strong_count(&state.jobs))
    };
    let config = hooked(Config::new(WORKERS), &lives);
    let (pool, mut results) = B::spawn_with_state(config, init, handler).unwrap();
    for round in 0..4 {
        for _ in 0..WORKERS {
            pool.submit(round % 2 == 0).unwrap();
        }
        for completion in results.by_ref().take(WORKERS) {
            match completion.result {
                Ok(holds) => assert_eq!(holds, round + 2),
                Err(error) => {
                    assert_eq!(error.kind, JobErrorKind::Panicked("a job panics".into()));
                }
            }
        }
    }
    pool.shutdown(PATIENCE).unwrap();
    let lives = by_worker(&lives);
    assert!(lives.keys().copied().eq(0..WORKERS));
    let ran = [Event::Ran; 4];
    let expected: Vec<_> = [Event::Started, Event::Made]
        .into_iter()
        .chain(ran)
        .chain([Event::Dropped, Event::Stopped(StopReason::Closed)])
        .collect();
    assert!(lives.values().all(|events| *events == expected), "{lives:?}");
}

/// Whichever worker it is: its error comes back, the others end, and every hook is paired.
pub fn a_state_that_cannot_be_made_is_reported_by_spawn<B: Backend>() {
    const WORKERS: usize = 4;
    for failing in (0..WORKERS).map(WorkerId::new) {
        for panics in [false, true] {
            let lives = Lives::new();
            let init = {
                let lives = lives.clone();
                move |worker| {
                    if worker == failing {
                        assert!(!panics, "no state today");
                        return Err("no state today");
                    }
                    note(&lives, worker, Event::Made);
                    Ok(State { worker, jobs: Rc::new(()), lives: lives.clone() })
                }
            };
            let prefix = unique_prefix();
            let config = hooked(Config::new(WORKERS).thread_name(&prefix), &lives);
            let handler = |_: &mut State, n: u32, _: &Context| no_error(n);
            let error = B::spawn_with_state(config, init, handler).err().unwrap();

            let SpawnError::Init { worker, source } = &error else { panic!("{error:?}") };
            assert_eq!(*worker, failing);
            assert!(source.to_string().ends_with("no state today"));
            assert_eq!(source.to_string().starts_with("panicked"), panics);
            // All over by now, not later.
            for (worker, events) in by_worker(&lives) {
                let (made, dropped) = (Event::Made, Event::Dropped);
                if worker == failing.get() {
                    let stopped = Event::Stopped(StopReason::InitFailed);
                    assert_eq!(events, [Event::Started, stopped]);
                } else {
                    let stopped = Event::Stopped(StopReason::Closed);
                    assert_eq!(events, [Event::Started, made, dropped, stopped]);
                }
            }
            eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
        }
    }
}

/// Closed, dropped, stopped, cancelled: the stop hook says which.
pub fn stop_hooks_are_told_why<B: Backend>() {
    type End<P> = fn(P, &CancellationToken);
    let ends: [(StopReason, End<B::Pool<u32>>); 4] = [
        (StopReason::Closed, |pool, _| _ = pool.shutdown(PATIENCE).unwrap()),
        (StopReason::Closed, |pool, _| drop(pool)),
        (StopReason::Stopped, |pool, _| {
            pool.stop();
            pool.join(None).unwrap();
        }),
        (StopReason::Stopped, |pool, token| {
            token.cancel();
            pool.join(None).unwrap();
        }),
    ];
    // Often, since an idle worker may be quicker than the end that it sees.
    for (reason, end) in [ends; 10].concat() {
        let (lives, token) = (Lives::new(), CancellationToken::new());
        let config = hooked(Config::new(2), &lives).cancellation_token(&token);
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        pool.submit(1).unwrap();
        assert_eq!(results.recv().unwrap().result, Ok(1));
        end(pool, &token);
        for (_, events) in by_worker(&lives) {
            assert_eq!(events, [Event::Started, Event::Stopped(reason)]);
        }
    }
}

/// Both of them, on every worker: the pool works, ends, and calls each once.
pub fn a_panicking_hook_is_contained<B: Backend>() {
    let lives = Lives::new();
    let (at_start, at_stop) = (lives.clone(), lives.clone());
    let config = Config::new(2)
        .on_worker_start(move |worker| {
            note(&at_start, worker, Event::Started);
            panic!("a start hook panics");
        })
        .on_worker_stop(move |worker, reason| {
            note(&at_stop, worker, Event::Stopped(reason));
            panic!("a stop hook panics");
        });
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..10 {
        assert_eq!(pool.submit(n).unwrap(), ids([u64::from(n)])[0]);
        assert_eq!(results.recv().unwrap().result, Ok(n));
    }
    assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.succeeded, 10);
    let lives = by_worker(&lives);
    assert_eq!(lives.len(), 2);
    for events in lives.values() {
        assert_eq!(*events, [Event::Started, Event::Stopped(StopReason::Closed)]);
    }
}

/// Two hooks for each job whose handler is called: right before and right after, on its worker;
/// they are told how long it waited and ran. None for a job that is not run; panics contained.
pub fn hooks_are_told_of_each_job_that_runs<B: Backend>() {
    const WAIT: Duration = Duration::from_millis(2);
    let (gate, log) = (Gate::new(), Log::new());
    let (at_start, at_end, in_job, at_gate) = (log.clone(), log.clone(), log.clone(), gate.clone());
    let config = Config::new(1)
        .on_job_start(move |start| {
            at_start.push((start.job, start.worker, "starts", None, start.queued, Duration::ZERO));
            panic!("a start hook panics");
        })
        .on_job_end(move |end| {
            let outcome = Some(end.outcome);
            at_end.push((end.job, end.worker, "ended", outcome, end.queued, end.ran));
            panic!("an end hook panics");
        });
    let handler = move |n: u32, context: &Context| {
        let (job, zero) = (context.job_id(), Duration::ZERO);
        in_job.push((job, context.worker(), "runs", None, zero, zero));
        match n {
            0 => {
                at_gate.pass();
                Ok(())
            }
            1 => Err("one"),
            2 => Err("late"),
            _ => panic!("three"),
        }
    };
    let (pool, mut results) = B::spawn(config, handler).unwrap();
    let submitted = Instant::now();
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let others = Instant::now();
    pool.submit(1).unwrap();
    pool.submit_with(2, JobOptions::new().timeout(Duration::ZERO)).unwrap();
    pool.submit(3).unwrap();
    thread::sleep(WAIT);
    gate.open();
    for _ in 0..4 {
        results.recv().unwrap();
    }
    let whole = submitted.elapsed();

    let events = log.take();
    let worker = WorkerId::new(0);
    let told = events.iter().map(|event| (event.0.get(), event.1, event.2, event.3));
    let expected = [(0, JobOutcome::Succeeded), (1, JobOutcome::Failed), (3, JobOutcome::Panicked)];
    assert!(told.eq(expected.into_iter().flat_map(|(job, outcome)| {
        let ended = (job, worker, "ended", Some(outcome));
        [(job, worker, "starts", None), (job, worker, "runs", None), ended]
    })));
    for (job, _, what, _, queued, ran) in events {
        assert!(queued + ran <= whole, "{job:?}: {queued:?}, {ran:?} of {whole:?}");
        match (job.get(), what) {
            (0, "ended") => assert!(ran >= WAIT),
            (0, _) | (_, "runs") => {}
            _ => assert!(queued >= WAIT && queued <= others.elapsed(), "{queued:?}"),
        }
    }
}
