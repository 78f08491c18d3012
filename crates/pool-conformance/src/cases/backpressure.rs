//! At most `queue` accepted jobs wait, and the next submitters wait in line.
//!
//! After Java's `ThreadPoolExecutorTest.testSubmit...Blocks` kin, and the bugs threadpool
//! 102, rayon 1020, tunny 33 and gobyexample 125.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Config, Context, JobOptions, Pool, Results, SubmitError,
    SubmitTimeoutError, TrySubmitError,
};

use crate::{Call, Census, Counted, Gate, eventually, no_error};

type Held<B> = (Arc<PoolOf<B>>, <B as Backend>::Results<u32, Infallible>, Gate);
type PoolOf<B> = <B as Backend>::Pool<u32>;

/// A pool of one worker, which is on job 0 and held at the gate.
fn held<B: Backend>(config: Config) -> Held<B> {
    let gate = Gate::new();
    let (pool, results) = B::spawn(config, gate.handler::<u32>()).unwrap();
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    (Arc::new(pool), results, gate)
}

/// The call `submit(job)`, known to wait for room.
fn waiting_submit<P: Pool<u32> + 'static>(
    pool: &Arc<P>,
    job: u32,
) -> Call<Result<pool::JobId, SubmitError<u32>>> {
    let pool = Arc::clone(pool);
    Call::begin_and_wait(move || pool.submit(job))
}

/// There is room for as many as the configuration says, while the worker is busy.
pub fn the_queue_holds_exactly_its_capacity<B: Backend>() {
    for capacity in [1, 2, 7] {
        let (pool, _results, gate) = held::<B>(Config::new(1).queue(capacity as usize));
        for n in 1..=capacity {
            assert_eq!(pool.try_submit(n).unwrap().get(), u64::from(n));
        }
        assert_eq!(pool.try_submit(100), Err(TrySubmitError::Full(100)));
        let stats = pool.stats();
        assert_eq!((stats.queued, stats.running), (u64::from(capacity), 1));
        assert_eq!(stats.queue_capacity, capacity as usize);
        gate.open();
        assert_eq!(pool.submit(101).unwrap().get(), u64::from(capacity) + 1);
    }
}

/// A refusal has the very job in it that was handed in.
pub fn a_full_queue_gives_the_same_job_back<B: Backend>() {
    let gate = Gate::new();
    let (pool, _results) = B::spawn(Config::new(1).queue(1), gate.handler::<Arc<()>>()).unwrap();
    pool.submit(Arc::new(())).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(Arc::new(())).unwrap();

    let job = Arc::new(());
    let refused = pool.try_submit(Arc::clone(&job)).unwrap_err().into_inner();
    assert!(Arc::ptr_eq(&refused, &job));
    let refused = pool.submit_timeout(refused, Duration::from_millis(1)).unwrap_err().into_inner();
    assert!(Arc::ptr_eq(&refused, &job));
    pool.close();
    let refused = pool.submit(refused).unwrap_err().into_inner();
    assert!(Arc::ptr_eq(&refused, &job));
    drop(refused);
    assert_eq!(Arc::strong_count(&job), 1, "no copy is left");
    gate.open();
}

/// With the queue full, `submit` waits; and returns once a worker has taken a job out.
pub fn a_submit_waits_until_a_place_is_free<B: Backend>() {
    let (pool, mut results, gate) = held::<B>(Config::new(1).queue(1));
    pool.submit(1).unwrap();
    let submit = waiting_submit(&pool, 2);
    assert_eq!(pool.stats().submitted, 2);
    gate.open();
    assert_eq!(submit.returned().unwrap().get(), 2);
    for n in 0..3 {
        assert_eq!(results.recv().unwrap().result, Ok(n));
    }
}

/// A place is free as soon as a worker has taken the job, however long that runs.
pub fn a_place_is_free_once_the_job_is_taken<B: Backend>() {
    let barrier = Arc::new(Barrier::new(2));
    let handler = {
        let barrier = Arc::clone(&barrier);
        move |(): (), _: &_| {
            barrier.wait();
            barrier.wait();
            no_error(())
        }
    };
    let (pool, _results) = B::spawn(Config::new(1).queue(1), handler).unwrap();
    for _ in 0..20 {
        pool.submit(()).unwrap();
        barrier.wait();
        pool.try_submit(()).expect("the job runs: its place is free");
        pool.try_submit(()).unwrap_err();
        barrier.wait();
        barrier.wait();
        barrier.wait();
    }
}

/// Neither does a job keep a place while its completion waits to be received.
pub fn capacity_one_carries_many_jobs<B: Backend>() {
    for workers in [1, 3] {
        let config = Config::new(workers).queue(1).results(1);
        let (pool, results) = B::spawn(config, |n: u64, _: &_| no_error(n)).unwrap();
        let sum: u64 = thread::scope(|scope| {
            let reader = scope.spawn(|| results.map(|done| done.result.unwrap()).sum());
            for producer in 0..4 {
                let pool = &pool;
                scope.spawn(move || {
                    for n in 0..500 {
                        pool.submit(4 * n + producer).unwrap();
                    }
                });
            }
            eventually("all are accepted", || pool.stats().submitted == 2_000);
            pool.close();
            reader.join().unwrap()
        });
        assert_eq!(sum, (0..2_000).sum());
    }
}

/// `submit_timeout` keeps trying for all of its time, and no job is lost on the way.
pub fn a_timed_submit_gives_the_job_back_after_its_timeout<B: Backend>() {
    let (pool, _results, gate) = held::<B>(Config::new(1).queue(1));
    pool.submit(1).unwrap();
    for timeout in [Duration::ZERO, Duration::from_millis(15)] {
        let start = Instant::now();
        assert_eq!(pool.submit_timeout(2, timeout), Err(SubmitTimeoutError::TimedOut(2)));
        assert!(start.elapsed() >= timeout, "gave up after {:?}", start.elapsed());
    }
    gate.open();
    // It gave up its place in line as well.
    assert_eq!(pool.submit(3).unwrap().get(), 2);
}

/// With room, even a timeout of zero is enough; without, the longest means forever.
pub fn a_timed_submit_succeeds_once_there_is_room<B: Backend>() {
    let (pool, _results, gate) = held::<B>(Config::new(1).queue(1));
    assert_eq!(pool.submit_timeout(1, Duration::ZERO).unwrap().get(), 1);
    let submits: Vec<_> = [crate::PATIENCE, Duration::MAX]
        .into_iter()
        .map(|timeout| {
            let pool = Arc::clone(&pool);
            Call::begin_and_wait(move || pool.submit_timeout(2, timeout))
        })
        .collect();
    gate.open();
    for submit in submits {
        submit.returned().unwrap();
    }
}

/// One that is cancelled in the queue makes room for a submitter, once a worker has come past it.
pub fn a_cancelled_job_makes_room_for_a_waiting_submitter<B: Backend>() {
    let (pool, results, gate) = held::<B>(Config::new(1).queue(1));
    let token = CancellationToken::new();
    pool.submit_with(1, JobOptions::new().cancellation_token(&token)).unwrap();
    let submit = waiting_submit(&pool, 2);
    token.cancel();
    gate.open();
    assert_eq!(submit.returned().unwrap().get(), 2);
    pool.close();
    let ran: Vec<_> = results.filter_map(|completion| completion.result.ok()).collect();
    assert_eq!(ran, [0, 2]);
}

/// However a pool ends, a submitter that waits for room is woken, with the job.
pub fn a_waiting_submitter_is_woken_by_the_end_with_its_job<B: Backend>() {
    type End<P> = fn(&P, &CancellationToken) -> usize;
    let ends: [End<B::Pool<u32>>; 3] = [
        |pool, _| (pool.close(), 0).1,
        |pool, _| pool.stop().len(),
        |_, token| (token.cancel(), 0).1,
    ];
    for end in ends {
        let token = CancellationToken::new();
        let config = Config::new(1).queue(1).cancellation_token(&token);
        let (pool, results, gate) = held::<B>(config);
        pool.submit(1).unwrap();
        let submits: Vec<_> = (2..5).map(|n| (n, waiting_submit(&pool, n))).collect();
        let timed = Call::begin_and_wait({
            let pool = Arc::clone(&pool);
            move || pool.submit_timeout(5, Duration::MAX)
        });
        let undone = end(&pool, &token);
        // The gate is shut: it is the end that wakes them, not a place.
        for (n, submit) in submits {
            assert_eq!(submit.returned(), Err(SubmitError::Closed(n)));
        }
        assert_eq!(timed.returned(), Err(SubmitTimeoutError::Closed(5)));
        gate.open();
        assert_eq!(results.count() + undone, 2);
    }
}

/// Handler of a pool whose worker does one job for each message.
fn on_permit(permits: mpsc::Receiver<()>) -> impl Fn(u32, &Context) -> Result<u32, Infallible> {
    let permits = std::sync::Mutex::new(permits);
    move |n, _| {
        _ = permits.lock().unwrap().recv();
        no_error(n)
    }
}

/// First come, first served.
pub fn waiting_submitters_are_served_in_order<B: Backend>() {
    const WAITING: u32 = 5;
    let (permit, permits) = mpsc::channel();
    let (pool, mut results) = B::spawn(Config::new(1).queue(1), on_permit(permits)).unwrap();
    let pool = Arc::new(pool);
    pool.submit(0).unwrap();
    eventually("the worker has it", || pool.stats().running == 1);
    pool.submit(1).unwrap();
    let (accepted, next_accepted) = mpsc::channel();
    let submits: Vec<_> = (2..2 + WAITING)
        .map(|n| {
            let (pool, accepted) = (Arc::clone(&pool), accepted.clone());
            Call::begin_and_wait(move || {
                pool.submit(n).unwrap();
                accepted.send(n).unwrap();
            })
        })
        .collect();
    for n in 2..2 + WAITING {
        permit.send(()).unwrap();
        assert_eq!(next_accepted.recv().unwrap(), n);
    }
    drop(permit);
    for n in 0..2 + WAITING {
        assert_eq!(results.recv().unwrap().result, Ok(n));
    }
    submits.into_iter().for_each(Call::returned);
}

/// A place that comes free while somebody waits goes to the one that waits, although another
/// thread asks without pause.
pub fn nobody_overtakes_a_waiting_submitter<B: Backend>() {
    let (permit, permits) = mpsc::channel();
    let (pool, _results) = B::spawn(Config::new(1).queue(1), on_permit(permits)).unwrap();
    let pool = Arc::new(pool);
    pool.submit(0).unwrap();
    eventually("the worker has it", || pool.stats().running == 1);
    pool.submit(1).unwrap();
    let (asked, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let overtakes = thread::scope(|scope| {
        let hog = scope.spawn(|| {
            let mut overtakes = 0;
            // Relaxed, here and below: no other memory is published by these two.
            while !over.load(Ordering::Relaxed) {
                overtakes += usize::from(pool.try_submit(1_000).is_ok());
                asked.fetch_add(1, Ordering::Relaxed);
            }
            overtakes
        });
        eventually("the hog asks", || asked.load(Ordering::Relaxed) > 0);
        for n in 2..42 {
            let submit = waiting_submit(&pool, n);
            permit.send(()).unwrap();
            submit.returned().unwrap();
        }
        over.store(true, Ordering::Relaxed);
        hog.join().unwrap()
    });
    drop(permit);
    assert_eq!(overtakes, 0);
}

/// Whoever gives up leaves the line, and the next gets the place.
pub fn a_submitter_that_gives_up_holds_up_no_other<B: Backend>() {
    let (pool, _results, gate) = held::<B>(Config::new(1).queue(1));
    pool.submit(1).unwrap();
    // These two are not waited for: however late that was, they would have given up by then.
    let first = Call::begin({
        let pool = Arc::clone(&pool);
        move || pool.submit_timeout(2, Duration::from_millis(40))
    });
    let second = waiting_submit(&pool, 3);
    let third = Call::begin({
        let pool = Arc::clone(&pool);
        move || pool.submit_timeout(4, Duration::from_millis(20))
    });
    assert_eq!(first.returned(), Err(SubmitTimeoutError::TimedOut(2)));
    assert_eq!(third.returned(), Err(SubmitTimeoutError::TimedOut(4)));
    gate.open();
    assert_eq!(second.returned().unwrap().get(), 2);
    assert_eq!(pool.submit(5).unwrap().get(), 3, "the line is empty again");
}

/// A place that comes free just as somebody gets in line for it is not missed.
pub fn no_place_is_lost_as_somebody_joins_the_line<B: Backend>() {
    let (pool, results) = B::spawn(Config::new(1).queue(1), |n: u32, _: &_| no_error(n)).unwrap();
    // A lost one would leave this thread waiting: no other thread comes to free another.
    for n in 0..20_000 {
        pool.submit(n).unwrap();
    }
    pool.close();
    assert_eq!(results.count(), 20_000);
}

/// Places freed while others come and give up are never lost.
pub fn no_place_is_lost_between_those_who_wait_and_those_who_give_up<B: Backend>() {
    let (pool, results) = B::spawn(Config::new(1).queue(1), |(): (), _: &_| no_error(())).unwrap();
    let accepted: usize = thread::scope(|scope| {
        let producers: Vec<_> = (0..4)
            .map(|producer| {
                let pool = &pool;
                scope.spawn(move || {
                    let timeout = Duration::from_micros(producer * 10);
                    let patient = |_: &i32| pool.submit(()).is_ok();
                    let hasty = |_: &i32| pool.submit_timeout((), timeout).is_ok();
                    if producer == 0 {
                        (0..1_000).filter(patient).count()
                    } else {
                        (0..1_000).filter(hasty).count()
                    }
                })
            })
            .collect();
        producers.into_iter().map(|producer| producer.join().unwrap()).sum()
    });
    // A place is freed just after its job has left the queue, and before the job runs.
    eventually("all have run", || pool.stats().succeeded == accepted as u64);
    pool.try_submit(()).expect("its one place is free");
    pool.close();
    assert_eq!(results.count(), accepted + 1);
}

/// Whenever one looks, and however many submitters and workers there are: no more jobs wait or run
/// than may, and none is counted twice.
pub fn the_counters_never_exceed_the_bounds<B: Backend>() {
    const QUEUE: usize = 2;
    const WORKERS: usize = 2;
    const LOOKS: u32 = 3_000;
    let config = Config::new(WORKERS).queue(QUEUE);
    let handler = |(): (), _: &_| {
        thread::yield_now();
        no_error(())
    };
    let (pool, results) = B::spawn(config, handler).unwrap();
    drop(results);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                // Relaxed: no other memory is published by it.
                while !done.load(Ordering::Relaxed) {
                    pool.submit(()).unwrap();
                }
            });
        }
        let look = || {
            let stats = pool.stats();
            assert!(stats.queued <= QUEUE as u64, "{} wait", stats.queued);
            assert!(stats.running <= WORKERS as u64, "{} run", stats.running);
            assert!(stats.settled() <= stats.submitted, "{stats:?}");
            stats.settled()
        };
        let watched = catch_unwind(AssertUnwindSafe(|| {
            (0..LOOKS).fold(0, |last, _| {
                thread::yield_now();
                let settled = look();
                assert!(last <= settled, "{last} were settled, and now {settled}");
                settled
            })
        }));
        done.store(true, Ordering::Relaxed);
        watched.unwrap_or_else(|panic| resume_unwind(panic));
    });
}

/// With bounded results, a reader that does not read stops the workers, those stop the
/// queue, and that the producer; as soon as it reads, everything moves again, to the last.
pub fn a_reader_that_does_not_read_stops_the_pool_and_nothing_is_lost<B: Backend>() {
    const WORKERS: u32 = 2;
    const QUEUE: u32 = 3;
    const RESULTS: u32 = 4;
    const ROOM: u32 = WORKERS + QUEUE + RESULTS;
    let config = Config::new(WORKERS as usize).queue(QUEUE as usize).results(RESULTS as usize);
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    let mut submitted = 0;
    let mut fill = |room| {
        eventually("it has as many as there is room for", || {
            submitted += u32::from(pool.try_submit(submitted).is_ok());
            submitted == room
        });
        assert!(pool.submit_timeout(submitted, Duration::from_millis(5)).is_err());
    };
    fill(ROOM);
    let mut done = vec![results.recv().unwrap().result.unwrap()];
    fill(ROOM + 1);
    pool.close();
    done.extend(results.map(|completion| completion.result.unwrap()));
    done.sort_unstable();
    assert!(done.into_iter().eq(0..=ROOM));
}

/// Behind a slow reader, memory does not grow with the number of jobs.
pub fn a_slow_reader_keeps_memory_flat<B: Backend>() {
    const WORKERS: usize = 2;
    const QUEUE: usize = 3;
    const RESULTS: usize = 4;
    let config = Config::new(WORKERS).queue(QUEUE).results(RESULTS);
    let (pool, results) = B::spawn(config, |job: Counted, _: &_| no_error(job)).unwrap();
    let census = Census::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..2_000 {
                pool.submit(census.count()).unwrap();
            }
            pool.close();
        });
        for completion in results {
            drop(completion);
            // Slower than the workers are.
            thread::yield_now();
        }
    });
    // One in the producer's hand, one in the reader's.
    let room = QUEUE + WORKERS + RESULTS + 2;
    assert!(census.peak() <= room, "{} lived at once, {room} may", census.peak());
    assert_eq!(census.alive(), 0);
}
