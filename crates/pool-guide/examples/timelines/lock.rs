//! Who holds the lock while `recv` waits: a receiver that is shared behind a mutex, and one of which
//! each worker has a clone.
//!
//! No pool shows its lock. So these are two programs in the words of their libraries, as short as they
//! can be, whose workers take jobs as those of the native pools do.

use std::{
    error::Error,
    sync::{Barrier, Mutex, mpsc},
    thread,
    time::Instant,
};

use crate::{
    Scene,
    draw::{Figure, Panel},
    recorder::{Recorder, Recording, millis, worker},
};

pub(crate) const SCENE: Scene = Scene {
    name: "lock",
    record,
    shows,
    figure: Figure {
        title: "Who holds the lock while recv waits",
        source: "Recorded from two programs that take jobs as the native pools do, with three workers.",
        panels: &[
            Panel {
                name: STD,
                title: "std: one receiver, behind a mutex",
                says: &[
                    "One worker holds the mutex and waits in recv. The others wait for the mutex.",
                    "A job wakes the holder. It unlocks the mutex, and that wakes the next one.",
                ],
            },
            Panel {
                name: CROSSBEAM,
                title: "crossbeam: each worker has a clone of the receiver",
                says: &["All workers wait in recv. A job wakes one of them, and no other."],
            },
        ],
        lanes: &["submitter", "worker 0", "worker 1", "worker 2"],
        kinds: &[
            (MUTEX, "idle"),
            (HOLDS, "hold"),
            (RECV, "wait"),
            (JOB, "run"),
            (SENT, "ink"),
            (UNLOCK, "hold"),
        ],
        lengths: &[],
    },
};

const STD: &str = "std";
const CROSSBEAM: &str = "crossbeam";
const MUTEX: &str = "waits for the mutex";
const HOLDS: &str = "holds the mutex and waits in recv";
const RECV: &str = "waits in recv";
const JOB: &str = "runs a job";
const SENT: &str = "a job is sent";
const UNLOCK: &str = "the mutex is unlocked";

const SUBMITTER: &str = "submitter";

#[expect(clippy::unnecessary_wraps, reason = "other scenes may fail")]
fn record(recording: &mut Recording) -> Result<(), Box<dyn Error>> {
    std_(recording);
    crossbeam(recording);
    Ok(())
}

/// Each job ends one wait; with the mutex, and has the mutex handed on.
#[expect(clippy::float_cmp, reason = "numbers of the same instant are the same")]
fn shows(recording: &Recording) -> bool {
    let ends_a_wait = |panel, wait| {
        recording.of(panel, SENT).iter().all(|job| {
            let waits = recording.of(panel, wait).into_iter();
            waits
                .filter(|it| job.to.as_ref() == Some(&it.lane) && it.until == job.until)
                .any(|it| it.length() > 200.0)
        })
    };
    let is_handed_on = recording.of(STD, SENT).iter().all(|job| {
        let unlocks = recording.of(STD, UNLOCK);
        unlocks.iter().any(|it| Some(&it.lane) == job.to.as_ref() && it.from == job.until)
    });
    ends_a_wait(STD, HOLDS) && ends_a_wait(CROSSBEAM, RECV) && is_handed_on
}

/// Sends jobs, one after the other, once the workers are ready. Each is the instant at which it is
/// sent.
fn submit(ready: &Barrier, send: impl Fn(Instant)) {
    ready.wait();
    for _ in 0..5 {
        thread::sleep(millis(3));
        send(Instant::now());
    }
    thread::sleep(millis(9));
}

/// Runs a job that was sent and received at these instants.
fn run(recorder: &Recorder, lane: &str, sent: Instant, received: Instant) {
    recorder.arrow((SUBMITTER, sent), (lane, received), SENT);
    thread::sleep(millis(4));
    recorder.span(lane, JOB, received, Instant::now());
}

fn std_(recording: &mut Recording) {
    let recorder = Recorder::new(STD);
    let (jobs, queue) = mpsc::channel();
    let queue = Mutex::new(queue);
    let ready = Barrier::new(4);
    // Who has unlocked the mutex, and when.
    let unlocked = Mutex::new(None);
    thread::scope(|scope| {
        for lane in (0..3).map(worker) {
            let (recorder, ready, queue, unlocked) = (&recorder, &ready, &queue, &unlocked);
            scope.spawn(move || {
                ready.wait();
                loop {
                    let asked = Instant::now();
                    let queue = queue.lock().unwrap();
                    let locked = Instant::now();
                    let before = unlocked.lock().unwrap().take();
                    let job = queue.recv();
                    let received = Instant::now();
                    *unlocked.lock().unwrap() = Some((lane.clone(), received));
                    drop(queue);
                    recorder.span(&lane, MUTEX, asked, locked);
                    recorder.span(&lane, HOLDS, locked, received);
                    if let Some((other, at)) = before.filter(|(other, _)| *other != lane) {
                        recorder.arrow((&other, at), (&lane, locked), UNLOCK);
                    }
                    let Ok(sent) = job else { break };
                    run(recorder, &lane, sent, received);
                }
            });
        }
        submit(&ready, |job| jobs.send(job).expect("a worker has the receiver"));
        drop(jobs);
    });
    recorder.finish(recording);
}

fn crossbeam(recording: &mut Recording) {
    let recorder = Recorder::new(CROSSBEAM);
    let (jobs, queue) = crossbeam_channel::unbounded();
    let ready = Barrier::new(4);
    thread::scope(|scope| {
        for lane in (0..3).map(worker) {
            let (recorder, ready, queue) = (&recorder, &ready, queue.clone());
            scope.spawn(move || {
                ready.wait();
                loop {
                    let asked = Instant::now();
                    let job = queue.recv();
                    let received = Instant::now();
                    recorder.span(&lane, RECV, asked, received);
                    let Ok(sent) = job else { break };
                    run(recorder, &lane, sent, received);
                }
            });
        }
        submit(&ready, |job| jobs.send(job).expect("the workers have receivers"));
        drop(jobs);
    });
    recorder.finish(recording);
}
