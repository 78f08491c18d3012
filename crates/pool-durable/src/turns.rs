//! How processes take turns at a file that one at a time may write.
//!
//! SQLite has no queue for its lock: who looks at the right moment gets it. Its own busy timeout waits
//! ever longer, so that the newest comer wins each time. Here all wait alike, for a random time
//! before each look, and have the same chance.

use std::{
    hash::{BuildHasher, RandomState},
    thread::sleep,
    time::{Duration, Instant},
};

use rusqlite::{Error, ErrorCode};

/// How long a call waits for another process to release the file, before it is an error.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// From 0.2 to 1 ms, each time as likely as any other. Much longer, and the file lies idle; much
/// shorter, and the looking takes the time of the cores.
fn pause() -> Duration {
    Duration::from_micros(200 + RandomState::new().hash_one(()) % 800)
}
