//! Sources with one fault each, and the case that has to find it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use pool_durable::{
    Answer, Claim, Counts, DeadJob, Exchange, Job, Memory, NewJob, Source, SourceError, Verdict,
};

use crate::{cases::CASES, engine::Engine};

#[derive(Clone, Copy, Debug)]
enum Fault {
    AcknowledgesBeforeTheWork,
    AsksForNoToken,
    CountsAReleasedJob,
    RenewsNever,
    SettlesNever,
    BuriesInNoGrave,
    ForgetsTheError,
    CountsNoAttempt,
    ReleasesAtTheLeasesEnd,
    ClaimsOneMore,
    LosesTheLastOfABatch,
}

const FAULTS: [(Fault, &str); 11] = [
    (Fault::AcknowledgesBeforeTheWork, "a_job_whose_process_vanished_comes_again"),
    (Fault::AsksForNoToken, "an_answer_with_another_token_is_refused"),
    (Fault::CountsAReleasedJob, "a_released_job_is_ready_at_once_and_its_attempt_is_not_counted"),
    (Fault::RenewsNever, "a_renewed_lease_lasts"),
    (Fault::SettlesNever, "a_settled_job_leaves_nothing"),
    (Fault::BuriesInNoGrave, "every_job_put_is_settled_or_dead_or_there"),
    (Fault::ForgetsTheError, "a_dead_job_is_kept_with_its_error"),
    (Fault::CountsNoAttempt, "an_attempt_counts_at_the_claim"),
    (
        Fault::ReleasesAtTheLeasesEnd,
        "a_released_job_is_ready_at_once_and_its_attempt_is_not_counted",
    ),
    (Fault::ClaimsOneMore, "a_claim_takes_no_more_than_it_asks_for"),
    (Fault::LosesTheLastOfABatch, "every_job_put_is_settled_or_dead_or_there"),
];

#[test]
fn each_fault_is_found_by_its_case() {
    for (fault, name) in FAULTS {
        let case = CASES.iter().find(|case| case.name == name).expect("a case has this name");
        let engine: Arc<dyn Engine> = Arc::new(Broken { memory: Memory::new(), fault });
        let outcome = catch_unwind(AssertUnwindSafe(|| (case.run)(&engine)));
        assert!(outcome.is_err(), "{name} has not found {fault:?}");
    }
}

struct Broken {
    memory: Memory,
    fault: Fault,
}

impl Engine for Broken {
    fn open(&self) -> Box<dyn Source> {
        Box::new(Self { memory: self.memory.clone(), fault: self.fault })
    }

    fn advance(&self, time: Duration) {
        self.memory.advance(time);
    }
}

impl Broken {
    /// The answer with the fault in it; `None` if it is passed over.
    fn bend(&mut self, answer: &Answer) -> Option<Answer> {
        let lease = answer.lease;
        let verdict = match (self.fault, answer.verdict.clone()) {
            (Fault::CountsAReleasedJob, Verdict::Release) => {
                Verdict::Retry { after: Duration::ZERO, error: String::new() }
            }
            (Fault::ReleasesAtTheLeasesEnd, Verdict::Release)
            | (Fault::RenewsNever, Verdict::Renew)
            | (Fault::SettlesNever, Verdict::Done) => return None,
            (Fault::BuriesInNoGrave, Verdict::Bury { .. }) => Verdict::Done,
            (Fault::ForgetsTheError, Verdict::Bury { .. }) => {
                Verdict::Bury { error: String::new() }
            }
            (_, verdict) => verdict,
        };
        Some(Answer { lease, verdict })
    }
}

impl Source for Broken {
    fn put(&mut self, jobs: &[NewJob]) -> Result<Vec<i64>, SourceError> {
        match self.fault {
            Fault::LosesTheLastOfABatch if jobs.len() > 1 => {
                let mut ids = self.memory.put(&jobs[1..])?;
                ids.push(i64::MAX);
                Ok(ids)
            }
            _ => self.memory.put(jobs),
        }
    }

    fn exchange(&mut self, answers: &[Answer], claim: &Claim) -> Result<Exchange, SourceError> {
        let answers: Vec<_> = answers.iter().filter_map(|answer| self.bend(answer)).collect();
        let mut claim = *claim;
        claim.most += usize::from(matches!(self.fault, Fault::ClaimsOneMore) && claim.most > 0);
        let mut exchange = self.memory.exchange(&answers, &claim)?;
        let nothing = Claim { most: 0, ..claim };
        match self.fault {
            Fault::AcknowledgesBeforeTheWork => {
                let done = exchange.claimed.iter().map(Job::lease);
                let done = done.map(|lease| Answer { lease, verdict: Verdict::Done });
                self.memory.exchange(&done.collect::<Vec<_>>(), &nothing)?;
            }
            Fault::AsksForNoToken => {
                // Whatever token was refused, the next higher one is tried.
                for mut lease in std::mem::take(&mut exchange.refused) {
                    let refused = answers.iter().find(|answer| answer.lease == lease);
                    let verdict = refused.expect("it was given").verdict.clone();
                    lease.token += 1;
                    self.memory.exchange(&[Answer { lease, verdict }], &nothing)?;
                }
            }
            Fault::CountsNoAttempt => exchange.claimed.iter_mut().for_each(|job| job.attempt = 1),
            _ => {}
        }
        Ok(exchange)
    }

    fn counts(&mut self) -> Result<Counts, SourceError> {
        self.memory.counts()
    }

    fn dead(&mut self, most: usize) -> Result<Vec<DeadJob>, SourceError> {
        self.memory.dead(most)
    }

    fn revive(&mut self, jobs: &[i64]) -> Result<usize, SourceError> {
        self.memory.revive(jobs)
    }
}
