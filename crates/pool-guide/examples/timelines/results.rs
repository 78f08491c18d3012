//! Who is woken by a result: the reader, and a worker that waits for room.

use std::{
    convert::Infallible,
    error::Error,
    iter,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use pool::{Backend, Config, Context, Pool, Results};
use pool_crossbeam::Native;

use crate::{
    Scene,
    draw::{Figure, Panel},
    recorder::{Recorder, Recording, millis, worker},
};

pub(crate) const SCENE: Scene = Scene {
    name: "results",
    record,
    shows,
    figure: Figure {
        title: "Who is woken by a result",
        source: "Recorded from the native pool over crossbeam, with two workers. Between two jobs, a worker \
                 sends its result.",
        panels: &[
            Panel {
                name: FAST,
                title: "The reader is faster than the workers",
                says: &[
                    "The reader waits in recv. Each result wakes it. No worker waits for the reader.",
                ],
            },
            Panel {
                name: SLOW,
                title: "The reader is slower, and results are bounded: one may wait",
                says: &[
                    "A result is there when the reader asks, and wakes no thread. Taking it makes room,",
                    "and that wakes a worker, which was waiting to send.",
                ],
            },
        ],
        lanes: &["worker 0", "worker 1", READER],
        kinds: &[
            (JOB, "run"),
            (HANDLES, "idle"),
            (RECV, "wait"),
            (ROOM, "hold"),
            (RESULT, "ink"),
            (TAKEN, "hold"),
        ],
        lengths: &[],
    },
};

const FAST: &str = "fast reader";
const SLOW: &str = "slow reader";
const READER: &str = "reader";
const JOB: &str = "runs a job";
const HANDLES: &str = "uses a result";
const RECV: &str = "waits in recv";
const ROOM: &str = "waits for room";
const RESULT: &str = "a result wakes the reader";
const TAKEN: &str = "room wakes a worker";

const JOBS: usize = 8;

/// What is shorter is no wait, but the way to the next job.
const WAIT: Duration = Duration::from_micros(300);

fn record(recording: &mut Recording) -> Result<(), Box<dyn Error>> {
    panel(recording, FAST, Config::new(2), millis(5), millis(1))?;
    panel(recording, SLOW, Config::new(2).results(1), millis(2), millis(4))
}

/// Each result wakes a fast reader, and no worker waits; a slow one is woken once.
fn shows(recording: &Recording) -> bool {
    let count = |panel, what| recording.of(panel, what).len();
    let is_fast = count(FAST, RESULT) == JOBS && count(FAST, ROOM) == 0;
    is_fast && count(SLOW, RESULT) == 1 && count(SLOW, TAKEN) >= 4
}

/// Runs jobs of a length, with a reader that does something of another length with each result.
fn panel(
    recording: &mut Recording,
    name: &'static str,
    config: Config,
    job: Duration,
    reading: Duration,
) -> Result<(), Box<dyn Error>> {
    let recorder = Recorder::new(name);
    // When each worker has ended a job, and when it began the next, or left.
    let ended: Arc<Mutex<[Option<Instant>; 2]>> = Arc::default();
    let gaps: Arc<Mutex<Vec<(usize, Instant, Instant)>>> = Arc::default();
    let note_gap = {
        let (ended, gaps) = (Arc::clone(&ended), Arc::clone(&gaps));
        move |worker: usize| {
            let now = Instant::now();
            let before = ended.lock().unwrap()[worker].take();
            gaps.lock().unwrap().extend(before.map(|before| (worker, before, now)));
        }
    };
    let config = config.on_worker_stop({
        let note_gap = note_gap.clone();
        move |worker, _| note_gap(worker.get())
    });
    let handler = {
        let (recorder, ended) = (recorder.clone(), Arc::clone(&ended));
        move |first: bool, context: &Context| {
            let lane = context.worker().get();
            note_gap(lane);
            let begun = Instant::now();
            // The workers take turns, so that no two results are of one moment.
            thread::sleep(if first { job / 2 } else { job });
            let now = Instant::now();
            recorder.span(&worker(lane), JOB, begun, now);
            ended.lock().unwrap()[lane] = Some(now);
            Ok::<_, Infallible>((worker(lane), now))
        }
    };
    let (pool, mut results) = Native::spawn(config, handler)?;
    for first in iter::once(true).chain(iter::repeat_n(false, JOBS - 1)) {
        pool.submit(first)?;
    }
    pool.close();
    let mut taken = Vec::new();
    loop {
        let asked = Instant::now();
        let Ok(completion) = results.recv() else { break };
        let received = Instant::now();
        taken.push(received);
        if received - asked > WAIT {
            recorder.span(READER, RECV, asked, received);
            let (lane, sent) = completion.result?;
            recorder.arrow((&lane, sent), (READER, received), RESULT);
        }
        thread::sleep(reading);
        recorder.span(READER, HANDLES, received, Instant::now());
    }
    pool.join(None)?;
    for &(lane, from, until) in &*gaps.lock().unwrap() {
        if until - from > WAIT {
            recorder.span(&worker(lane), ROOM, from, until);
            // The last result that was taken before made the room.
            if let Some(&at) = taken.iter().rfind(|at| **at <= until) {
                recorder.arrow((READER, at), (&worker(lane), until), TAKEN);
            }
        }
    }
    recorder.finish(recording);
    Ok(())
}
