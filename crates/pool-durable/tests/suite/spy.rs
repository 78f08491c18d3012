//! A source that is watched, and that fails when asked to.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Instant,
};

use pool_durable::{
    Answer, Claim, Counts, DeadJob, Exchange, NewJob, Source, SourceError, SourceErrorKind, Verdict,
};

use crate::LIMIT;

/// Passes everything on, and notes it.
pub(crate) struct Spy {
    source: Box<dyn Source>,
    notes: Arc<Notes>,
}

#[derive(Default)]
pub(crate) struct Notes {
    seen: Mutex<Seen>,
    changed: Condvar,
}

/// What a consumer has asked for.
#[derive(Default)]
pub(crate) struct Seen {
    /// Claimed and not answered for.
    pub(crate) held: usize,
    /// The most that were held at once.
    pub(crate) most_held: usize,
    /// The most that were asked for at once.
    pub(crate) most_asked: usize,
    pub(crate) renewed: usize,
    pub(crate) released: usize,
    /// So many of the next exchanges that have answers fail.
    pub(crate) failures: usize,
}

impl Spy {
    pub(crate) fn new(source: Box<dyn Source>) -> (Self, Arc<Notes>) {
        let notes = Arc::new(Notes::default());
        (Self { source, notes: Arc::clone(&notes) }, notes)
    }
}

impl Notes {
    pub(crate) fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap());
        self.changed.notify_all();
    }

    pub(crate) fn read<R>(&self, read: impl FnOnce(&Seen) -> R) -> R {
        read(&self.seen.lock().unwrap())
    }

    pub(crate) fn wait_until(&self, what: &str, mut is_so: impl FnMut(&Seen) -> bool) {
        let begun = Instant::now();
        let mut seen = self.seen.lock().unwrap();
        while !is_so(&seen) {
            let left = LIMIT.saturating_sub(begun.elapsed());
            assert!(!left.is_zero(), "never: {what}");
            seen = self.changed.wait_timeout(seen, left).unwrap().0;
        }
    }
}

impl Source for Spy {
    fn put(&mut self, jobs: &[NewJob]) -> Result<Vec<i64>, SourceError> {
        self.source.put(jobs)
    }

    fn exchange(&mut self, answers: &[Answer], claim: &Claim) -> Result<Exchange, SourceError> {
        let mut is_failing = false;
        self.notes.change(|seen| {
            is_failing = seen.failures > 0 && !answers.is_empty();
            seen.failures -= usize::from(is_failing);
        });
        if is_failing {
            return Err(SourceError::new(SourceErrorKind::Unreachable, "the spy"));
        }
        let exchange = self.source.exchange(answers, claim)?;
        let count = |verdict| answers.iter().filter(|it| it.verdict == verdict).count();
        let renewed = count(Verdict::Renew);
        self.notes.change(|seen| {
            seen.renewed += renewed;
            seen.released += count(Verdict::Release);
            seen.held += exchange.claimed.len();
            seen.held -= answers.len() - renewed;
            seen.most_held = seen.most_held.max(seen.held);
            seen.most_asked = seen.most_asked.max(claim.most);
        });
        Ok(exchange)
    }

    fn counts(&mut self) -> Result<Counts, SourceError> {
        self.source.counts()
    }

    fn dead(&mut self, most: usize) -> Result<Vec<DeadJob>, SourceError> {
        self.source.dead(most)
    }

    fn revive(&mut self, jobs: &[i64]) -> Result<usize, SourceError> {
        self.source.revive(jobs)
    }
}
