//! How processes take turns at a file that one at a time may write.
//!
//! SQLite has no queue for its lock: who looks at the right moment gets it. So all wait alike,
//! for a random time before each look; also the process that has just had the file, if it has
//! seen that others want it. Otherwise one that is quick to come back would have most turns.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};

use rusqlite::{Error, ErrorCode};

/// How long a call waits for another process to release the file, before it is an error.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long others are taken to want the file, after it was found locked.
const RECENTLY: Duration = Duration::from_millis(20);

/// What a process knows of its turns and of those of others.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// When the file was last found locked; set by [`on_locked`](Self::on_locked).
    found_locked: Arc<Mutex<Option<Instant>>>,
    ended: Option<Instant>,
}

impl Turns {
    /// What is to be done when the file is found locked for the `n`-th time in a row, from 0 on;
    /// says whether to look again.
    pub(crate) fn on_locked(&self) -> impl FnMut(i32) -> bool + Send + 'static {
        let (found_locked, mut begun) = (Arc::clone(&self.found_locked), Instant::now());
        move |n| {
            let now = Instant::now();
            if n == 0 {
                begun = now;
            }
            *found_locked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
            sleep(pause());
            begun.elapsed() < PATIENCE
        }
    }

    /// Before a turn: gives others their chance, if they want it.
    pub(crate) fn stand_back(&self) {
        let found_locked = *self.found_locked.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(ended), Some(at)) = (self.ended, found_locked)
            && at.elapsed() < RECENTLY
        {
            sleep(pause().saturating_sub(ended.elapsed()));
        }
    }

    /// After a turn.
    pub(crate) fn end(&mut self) {
        self.ended = Some(Instant::now());
    }
}

/// Calls again where SQLite does not wait by itself: where several processes make one file.
pub(crate) fn insist<R>(mut call: impl FnMut() -> Result<R, Error>) -> Result<R, Error> {
    let begun = Instant::now();
    loop {
        match call() {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < PATIENCE =>
            {
                sleep(pause());
            }
            outcome => return outcome,
        }
    }
}

/// From 0.1 to 0.5 ms, each time as likely as any other. Much longer, and the file lies idle; much
/// shorter, and the looking takes the time of the cores.
fn pause() -> Duration {
    Duration::from_micros(100 + RandomState::new().hash_one(()) % 400)
}
