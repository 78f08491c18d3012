//! The laws that a consumer keeps together with a source.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use pool::{Backend, CancellationToken, Config, Context, Pool};
use pool_durable::{Consumer, Failure, Job, Report, Verdict};
use pool_std::Std;

use crate::{
    Gate,
    cases::{LEASE, give, jobs, take},
    engine::Engine,
    spy::{Notes, Spy},
};

type StdPool = <Std as Backend>::Pool<Job>;

/// A consumer of an engine on a thread of its own.
struct Consuming {
    pool: Arc<StdPool>,
    notes: Arc<Notes>,
    stop: CancellationToken,
    thread: thread::JoinHandle<Report>,
}

impl Consuming {
    fn start(
        engine: &Arc<dyn Engine>,
        config: Config,
        consumer: Consumer,
        failures: usize,
        handler: impl Fn(Job, &Context) -> Result<(), Failure> + Send + Sync + 'static,
    ) -> Self {
        let (mut spy, notes) = Spy::new(engine.open());
        notes.change(|seen| seen.failures = failures);
        let (pool, mut results) = Std::spawn(config, handler).unwrap();
        let (pool, stop) = (Arc::new(pool), CancellationToken::new());
        let thread = thread::spawn({
            let (pool, stop) = (Arc::clone(&pool), stop.clone());
            move || consumer.run(&mut spy, &*pool, &mut results, &stop).unwrap()
        });
        Self { pool, notes, stop, thread }
    }

    fn report(self) -> Report {
        let report = self.thread.join().unwrap();
        self.pool.close();
        let Report { claimed, done, retried, dead, released, lost, running, .. } = report;
        assert_eq!(claimed, done + retried + dead + released + lost + running, "{report:?}");
        report
    }
}

/// Quick to see what happens, with a lease that lasts as long as the test.
fn consumer() -> Consumer {
    let brief = Duration::from_millis(1);
    Consumer::new().lease(LEASE * 10).poll(brief).linger(brief).retry_after(Duration::ZERO)
}

fn cancelled(context: &Context) -> Result<(), Failure> {
    Ok(context.sleep(Duration::MAX)?)
}

/// A handler that says that it has started, and then waits for a gate.
fn gated(
    gate: &Arc<Gate>,
) -> (mpsc::Receiver<()>, impl Fn(Job, &Context) -> Result<(), Failure> + Send + Sync + 'static) {
    let (started, has_started) = mpsc::channel();
    let gate = Arc::clone(gate);
    let handler = move |_: Job, _: &Context| {
        started.send(()).unwrap();
        gate.wait();
        Ok(())
    };
    (has_started, handler)
}

pub(crate) fn a_consumer_settles_every_job(engine: &Arc<dyn Engine>) {
    let ids = engine.open().put(&jobs(100)).unwrap();
    let runs = Arc::new(Mutex::new(BTreeMap::new()));
    let handler = {
        let runs = Arc::clone(&runs);
        move |job: Job, _: &Context| {
            *runs.lock().unwrap().entry(job.id).or_insert(0) += 1;
            Ok(())
        }
    };
    let config = Config::new(2).queue(8);
    let consuming = Consuming::start(engine, config, consumer().until_empty(), 0, handler);
    assert_eq!(consuming.report().done, 100);
    assert_eq!(*runs.lock().unwrap(), ids.into_iter().map(|id| (id, 1)).collect());
    assert_eq!(engine.rows(), 0);
}

pub(crate) fn an_outage_loses_nothing(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(40)).unwrap();
    let config = Config::new(2).queue(8);
    let consuming = Consuming::start(engine, config, consumer().until_empty(), 5, |_, _| Ok(()));
    let notes = Arc::clone(&consuming.notes);
    assert_eq!(consuming.report().done, 40);
    assert_eq!(notes.read(|seen| seen.failures), 0, "it has failed as often as it should");
    assert_eq!(engine.rows(), 0);
}

pub(crate) fn a_pool_that_another_stops_gives_every_job_back(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(8)).unwrap();
    let (started, has_started) = mpsc::channel();
    let config = Config::new(1).queue(8);
    let handler = move |_: Job, context: &Context| {
        started.send(()).unwrap();
        _ = cancelled(context);
        Ok(())
    };
    let consuming = Consuming::start(engine, config, consumer().batch(8), 0, handler);
    consuming.notes.wait_until("all are claimed", |seen| seen.held == 8);
    has_started.recv().unwrap();
    // Claimed is not yet submitted: what the stop would refuse, it cannot hand back.
    while consuming.pool.stats().queued < 7 {
        thread::yield_now();
    }
    let undone = consuming.pool.stop().len() as u64;
    let report = consuming.report();
    assert_eq!((report.done, report.released), (8 - undone, undone));
    let again = take(&mut *engine.open(), 9);
    assert_eq!(again.len() as u64, undone);
    assert!(again.iter().all(|job| job.attempt == 1));
}

pub(crate) fn a_consumer_claims_no_more_than_the_queue_has_room_for(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(40)).unwrap();
    let gate = Arc::new(Gate::default());
    let (_has_started, handler) = gated(&gate);
    let config = Config::new(2).queue(6);
    let consumer = consumer().batch(4).until_empty();
    let consuming = Consuming::start(engine, config, consumer, 0, handler);
    let notes = Arc::clone(&consuming.notes);
    notes.wait_until("as many are claimed as there is room for", |seen| seen.held == 6);
    gate.open();
    assert_eq!(consuming.report().done, 40);
    notes.read(|seen| assert_eq!((seen.most_held, seen.most_asked), (6, 4)));
}

pub(crate) fn leases_are_renewed_while_a_handler_runs(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(1)).unwrap();
    let gate = Arc::new(Gate::default());
    let (_has_started, handler) = gated(&gate);
    let consumer = consumer().lease(Duration::from_millis(300)).until_empty();
    let consuming = Consuming::start(engine, Config::new(1), consumer, 0, handler);
    consuming.notes.wait_until("the lease is renewed twice", |seen| seen.renewed == 2);
    gate.open();
    let report = consuming.report();
    assert_eq!((report.done, report.lost), (1, 0));
}

pub(crate) fn a_lost_lease_cancels_the_context_and_is_not_settled(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(1)).unwrap();
    let (started, has_started) = mpsc::channel();
    let (ended, has_ended) = mpsc::channel();
    let handler = move |_: Job, context: &Context| {
        started.send(()).unwrap();
        _ = cancelled(context);
        ended.send(()).unwrap();
        Ok(())
    };
    let lease = Duration::from_millis(300);
    let consuming =
        Consuming::start(engine, Config::new(1).queue(1), consumer().lease(lease), 0, handler);
    has_started.recv().unwrap();

    let mut thief = engine.open();
    let stolen = loop {
        engine.advance(lease);
        // Unless it has just been renewed.
        if let Some(job) = take(&mut *thief, 1).pop() {
            break job;
        }
    };
    has_ended.recv().unwrap(); // as its context is cancelled
    consuming.stop.cancel();
    let report = consuming.report();
    assert_eq!((report.done, report.lost), (0, 1));
    assert!(give(&mut *thief, &stolen, Verdict::Done));
}

pub(crate) fn a_stop_gives_back_what_never_started(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(8)).unwrap();
    let (started, has_started) = mpsc::channel();
    let handler = move |_: Job, context: &Context| {
        started.send(()).unwrap();
        cancelled(context)
    };
    let config = Config::new(1).queue(8);
    let consuming = Consuming::start(engine, config, consumer().batch(8), 0, handler);
    consuming.notes.wait_until("all are claimed", |seen| seen.held == 8);
    has_started.recv().unwrap();
    consuming.stop.cancel();
    assert_eq!(consuming.report().released, 8);
    let again = take(&mut *engine.open(), 9);
    assert_eq!(again.len(), 8, "not ready at once");
    assert!(again.iter().all(|job| job.attempt == 1), "counted: {again:?}");
}

pub(crate) fn what_runs_at_a_stop_has_time_to_end(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(8)).unwrap();
    let gate = Arc::new(Gate::default());
    let (has_started, handler) = gated(&gate);
    let config = Config::new(1).queue(8);
    let consumer = consumer().batch(8).grace(Duration::MAX);
    let consuming = Consuming::start(engine, config, consumer, 0, handler);
    consuming.notes.wait_until("all are claimed", |seen| seen.held == 8);
    has_started.recv().unwrap();
    consuming.stop.cancel();
    consuming.notes.wait_until("the rest is given back", |seen| seen.released == 7);
    gate.open();
    let report = consuming.report();
    assert_eq!((report.done, report.released), (1, 7));
}

pub(crate) fn what_outlives_the_grace_keeps_its_lease(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(1)).unwrap();
    let gate = Arc::new(Gate::default());
    let (has_started, handler) = gated(&gate);
    let consumer = consumer().grace(Duration::ZERO);
    let consuming = Consuming::start(engine, Config::new(1), consumer, 0, handler);
    has_started.recv().unwrap();
    let _pool = Arc::clone(&consuming.pool); // whose drop waits for the handler
    consuming.stop.cancel();
    assert_eq!(consuming.report().running, 1);
    let counts = engine.open().counts().unwrap();
    assert_eq!((counts.leased, counts.ready), (1, 0));
    gate.open();
}

pub(crate) fn failures_are_tried_again_until_the_limit(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(1)).unwrap();
    let handler = |job: Job, _: &Context| {
        Err(Failure::retry(format_args!("no luck in attempt {}", job.attempt)))
    };
    let consumer = consumer().attempts(4).until_empty();
    let report = Consuming::start(engine, Config::new(1), consumer, 0, handler).report();
    assert_eq!((report.retried, report.dead), (3, 1));
    let dead = engine.open().dead(9).unwrap();
    assert_eq!((dead[0].attempts, &*dead[0].last_error), (4, "no luck in attempt 4"));
}

pub(crate) fn a_permanent_failure_is_dead_at_once(engine: &Arc<dyn Engine>) {
    engine.open().put(&["17".into(), "seventeen".into(), vec![255].into()]).unwrap();
    let handler = |job: Job, _: &Context| job.parse::<u32>().map(drop);
    let consumer = consumer().until_empty();
    let report = Consuming::start(engine, Config::new(1), consumer, 0, handler).report();
    assert_eq!((report.done, report.retried, report.dead), (1, 0, 2));
    let dead = engine.open().dead(9).unwrap();
    assert_eq!(dead[0].last_error, "the payload does not parse: invalid digit found in string");
    assert!(dead[1].last_error.starts_with("the payload is no text: "), "{dead:?}");
}

pub(crate) fn a_panic_is_a_failure(engine: &Arc<dyn Engine>) {
    engine.open().put(&jobs(1)).unwrap();
    let handler = |_: Job, _: &Context| panic!("out of cheese");
    let consumer = consumer().attempts(2).until_empty();
    let report = Consuming::start(engine, Config::new(1), consumer, 0, handler).report();
    assert_eq!((report.retried, report.dead), (1, 1));
    let dead = engine.open().dead(9).unwrap();
    assert_eq!(dead[0].last_error, "the handler panicked: out of cheese");
}
