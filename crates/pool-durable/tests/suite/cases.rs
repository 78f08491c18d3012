//! The laws of a source by itself, each case over every engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use pool_durable::{Answer, Claim, Job, Memory, NewJob, Source, Verdict};

use crate::{
    consumer_cases::*,
    engine::{Engine, PostgresSchema, SqliteFile},
    within_limit,
};

/// A case: its name, the laws that it proves, and itself.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) laws: &'static [u8],
    pub(crate) run: fn(&Arc<dyn Engine>),
}

/// The one list of cases; a test of each for each engine.
macro_rules! cases {
    ($($name:ident $laws:expr,)+) => {
        pub(crate) const CASES: &[Case] =
            &[$(Case { name: stringify!($name), laws: &$laws, run: $name }),+];

        mod sqlite {
            use super::*;
            $(#[test] fn $name() { run_over(Some(SqliteFile::new()), super::$name) })+
        }
        mod postgres {
            use super::*;
            $(#[test] fn $name() { run_over(PostgresSchema::new(), super::$name) })+
        }
        mod memory {
            use super::*;
            $(#[test] fn $name() { run_over(Some(Memory::new()), super::$name) })+
        }
    };
}

cases! {
    every_job_put_is_settled_or_dead_or_there [1],
    a_dead_job_is_kept_with_its_error [1, 7],
    a_dead_job_comes_back_when_it_is_revived [1],
    a_job_whose_process_vanished_comes_again [2],
    a_claimed_job_is_claimed_by_no_other [3],
    concurrent_claims_have_no_job_in_common [3],
    an_answer_with_another_token_is_refused [3],
    a_job_is_settled_once [3],
    a_clock_that_jumps_ahead_repeats_a_job_and_settles_it_once [3],
    a_late_answer_is_taken_while_no_other_has_the_job [2],
    a_claim_takes_no_more_than_it_asks_for [4],
    a_renewed_lease_lasts [5],
    a_lease_that_is_not_renewed_ends [2, 5],
    a_released_job_is_ready_at_once_and_its_attempt_is_not_counted [6],
    a_failed_job_waits [7],
    an_attempt_counts_at_the_claim [7],
    a_job_that_never_gives_an_answer_is_dead_at_the_limit [7],
    the_job_that_has_been_ready_longest_comes_first [8],
    four_claimers_all_get_jobs [8],
    a_settled_job_leaves_nothing [9],
    a_delayed_job_is_not_ready_before [1],
    payloads_and_errors_are_kept_byte_for_byte [1],

    a_consumer_settles_every_job [1],
    an_outage_loses_nothing [1, 2],
    a_pool_that_another_stops_gives_every_job_back [1, 6],
    a_consumer_claims_no_more_than_the_queue_has_room_for [4],
    leases_are_renewed_while_a_handler_runs [5],
    a_lost_lease_cancels_the_context_and_is_not_settled [3, 5],
    a_stop_gives_back_what_never_started [6],
    what_runs_at_a_stop_has_time_to_end [6],
    what_outlives_the_grace_keeps_its_lease [6],
    failures_are_tried_again_until_the_limit [7],
    a_permanent_failure_is_dead_at_once [7],
    a_panic_is_a_failure [7],
}

fn run_over(engine: Option<impl Engine + 'static>, case: fn(&Arc<dyn Engine>)) {
    if let Some(engine) = engine {
        within_limit(move || case(&(Arc::new(engine) as Arc<dyn Engine>)));
    }
}

#[test]
fn every_law_has_a_case() {
    let proved: BTreeSet<_> = CASES.iter().flat_map(|case| case.laws).copied().collect();
    assert!(proved.into_iter().eq(1..=9));
}

pub(crate) const LEASE: Duration = Duration::from_secs(30);

pub(crate) fn claim(most: usize) -> Claim {
    Claim { most, lease: LEASE, attempts: 3 }
}

pub(crate) fn jobs(count: usize) -> Vec<NewJob> {
    (0..count).map(|n| n.to_string().into()).collect()
}

pub(crate) fn take(source: &mut dyn Source, most: usize) -> Vec<Job> {
    source.exchange(&[], &claim(most)).unwrap().claimed
}

/// Gives one answer, and says whether it was taken.
pub(crate) fn give(source: &mut dyn Source, job: &Job, verdict: Verdict) -> bool {
    let answer = Answer { lease: job.lease(), verdict };
    let exchange = source.exchange(&[answer], &claim(0)).unwrap();
    assert!(exchange.claimed.is_empty());
    exchange.refused.is_empty()
}

fn retry(error: &str) -> Verdict {
    Verdict::Retry { after: Duration::from_secs(5), error: error.to_owned() }
}

fn bury(error: &str) -> Verdict {
    Verdict::Bury { error: error.to_owned() }
}

/// A long random walk, every step of which is compared with what must be there.
fn every_job_put_is_settled_or_dead_or_there(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    let (mut put, mut settled) = (0, BTreeSet::new());
    let mut held: Vec<Job> = Vec::new();
    let mut random = 17_u64;
    for step in 0..300 {
        // Knuth's MMIX.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let choice = usize::try_from(random >> 33).unwrap();
        match choice % 10 {
            0 | 1 => put += source.put(&jobs(choice / 10 % 4)).unwrap().len(),
            2 | 3 => held.extend(take(&mut *source, choice / 10 % 4)),
            4 => engine.advance(LEASE / 2),
            5 => {
                let dead: Vec<_> = source.dead(1).unwrap().iter().map(|dead| dead.id).collect();
                source.revive(&dead).unwrap();
            }
            kind if !held.is_empty() => {
                let job = held.swap_remove(choice / 10 % held.len());
                let verdict = match kind {
                    6 | 7 => Verdict::Done,
                    8 => retry("failed"),
                    _ if choice / 100 % 2 == 0 => bury("failed for good"),
                    _ => Verdict::Release,
                };
                let is_done = verdict == Verdict::Done;
                if give(&mut *source, &job, verdict) && is_done {
                    assert!(settled.insert(job.id), "step {step}: {} settled twice", job.id);
                }
            }
            _ => {}
        }
        let counts = source.counts().unwrap();
        assert_eq!(counts.all(), (put - settled.len()) as u64, "step {step}: {counts:?}");
    }
    assert!(put > 50 && settled.len() > 10, "{put} put, {} settled", settled.len());
}

fn a_dead_job_is_kept_with_its_error(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    let ids = source.put(&jobs(2)).unwrap();
    let job = &take(&mut *source, 1)[0];
    assert!(give(&mut *source, job, bury("no such file")));
    engine.advance(LEASE * 1000);
    assert_eq!(take(&mut *source, 9).len(), 1, "a dead job is not claimed");
    let dead = source.dead(9).unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].id, &*dead[0].payload, dead[0].attempts), (ids[0], &b"0"[..], 1));
    assert_eq!(dead[0].last_error, "no such file");
    assert_eq!(source.counts().unwrap().dead, 1);
}

fn a_dead_job_comes_back_when_it_is_revived(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    let ids = source.put(&jobs(2)).unwrap();
    let claimed = take(&mut *source, 2);
    assert!(give(&mut *source, &claimed[0], bury("no such file")));
    assert_eq!(source.revive(&ids).unwrap(), 1, "the other is not dead");
    let again = take(&mut *source, 9);
    assert_eq!((again.len(), again[0].id, again[0].attempt), (1, ids[0], 1));
    assert_eq!(source.counts().unwrap().dead, 0);
}

fn a_job_whose_process_vanished_comes_again(engine: &Arc<dyn Engine>) {
    let ids = engine.open().put(&jobs(3)).unwrap();
    assert_eq!(take(&mut *engine.open(), 9).len(), 3); // the source is gone, without an answer
    engine.advance(LEASE);
    let again = take(&mut *engine.open(), 9);
    assert_eq!(again.iter().map(|job| job.id).collect::<Vec<_>>(), ids);
    assert!(again.iter().all(|job| job.attempt == 2));
}

fn a_claimed_job_is_claimed_by_no_other(engine: &Arc<dyn Engine>) {
    let (mut first, mut second) = (engine.open(), engine.open());
    first.put(&jobs(3)).unwrap();
    assert_eq!(take(&mut *first, 2).len(), 2);
    engine.advance(LEASE * 2 / 3);
    assert_eq!(take(&mut *second, 9).len(), 1);
    assert_eq!(take(&mut *first, 9).len(), 0);
}

fn concurrent_claims_have_no_job_in_common(engine: &Arc<dyn Engine>) {
    const JOBS: usize = 200;
    engine.open().put(&jobs(JOBS)).unwrap();
    let claimed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut source = engine.open();
                loop {
                    let jobs = take(&mut *source, 3);
                    if jobs.is_empty() {
                        return;
                    }
                    claimed.lock().unwrap().extend(jobs.into_iter().map(|job| job.id));
                }
            });
        }
    });
    let claimed = claimed.into_inner().unwrap();
    let different: BTreeSet<_> = claimed.iter().collect();
    // Another that was locked at that moment may be passed over, and is there the next time.
    let left = take(&mut *engine.open(), JOBS).len();
    assert_eq!((claimed.len() + left, different.len() + left), (JOBS, JOBS));
}

fn an_answer_with_another_token_is_refused(engine: &Arc<dyn Engine>) {
    for verdict in [Verdict::Done, Verdict::Release, retry("x"), bury("x"), Verdict::Renew] {
        let (mut first, mut second) = (engine.open(), engine.open());
        first.put(&jobs(1)).unwrap();
        let stale = &take(&mut *first, 1)[0];
        engine.advance(LEASE);
        let current = &take(&mut *second, 1)[0];
        assert_eq!(current.id, stale.id);
        assert!(current.token > stale.token, "a token only rises");
        assert!(!give(&mut *first, stale, verdict.clone()), "{verdict:?} was taken");
        assert!(give(&mut *second, current, Verdict::Done), "{verdict:?} had an effect");
    }
}

fn a_job_is_settled_once(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(2)).unwrap();
    let claimed = take(&mut *source, 2);
    assert!(give(&mut *source, &claimed[0], Verdict::Done));
    assert!(!give(&mut *source, &claimed[0], Verdict::Done));
    assert!(!give(&mut *source, &claimed[0], Verdict::Release));
    assert_eq!(source.counts().unwrap().all(), 1);
    // An id is not used again, or an old lease would hold for another job.
    assert!(give(&mut *source, &claimed[1], Verdict::Done));
    let ids = source.put(&jobs(1)).unwrap();
    assert!(ids[0] > claimed[1].id);
}

/// As where a server's clock is set ahead: one takes what another holds.
fn a_clock_that_jumps_ahead_repeats_a_job_and_settles_it_once(engine: &Arc<dyn Engine>) {
    let (mut slow, mut fast) = (engine.open(), engine.open());
    slow.put(&jobs(10)).unwrap();
    let held = take(&mut *slow, 10);
    engine.advance(LEASE * 120);
    let taken = take(&mut *fast, 10);
    assert_eq!(taken.len(), 10);
    let mut settled = BTreeMap::new();
    for (source, jobs) in [(&mut slow, &held), (&mut fast, &taken)] {
        for job in jobs {
            *settled.entry(job.id).or_insert(0) +=
                u32::from(give(&mut **source, job, Verdict::Done));
        }
    }
    assert!(settled.values().all(|times| *times == 1), "{settled:?}");
}

fn a_late_answer_is_taken_while_no_other_has_the_job(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(1)).unwrap();
    let job = &take(&mut *source, 1)[0];
    engine.advance(LEASE * 2);
    assert!(give(&mut *source, job, Verdict::Done));
}

fn a_claim_takes_no_more_than_it_asks_for(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(5)).unwrap();
    assert_eq!(take(&mut *source, 0).len(), 0);
    assert_eq!(take(&mut *source, 2).len(), 2);
    assert_eq!(source.counts().unwrap().leased, 2);
    assert_eq!(source.counts().unwrap().ready, 3);
}

fn a_renewed_lease_lasts(engine: &Arc<dyn Engine>) {
    let (mut first, mut second) = (engine.open(), engine.open());
    first.put(&jobs(1)).unwrap();
    let job = &take(&mut *first, 1)[0];
    for _ in 0..3 {
        engine.advance(LEASE * 2 / 3);
        assert_eq!(take(&mut *second, 1).len(), 0, "the lease has run out");
        assert!(give(&mut *first, job, Verdict::Renew));
    }
    assert!(give(&mut *first, job, Verdict::Done));
}

fn a_lease_that_is_not_renewed_ends(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(1)).unwrap();
    assert_eq!(take(&mut *source, 1).len(), 1);
    assert_eq!(source.counts().unwrap().leased, 1);
    engine.advance(LEASE);
    assert_eq!(source.counts().unwrap().ready, 1);
    assert_eq!(take(&mut *source, 1).len(), 1);
}

fn a_released_job_is_ready_at_once_and_its_attempt_is_not_counted(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(1)).unwrap();
    for _ in 0..10 {
        let claimed = take(&mut *source, 1);
        assert_eq!(claimed.len(), 1, "not ready at once, or dead");
        assert_eq!(claimed[0].attempt, 1);
        assert!(give(&mut *source, &claimed[0], Verdict::Release));
    }
}

fn a_failed_job_waits(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(1)).unwrap();
    let job = &take(&mut *source, 1)[0];
    assert!(give(&mut *source, job, retry("failed")));
    assert_eq!(source.counts().unwrap().delayed, 1);
    assert_eq!(take(&mut *source, 1).len(), 0);
    engine.advance(Duration::from_secs(5));
    assert_eq!(take(&mut *source, 1)[0].attempt, 2);
}

fn an_attempt_counts_at_the_claim(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(1)).unwrap();
    for attempt in 1..=3 {
        assert_eq!(take(&mut *source, 1)[0].attempt, attempt);
        engine.advance(LEASE);
    }
}

/// As of a job that ends every process that begins it.
fn a_job_that_never_gives_an_answer_is_dead_at_the_limit(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    let ids = source.put(&jobs(1)).unwrap();
    for _ in 0..3 {
        assert_eq!(take(&mut *source, 1).len(), 1);
        engine.advance(LEASE);
    }
    let exchange = source.exchange(&[], &claim(9)).unwrap();
    assert_eq!((exchange.claimed.len(), exchange.buried), (0, ids));
    let dead = source.dead(9).unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 3));
    let expected = "attempt 3 gave no answer: its process died, or its lease ran out";
    assert_eq!(dead[0].last_error, expected);
}

fn the_job_that_has_been_ready_longest_comes_first(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    let first = source.put(&jobs(3)).unwrap();
    engine.advance(Duration::from_secs(1));
    source.put(&jobs(3)).unwrap();
    let claimed = take(&mut *source, 3);
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), first);
}

/// None waits for ever: what hangs here starves.
fn four_claimers_all_get_jobs(engine: &Arc<dyn Engine>) {
    let claims = Mutex::new([0; 4]);
    let enough = || claims.lock().unwrap().iter().all(|claims| *claims >= 3);
    thread::scope(|scope| {
        for claimer in 0..4 {
            let (claims, enough) = (&claims, &enough);
            scope.spawn(move || {
                let mut source = engine.open();
                while !enough() {
                    source.put(&jobs(2)).unwrap();
                    for job in take(&mut *source, 2) {
                        give(&mut *source, &job, Verdict::Done);
                        claims.lock().unwrap()[claimer] += 1;
                    }
                }
            });
        }
    });
}

fn a_settled_job_leaves_nothing(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&jobs(20)).unwrap();
    for job in take(&mut *source, 20) {
        assert!(give(&mut *source, &job, Verdict::Done));
    }
    assert_eq!(engine.rows(), 0);
}

fn a_delayed_job_is_not_ready_before(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    source.put(&["later".into(), NewJob::from("now")]).unwrap();
    source.put(&[NewJob::from("never").after(Duration::MAX)]).unwrap();
    source.put(&[NewJob::from("later").after(LEASE)]).unwrap();
    assert_eq!(take(&mut *source, 9).len(), 2);
    assert_eq!(source.counts().unwrap().delayed, 2);
    engine.advance(LEASE);
    let jobs = take(&mut *source, 9).into_iter().filter(|job| job.attempt == 1);
    assert_eq!(jobs.map(|job| job.payload).collect::<Vec<_>>(), [b"later"]);
}

fn payloads_and_errors_are_kept_byte_for_byte(engine: &Arc<dyn Engine>) {
    let mut source = engine.open();
    let payloads = [vec![], (0..=255).collect(), vec![0; 100_000], "größer".into()];
    source.put(&payloads.clone().map(NewJob::from)).unwrap();
    let claimed = take(&mut *source, 9);
    assert!(claimed.iter().map(|job| &job.payload).eq(&payloads));
    assert!(give(&mut *source, &claimed[0], bury("'größer'; \\ \n $1 ?1")));
    assert!(give(&mut *source, &claimed[1], bury("with\0zero")));
    let dead = source.dead(9).unwrap();
    assert_eq!(dead[0].last_error, "'größer'; \\ \n $1 ?1");
    assert!(dead[1].last_error.starts_with("with"));
}
