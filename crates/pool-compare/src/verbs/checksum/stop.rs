//! What ends a run early: Ctrl-C, or the time that was allowed.

use std::time::{Duration, Instant};

use pool::{CancellationToken, JobOptions};

use crate::error::Error;

/// Until when a run may go on.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) token: CancellationToken,
    pub(crate) deadline: Option<Instant>,
    /// What the deadline was made of, for messages.
    timeout: Option<Duration>,
}

/// Why a run ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Interrupted,
    TimedOut(Duration),
}

impl Stop {
    /// On Ctrl-C, and at the end of `timeout` counted from now; one too long for the clock
    /// is none.
    pub(crate) fn new(interrupt: &CancellationToken, timeout: Option<Duration>) -> Self {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Self { token: interrupt.clone(), deadline, timeout }
    }

    #[cfg(test)]
    pub(crate) fn never() -> Self {
        Self::new(&CancellationToken::new(), None)
    }

    /// Why the run should not go on, if it should not.
    pub(crate) fn reason(&self) -> Option<Reason> {
        if self.token.is_cancelled() {
            return Some(Reason::Interrupted);
        }
        let late = self.deadline.is_some_and(|deadline| deadline <= Instant::now());
        self.timeout.filter(|_| late).map(Reason::TimedOut)
    }

    /// What each job is submitted with. Ctrl-C needs no mention there: it stops the pool.
    pub(crate) fn job_options(&self) -> JobOptions {
        self.deadline.map_or_else(JobOptions::new, |at| JobOptions::new().deadline(at))
    }
}

impl Reason {
    /// The error that says so, and how far the run had come.
    pub(crate) fn error(self, progress: String) -> Error {
        match self {
            Self::Interrupted => Error::Interrupted { progress },
            Self::TimedOut(timeout) => Error::TimedOut { timeout, progress },
        }
    }
}
