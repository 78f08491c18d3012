//! The laws of [`pool_durable::Source`] over every engine, what breaks them, and what may happen
//! to a process, a disk or a server meanwhile.
//!
//! PostgreSQL is started by `scripts/postgres`; where it is not installed, its tests say so and
//! test nothing.

#![allow(clippy::doc_markdown, reason = "SQLite and PostgreSQL are names, no code")]

mod bad_input;
mod broken;
mod cases;
mod consumer_cases;
mod engine;
mod faults;
mod guide;
mod server;
mod spy;
mod weight;

use std::{
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Condvar, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

/// What is not over by then hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs `test` on a thread of its own, and fails if it hangs.
fn within_limit(test: impl FnOnce() + Send + 'static) {
    within(LIMIT, test);
}

fn within(limit: Duration, test: impl FnOnce() + Send + 'static) {
    let (ended, end) = mpsc::channel();
    thread::spawn(move || _ = ended.send(catch_unwind(AssertUnwindSafe(test))));
    match end.recv_timeout(limit) {
        Ok(Ok(())) => {}
        Ok(Err(panic)) => resume_unwind(panic),
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => unreachable!("it is sent whatever happens"),
    }
}

/// Waits until it is so.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LIMIT, "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Past the test harness, which keeps what is printed by tests that pass.
fn say(text: &str) {
    _ = writeln!(io::stderr(), "{text}");
}

/// Closed until it is opened, for all who wait.
#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn wait(&self) {
        let is_open = self.is_open.lock().unwrap();
        drop(self.opened.wait_while(is_open, |is_open| !*is_open).unwrap());
    }
}
