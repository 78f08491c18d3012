//! How processes take turns at a file that one at a time may write.
//!
//! SQLite has no queue for its lock: who looks at the right moment gets it. So all wait alike,
//! for a random time before each look; also the process that has just had the file, if others
//! have written to it lately. Otherwise one that is quick to come back would have most turns. And
//! as those who wait cannot be seen before they have written, a process that sees none lets the
//! file lie once in a while, for as long as the longest wait.

use std::{
    hash::{BuildHasher, RandomState},
    thread::sleep,
    time::{Duration, Instant},
};

use rusqlite::{Error, ErrorCode};

/// How long a call waits for another process to release the file, before it is an error.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long others are taken to want the file, after they have written to it; and how long a
/// process may have it without a break.
const LATELY: Duration = Duration::from_millis(20);

/// The longest wait before a look, in microseconds.
const LONGEST: u64 = 500;

/// What a process knows of its turns and of those of others.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// SQLite's `data_version`, which another connection's commit changes.
    version: i64,
    /// When others were last seen to have written.
    others: Option<Instant>,
    /// When this process last stood back.
    stood_back: Option<Instant>,
    /// When the last turn of this process ended.
    ended: Option<Instant>,
}

impl Turns {
    /// Before a turn: gives others their chance, if they want it.
    pub(crate) fn stand_back(&mut self) {
        let Some(ended) = self.ended else { return };
        let is_lately = |moment: Option<Instant>| moment.is_some_and(|it| it.elapsed() < LATELY);
        let wait = match (is_lately(self.others), is_lately(self.stood_back)) {
            (true, _) => pause(),
            (false, true) => return,
            (false, false) => Duration::from_micros(LONGEST),
        };
        sleep(wait.saturating_sub(ended.elapsed()));
        self.stood_back = Some(Instant::now());
    }

    /// At the beginning of a turn.
    pub(crate) fn begin(&mut self, version: i64) {
        if self.version != version {
            (self.version, self.others) = (version, Some(Instant::now()));
        }
    }

    /// After a turn.
    pub(crate) fn end(&mut self) {
        self.ended = Some(Instant::now());
    }
}

/// What is to be done when the file is found locked for the `n`-th time in a row, from 0 on; says
/// whether to look again.
pub(crate) fn on_locked() -> impl FnMut(i32) -> bool + Send + 'static {
    let mut begun = Instant::now();
    move |n| {
        if n == 0 {
            begun = Instant::now();
        }
        sleep(pause());
        begun.elapsed() < PATIENCE
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
    Duration::from_micros(100 + RandomState::new().hash_one(()) % (LONGEST - 100))
}
