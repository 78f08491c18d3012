//! What the layer costs each job where many threads share it: counted, not timed.
//!
//! A read-modify-write is *contended* if another thread was the last to write that word: its
//! cache line has to come from that thread's core. A lock is two of them. Counted are the layer's own words, not those
//! of the library that carries the jobs.

use std::{
    collections::HashSet,
    env,
    fmt::Write as _,
    fs,
    sync::{Arc, Mutex as StdMutex},
};

use pool::{
    Config, JobId, Pool, Wait,
    sync::watched::{Access, Kind, watch, watched},
};
use shuttle::{
    Config as Checker, Runner,
    scheduler::RandomScheduler,
    sync::{Condvar, Mutex},
    thread::{self, ThreadId},
};

use crate::{
    admission::Admission,
    entry::{poll_once, take},
    rig::rig_of,
};

/// Submitters or workers.
const COUNTS: [usize; 3] = [1, 2, 8];

/// For each of them.
const JOBS: usize = 64;

/// Contended operations of some threads.
#[derive(Clone, Copy, Debug)]
struct Cost {
    jobs: usize,
    /// Contended read-modify-writes.
    contended: usize,
    /// Reads of a word that another of these threads wrote last.
    others_words: usize,
}

impl Cost {
    fn of(accesses: &[Access], jobs: usize, threads: &HashSet<ThreadId>) -> Self {
        let (mut contended, mut others_words) = (0, 0);
        for access in accesses.iter().filter(|access| threads.contains(&access.by)) {
            let Some(other) = access.last_writer.filter(|writer| *writer != access.by) else {
                continue;
            };
            match access.kind {
                Kind::ReadModifyWrite => contended += 1,
                Kind::Lock => contended += 2,
                Kind::Load => others_words += usize::from(threads.contains(&other)),
                Kind::Store => {}
            }
        }
        Self { jobs, contended, others_words }
    }
}

/// Plays one schedule of `scene`, which returns what it has watched of `jobs` jobs, and by which
/// threads.
fn cost(
    jobs: usize,
    scene: impl Fn() -> (Vec<Access>, HashSet<ThreadId>) + Send + Sync + 'static,
) -> Cost {
    let result = Arc::new(StdMutex::new(None));
    let slot = Arc::clone(&result);
    let mut config = Checker::new();
    config.stack_size = 1 << 17;
    Runner::new(RandomScheduler::new_from_seed(20, 1), config).run(move || {
        let (accesses, threads) = scene();
        *slot.lock().unwrap() = Some(Cost::of(&accesses, jobs, &threads));
    });
    result.lock().unwrap().take().unwrap()
}

/// Runs `act` for each of [`JOBS`] jobs on each thread, in turn, so that each finds what they
/// share as another has left it.
fn in_turn(
    threads: usize,
    act: impl Fn(usize, JobId) + Clone + Send + Sync + 'static,
) -> HashSet<ThreadId> {
    let turn = Arc::new((Mutex::new(0), Condvar::new()));
    let threads = (0..threads).map(|index| {
        let (turn, act) = (Arc::clone(&turn), act.clone());
        thread::spawn(move || {
            let (next, passed) = &*turn;
            for _ in 0..JOBS {
                let mut job = next.lock().unwrap();
                while *job % threads != index {
                    job = passed.wait(job).unwrap();
                }
                act(index, JobId::new(*job as u64));
                *job += 1;
                passed.notify_all();
            }
            thread::current().id()
        })
    });
    let threads: Vec<_> = threads.collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

/// Submitters that find room.
fn submit(submitters: usize) -> Cost {
    let jobs = submitters * JOBS;
    cost(jobs, move || {
        let (pool, _hands, _results) = rig_of(Config::new(1).queue(jobs));
        watch();
        let submitting = Arc::clone(&pool);
        let submitters = in_turn(submitters, move |_, _| _ = submitting.submit(()).unwrap());
        (watched(), submitters)
    })
}

/// Workers that run what is in the queue, while no submitter waits.
fn work(workers: usize) -> Cost {
    let jobs = workers * JOBS;
    cost(jobs, move || {
        let (pool, hands, results) = rig_of(Config::new(workers).queue(jobs));
        for _ in 0..jobs {
            pool.submit(()).unwrap();
        }
        watch();
        hands.let_workers();
        assert_eq!(results.take(jobs).count(), jobs);
        (watched(), hands.workers())
    })
}

/// Workers that serve a line of submitters, each of which wants the first place that is free.
fn serve(workers: usize) -> Cost {
    let jobs = workers * JOBS;
    cost(jobs, move || {
        let admission = Arc::new(Admission::new(jobs, workers));
        for _ in 0..jobs {
            admission.acquire(Wait::Never).unwrap();
        }
        let mut line: Vec<_> = (0..jobs).map(|_| admission.acquire_async()).collect();
        assert!(line.iter_mut().all(|place| poll_once(place).is_pending()));
        watch();
        let workers = in_turn(workers, {
            let admission = Arc::clone(&admission);
            move |worker, job| take(&admission, worker, job)
        });
        let accesses = watched();
        assert!(line.iter_mut().all(|place| poll_once(place).is_ready()));
        (accesses, workers)
    })
}

#[test]
fn a_submission_contends_once_and_a_job_not_at_all() {
    for threads in COUNTS {
        let submitted = submit(threads);
        assert!(submitted.contended <= submitted.jobs, "{threads} submitters: {submitted:?}");
        let worked = work(threads);
        assert_eq!((worked.contended, worked.others_words), (0, 0), "{threads} workers");
    }
}

#[test]
fn no_worker_reads_the_others_counters_for_each_job_while_submitters_wait() {
    let [_, two, eight] = COUNTS.map(serve);
    // They share the line, whose lock each takes once a job; whatever their number.
    assert!(eight.contended <= 2 * eight.jobs, "{eight:?}");
    assert!(eight.others_words / eight.jobs <= two.others_words.div_ceil(two.jobs), "{eight:?}");
}

/// What the libraries themselves do, counted in their sources: to submit, to receive and to
/// deliver. With a bounded queue and unbounded results, no thread asleep, and none that loses a
/// race. A lock is two.
const LIBRARIES: [(&str, [usize; 3], &str); 5] = [
    ("std 1.95", [1, 3, 2], "the tail; a mutex and the head; the tail and the slot"),
    ("crossbeam-channel 0.5.17", [1, 1, 2], "the tail; the head; the tail and the slot"),
    ("flume 0.12.0", [2, 2, 2], "a mutex each"),
    (
        "rayon-core 1.13.0",
        [8, 6, 2],
        "a mutex, the pool's count twice, the registry's count and its jobs, tail and slot; head \
         and slot, the registry's two, a mutex; as std",
    ),
    (
        "tokio 1.54.1",
        [5, 5, 5],
        "a permit, the tail, the slot, the waker twice; two mutexes and the permit; as to submit",
    ),
];

/// The passage of the guide: what is measured here, and what the libraries add.
fn passage() -> String {
    let rounded = |count: usize, jobs: usize| (count + jobs / 2) / jobs;
    let a_job = |cost: Cost| rounded(cost.contended, cost.jobs);
    let mut text = "| the layer, for a job | 1 thread | 2 threads | 8 threads |\n".to_owned();
    text += "|---|--:|--:|--:|\n";
    let measured: [(_, fn(usize) -> Cost); 3] = [
        ("submit, with room in the queue", submit),
        ("receive, run and deliver", work),
        ("the same, and serve a submitter that waits", serve),
    ];
    for (what, measure) in measured {
        let [one, two, eight] = COUNTS.map(|threads| a_job(measure(threads)));
        _ = writeln!(text, "| {what} | {one} | {two} | {eight} |");
    }
    text += "\n| with the library | submit | receive | deliver | all | which |\n";
    text += "|---|--:|--:|--:|--:|---|\n";
    let (submit, work) = (a_job(submit(8)), a_job(work(8)));
    for (library, [submits, receives, delivers], which) in LIBRARIES {
        let all = submit + submits + receives + work + delivers;
        _ = writeln!(
            text,
            "| {library} | {submit} + {submits} | {work} + {receives} | {delivers} | {all} | {which} |"
        );
    }
    text
}

#[test]
fn the_guide_is_current() {
    const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../pool-guide/limits.md");
    const BEGIN: &str = "<!-- contended operations -->\n";
    const END: &str = "<!-- /contended operations -->\n";

    let guide = fs::read_to_string(GUIDE).unwrap();
    let (before, rest) = guide.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let current = format!("{before}{BEGIN}\n{}\n{END}{after}", passage());
    if env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(GUIDE, current).unwrap();
    } else {
        assert!(guide == current, "out of date: UPDATE_GUIDE=1 scripts/shuttle --no-plants");
    }
}
