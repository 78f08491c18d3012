//! Random schedules of operations, against a sequential model.
//!
//! After the model-based suites of Java's JSR-166 TCK and of `proptest-state-machine`.
//!
//! Every job waits in its handler until the schedule lets it go. So after each step the pool
//! comes to rest in a state that the model can name exactly: which jobs run, which wait, in
//! which order they were started and have ended, what is refused and what is handed back.

mod driver;
mod schedule;
mod sequential;

use std::{cell::Cell, time::Duration};

use pool::Backend;
use proptest::test_runner::{Config, TestError, TestRunner};

use self::{driver::Driver, schedule::Schedule};
use crate::run_case;

/// How long a pool may take to come to rest before it counts as hung; a healthy one needs
/// microseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The same while a failing schedule is made shorter: waiting less finds less, but says
/// nothing wrong, for the failure has been seen.
const SHRINKING_PATIENCE: Duration = Duration::from_millis(200);

/// Whatever is asked of a pool and in whichever order, it does what one thread could do with
/// a list of jobs.
pub fn random_schedules_match_a_sequential_model<B: Backend + 'static>() {
    let config = Config {
        // What was found is printed, in its shortest form.
        failure_persistence: None,
        // In milliseconds.
        max_shrink_time: 10_000,
        ..Config::default()
    };
    let patience = Cell::new(PATIENCE);
    let outcome = TestRunner::new(config).run(&schedule::schedules(), |schedule| {
        let patience_now = patience.replace(SHRINKING_PATIENCE);
        // Double, so that a pool that does not come to rest is not taken for one that hangs.
        let outcome = run_case("a random schedule", 2 * patience_now, move || {
            follow::<B>(&schedule, patience_now)
        });
        if outcome.is_ok() {
            patience.set(patience_now);
        }
        outcome
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, schedule)) => panic!("{reason}\nafter {schedule}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Takes a pool through a schedule, then to its end.
fn follow<B: Backend>(schedule: &Schedule, patience: Duration) -> Result<(), driver::Mismatch> {
    let mut driver = Driver::<B>::new(schedule.workers, schedule.queue, patience);
    for &step in &schedule.steps {
        driver.take(step)?;
    }
    driver.finish()
}
