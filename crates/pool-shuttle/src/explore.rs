//! Playing a scene under many schedules.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use shuttle::{
    Config, Runner,
    scheduler::{PctScheduler, RandomScheduler, Scheduler},
};

/// Schedules for each scene and scheduler, unless `POOL_SHUTTLE_SCHEDULES` says otherwise.
const SCHEDULES: usize = 2_000;

/// Always the same schedules, so that a run can be repeated; `SHUTTLE_RANDOM_SEED` chooses
/// others.
const SEED: u64 = 20;

/// How many forced changes of thread a bug may need for the second scheduler to be good at
/// finding it.
const PCT_DEPTH: usize = 3;

/// Plays `scene` under random schedules, then under random priorities with a few changes of
/// priority, which finds what needs one thread to be held up for long.
pub(crate) fn explore(scene: impl Fn() + Send + Sync + 'static) {
    let schedules = match env::var("POOL_SHUTTLE_SCHEDULES") {
        Ok(text) => text.parse().expect("POOL_SHUTTLE_SCHEDULES is a number"),
        Err(_) => SCHEDULES,
    };
    let played = Played(Arc::default());
    let scene = Arc::new({
        let count = Arc::clone(&played.0);
        move || {
            // Relaxed: all of the checker's threads run on one, which reads it.
            count.fetch_add(1, Ordering::Relaxed);
            scene();
        }
    });
    play(RandomScheduler::new_from_seed(SEED, schedules), Arc::clone(&scene));
    play(PctScheduler::new_from_seed(SEED, PCT_DEPTH, schedules), scene);
}

fn play<S: Scheduler + 'static>(scheduler: S, scene: Arc<impl Fn() + Send + Sync + 'static>) {
    let mut config = Config::new();
    config.stack_size = 1 << 17;
    Runner::new(scheduler, config).run(move || scene());
}

/// Says how many schedules it took, if one fails.
struct Played(Arc<AtomicUsize>);

impl Drop for Played {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("failed in schedule {}", self.0.load(Ordering::Relaxed));
        }
    }
}
