//! A stop with a backlog: jobs that are taken out of a channel, and tickets that are left.

use std::{
    error::Error,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use pool::{Backend, Config, Context, Pool};

use crate::{
    Scene,
    draw::{Figure, Panel},
    recorder::{Recorder, Recording, worker},
};

pub(crate) const SCENE: Scene = Scene {
    name: "stop",
    record,
    shows,
    figure: Figure {
        title: "A stop with 100,000 jobs in the queue",
        source: "Recorded from the native pools, with two workers. Each runs a job until it is cancelled.",
        panels: &[
            Panel {
                name: STD,
                title: "std",
                says: &[
                    "stop takes the jobs out of the channel, one by one. Then the workers leave.",
                ],
            },
            Panel {
                name: CROSSBEAM,
                title: "crossbeam",
                says: &["The same: one by one, and then the workers leave."],
            },
            Panel {
                name: RAYON,
                title: "rayon",
                says: &[
                    "stop empties our deque at once. But rayon has a ticket for each job, and gives none back:",
                    "its threads run them all, which find nothing, before they leave.",
                ],
            },
        ],
        lanes: &[CALLER, "worker 0", "worker 1"],
        kinds: &[(JOB, "run"), (STOP, "wait"), (JOIN, "idle"), (LEAVES, "hold")],
        lengths: &[STOP, LEAVES],
    },
};

const STD: &str = "std";
const CROSSBEAM: &str = "crossbeam";
const RAYON: &str = "rayon";
const CALLER: &str = "caller";
const JOB: &str = "runs a job until it is cancelled";
const STOP: &str = "stop";
const JOIN: &str = "join waits";
const LEAVES: &str = "is on its way out";

const BACKLOG: usize = 100_000;

/// How much is shown of what was before the stop.
const BEFORE: Duration = Duration::from_millis(1);

fn record(recording: &mut Recording) -> Result<(), Box<dyn Error>> {
    panel::<pool_std::Native>(recording, STD)?;
    panel::<pool_crossbeam::Native>(recording, CROSSBEAM)?;
    panel::<pool_rayon::Native>(recording, RAYON)
}

/// One by one, a stop takes longer than the way out; and longer than at once, with tickets to come.
fn shows(recording: &Recording) -> bool {
    let longest =
        |panel, what| recording.of(panel, what).iter().map(|row| row.length()).fold(0.0, f64::max);
    let at_once = longest(RAYON, STOP);
    let one_by_one =
        |panel| longest(panel, STOP) > longest(panel, LEAVES) && longest(panel, STOP) > at_once;
    one_by_one(STD) && one_by_one(CROSSBEAM) && longest(RAYON, LEAVES) > at_once
}

/// When a worker's job ended, and when it left.
type End = (Instant, Instant);

fn panel<B: Backend>(recording: &mut Recording, name: &'static str) -> Result<(), Box<dyn Error>> {
    let ends: Arc<Mutex<[Option<End>; 2]>> = Arc::default();
    let config = Config::new(2).queue(BACKLOG + 2).discard_results().on_worker_stop({
        let ends = Arc::clone(&ends);
        move |worker, _| {
            if let Some((_, left)) = &mut ends.lock().unwrap()[worker.get()] {
                *left = Instant::now();
            }
        }
    });
    let (running, is_running) = mpsc::channel();
    let handler = {
        let ends = Arc::clone(&ends);
        move |(): (), context: &Context| {
            _ = running.send(());
            let cancelled = context.sleep(Duration::MAX);
            let now = Instant::now();
            ends.lock().unwrap()[context.worker().get()] = Some((now, now));
            cancelled
        }
    };
    let (pool, _) = B::spawn(config, handler)?;
    for _ in 0..BACKLOG + 2 {
        pool.submit(())?;
    }
    // Both workers have a job.
    for _ in 0..2 {
        is_running.recv()?;
    }
    let recorder = Recorder::new(name);
    let undone = pool.stop();
    let stopped = Instant::now();
    assert_eq!(undone.len(), BACKLOG);
    pool.join(None)?;
    let joined = Instant::now();
    let before = recorder.zero().checked_sub(BEFORE).unwrap_or(recorder.zero());
    recorder.span(CALLER, STOP, recorder.zero(), stopped);
    recorder.span(CALLER, JOIN, stopped, joined);
    for (lane, end) in ends.lock().unwrap().iter().enumerate() {
        let (ended, left) = end.ok_or("a worker has run no job")?;
        let lane = worker(lane);
        recorder.span(&lane, JOB, before, ended);
        recorder.span(&lane, LEAVES, ended, left);
    }
    recorder.finish(recording);
    Ok(())
}
