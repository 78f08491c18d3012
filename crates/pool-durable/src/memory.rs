//! The source that is gone with the process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{Answer, Claim, Counts, DeadJob, Exchange, Job, NewJob, Source, SourceError, Verdict};

/// Jobs in memory: the laws without an engine, for tests and as a floor to measure against.
///
/// Clones share the jobs, as processes share a file.
///
/// ```
/// use std::time::Duration;
/// use pool_durable::{Claim, Memory, Source};
///
/// let mut first = Memory::new();
/// let mut second = first.clone();
/// first.put(&["a".into()])?;
///
/// let claim = Claim { most: 1, lease: Duration::from_secs(30), attempts: 5 };
/// assert_eq!(first.exchange(&[], &claim)?.claimed.len(), 1);
/// assert_eq!(second.exchange(&[], &claim)?.claimed.len(), 0);
///
/// first.advance(Duration::from_secs(31)); // the first has gone, and its lease runs out
/// assert_eq!(second.exchange(&[], &claim)?.claimed[0].attempt, 2);
/// # Ok::<(), pool_durable::SourceError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory {
    jobs: Arc<Mutex<Jobs>>,
}

#[derive(Debug, Default)]
struct Jobs {
    rows: BTreeMap<i64, Row>,
    last_id: i64,
    /// Time that has passed by [`Memory::advance`] alone.
    advanced: Duration,
}

#[derive(Debug)]
struct Row {
    payload: Vec<u8>,
    state: State,
    attempts: u32,
    /// Ready: not to be claimed before. Leased: when the lease ends. `None`: never.
    due: Option<Instant>,
    token: i64,
    last_error: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    Leased,
    Dead,
}

impl Memory {
    /// No jobs.
    pub fn new() -> Self {
        Self::default()
    }

    /// As if so much time had passed, for tests: leases run out, delays end.
    pub fn advance(&self, duration: Duration) {
        self.jobs().advanced += duration;
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        // Nothing here panics half way through a change.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Jobs {
    fn now(&self) -> Instant {
        Instant::now() + self.advanced
    }

    fn answer(&mut self, answer: &Answer, claim: &Claim) -> bool {
        let (id, now) = (answer.lease.job, self.now());
        let holds = |row: &&mut Row| row.state == State::Leased && row.token == answer.lease.token;
        let Some(row) = self.rows.get_mut(&id).filter(holds) else { return false };
        match &answer.verdict {
            Verdict::Done => _ = self.rows.remove(&id),
            Verdict::Release => {
                (row.state, row.due) = (State::Ready, Some(now));
                row.attempts -= 1;
            }
            Verdict::Retry { after, error } => {
                (row.state, row.due) = (State::Ready, now.checked_add(*after));
                row.last_error.clone_from(error);
            }
            Verdict::Bury { error } => {
                row.state = State::Dead;
                row.last_error.clone_from(error);
            }
            Verdict::Renew => row.due = now.checked_add(claim.lease),
        }
        true
    }
}

impl Source for Memory {
    fn put(&mut self, jobs: &[NewJob]) -> Result<Vec<i64>, SourceError> {
        let mut all = self.jobs();
        let now = all.now();
        let put = |job: &NewJob| {
            all.last_id += 1;
            let row = Row {
                payload: job.payload.clone(),
                state: State::Ready,
                attempts: 0,
                due: now.checked_add(job.delay),
                token: 0,
                last_error: String::new(),
            };
            let id = all.last_id;
            all.rows.insert(id, row);
            id
        };
        Ok(jobs.iter().map(put).collect())
    }

    fn exchange(&mut self, answers: &[Answer], claim: &Claim) -> Result<Exchange, SourceError> {
        let mut jobs = self.jobs();
        let mut exchange = Exchange::default();
        for answer in answers {
            if !jobs.answer(answer, claim) {
                exchange.refused.push(answer.lease);
            }
        }

        let now = jobs.now();
        let mut ready: Vec<_> = jobs
            .rows
            .iter_mut()
            .filter(|(_, row)| row.state != State::Dead && row.due.is_some_and(|due| due <= now))
            .collect();
        ready.sort_by_key(|(id, row)| (row.due, **id));
        ready.truncate(claim.most);
        ready.sort_by_key(|(id, _)| **id);
        for (&id, row) in ready {
            if row.state == State::Leased {
                row.last_error = no_answer(row.attempts);
            }
            row.token += 1;
            row.due = now.checked_add(claim.lease);
            if row.attempts >= claim.attempts {
                row.state = State::Dead;
                exchange.buried.push(id);
                continue;
            }
            row.state = State::Leased;
            row.attempts += 1;
            let (token, attempt, payload) = (row.token, row.attempts, row.payload.clone());
            exchange.claimed.push(Job { id, token, attempt, payload });
        }
        Ok(exchange)
    }

    fn counts(&mut self) -> Result<Counts, SourceError> {
        let jobs = self.jobs();
        let now = jobs.now();
        let mut counts = Counts::default();
        for row in jobs.rows.values() {
            let is_due = row.due.is_some_and(|due| due <= now);
            *match row.state {
                State::Dead => &mut counts.dead,
                _ if is_due => &mut counts.ready,
                State::Ready => &mut counts.delayed,
                State::Leased => &mut counts.leased,
            } += 1;
        }
        Ok(counts)
    }

    fn dead(&mut self, most: usize) -> Result<Vec<DeadJob>, SourceError> {
        let jobs = self.jobs();
        let dead = jobs.rows.iter().filter(|(_, row)| row.state == State::Dead).take(most);
        let dead = dead.map(|(&id, row)| DeadJob {
            id,
            payload: row.payload.clone(),
            attempts: row.attempts,
            last_error: row.last_error.clone(),
        });
        Ok(dead.collect())
    }

    fn revive(&mut self, jobs: &[i64]) -> Result<usize, SourceError> {
        let mut all = self.jobs();
        let now = all.now();
        let mut revived = 0;
        for id in jobs {
            if let Some(row) = all.rows.get_mut(id).filter(|row| row.state == State::Dead) {
                (row.state, row.attempts, row.due) = (State::Ready, 0, Some(now));
                revived += 1;
            }
        }
        Ok(revived)
    }
}

fn no_answer(attempt: u32) -> String {
    format!("attempt {attempt} gave no answer: its process died, or its lease ran out")
}
