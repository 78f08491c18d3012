//! The contract of what keeps the jobs.

use std::time::Duration;

use crate::{Job, Lease, NewJob, SourceError};

/// What keeps jobs outside the process, and gives each to one consumer at a time.
///
/// A job is *ready*, *leased* or *dead*. Claiming a ready job leases it: for so long, no other
/// consumer gets it. A job whose lease has run out is ready again. Every process opens its own
/// source over the same file or database.
///
/// ```
/// use std::time::Duration;
/// use pool_durable::{Answer, Claim, Memory, Source, Verdict};
///
/// let mut source = Memory::new();
/// source.put(&["a".into(), "b".into()])?;
///
/// let claim = Claim { most: 10, lease: Duration::from_secs(30), attempts: 5 };
/// let jobs = source.exchange(&[], &claim)?.claimed;
/// assert_eq!(jobs.len(), 2);
///
/// // One transaction settles what is done and claims what fits.
/// let done = jobs.iter().map(|job| Answer { lease: job.lease(), verdict: Verdict::Done });
/// let next = source.exchange(&done.collect::<Vec<_>>(), &claim)?;
/// assert!(next.claimed.is_empty() && next.refused.is_empty());
/// assert_eq!(source.counts()?.all(), 0);
/// # Ok::<(), pool_durable::SourceError>(())
/// ```
///
/// # Contract
///
/// With [`Consumer`](crate::Consumer), every source keeps these laws.
///
/// 1. **Conservation.** Every job that was put ends in one settle, is dead, or is still there.
/// 2. **At least once**, after a kill of any process at any instant.
/// 3. **Never settled twice.** An answer needs the token of the last claim; any other is refused.
/// 4. **Bounded claims.** A consumer holds at most as many jobs as the pool's queue has places,
///    and claims at most a batch at a time.
/// 5. **Leases.** They are renewed at a third of their time while jobs are in hand. A lost lease
///    cancels the job's context.
/// 6. **Release.** What a stop hands back is ready at once, its attempt not counted. What runs
///    has the time of grace.
/// 7. **Attempts** count at the claim. Beyond the limit a job is dead, with its last error.
/// 8. **No process starves.**
/// 9. **Bounded size.** A settled job is deleted. A full disk is an error to the producer, and
///    no loss.
///
/// # Blocking
///
/// Every method waits for the engine: for the disk, for the network, and for other processes.
pub trait Source: Send {
    /// Puts all of these jobs or, after an error, none of them. Returns their ids, in order.
    ///
    /// # Errors
    ///
    /// If the engine refuses; see [`SourceError`] for a connection that broke meanwhile.
    fn put(&mut self, jobs: &[NewJob]) -> Result<Vec<i64>, SourceError>;

    /// In one transaction: takes the answers, then claims the jobs that have been ready longest.
    ///
    /// # Errors
    ///
    /// If the engine refuses. Then no answer is taken and no job is claimed.
    fn exchange(&mut self, answers: &[Answer], claim: &Claim) -> Result<Exchange, SourceError>;

    /// How many jobs there are now.
    ///
    /// # Errors
    ///
    /// If the engine refuses.
    fn counts(&mut self) -> Result<Counts, SourceError>;

    /// Up to `most` dead jobs, by their ids.
    ///
    /// # Errors
    ///
    /// If the engine refuses.
    fn dead(&mut self, most: usize) -> Result<Vec<DeadJob>, SourceError>;

    /// Makes dead jobs ready, with no attempt counted. Returns how many of `jobs` were dead.
    ///
    /// # Errors
    ///
    /// If the engine refuses.
    fn revive(&mut self, jobs: &[i64]) -> Result<usize, SourceError>;
}

/// What has become of a job that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which job, and the right to answer for it.
    pub lease: Lease,
    /// What has become of it.
    pub verdict: Verdict,
}

/// The kinds of [`Answer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done: the job is settled and deleted.
    Done,
    /// Not begun: the job is ready at once, and this attempt does not count.
    Release,
    /// Failed: the job is ready again after a time.
    Retry {
        /// How long it waits, in whole milliseconds.
        after: Duration,
        /// Why it failed.
        error: String,
    },
    /// Failed for good: the job is dead until it is revived.
    Bury {
        /// Why it failed.
        error: String,
    },
    /// Still in hand: the lease begins anew, with the time of the claim of the same exchange.
    Renew,
}

/// What a consumer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// How many jobs at most.
    pub most: usize,
    /// For how long no other consumer gets them, in whole milliseconds.
    pub lease: Duration,
    /// A job that has been claimed so often and given no answer is dead.
    pub attempts: u32,
}

/// What an [`exchange`](Source::exchange) gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// The jobs that are this process's now, by their ids.
    pub claimed: Vec<Job>,
    /// Jobs that were ready but had no attempt left: they are dead now.
    pub buried: Vec<i64>,
    /// The leases of those answers that were not taken: another process has claimed the job, or
    /// it is gone.
    pub refused: Vec<Lease>,
}

/// How many jobs a source has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Can be claimed now.
    pub ready: u64,
    /// Will be ready later.
    pub delayed: u64,
    /// Are in the hands of a process.
    pub leased: u64,
    /// Have failed for good.
    pub dead: u64,
}

impl Counts {
    /// Jobs that will be run: all but the dead.
    pub fn live(&self) -> u64 {
        self.ready + self.delayed + self.leased
    }

    /// All jobs.
    pub fn all(&self) -> u64 {
        self.live() + self.dead
    }
}

/// A job that has failed for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadJob {
    /// Its id.
    pub id: i64,
    /// What was put.
    pub payload: Vec<u8>,
    /// How many attempts were made.
    pub attempts: u32,
    /// Why the last one failed.
    pub last_error: String,
}

/// What survives: how long a commit waits for the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// What is committed survives the end of the machine's power. A commit waits for the disk.
    #[default]
    PowerLoss,
    /// What is committed survives the end of any process, by kill -9 too. If the power fails,
    /// the last commits may be undone, each as a whole. A consumer then runs some jobs once more;
    /// a producer loses some.
    ProcessCrash,
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn put(&mut self, jobs: &[NewJob]) -> Result<Vec<i64>, SourceError> {
        (**self).put(jobs)
    }

    fn exchange(&mut self, answers: &[Answer], claim: &Claim) -> Result<Exchange, SourceError> {
        (**self).exchange(answers, claim)
    }

    fn counts(&mut self) -> Result<Counts, SourceError> {
        (**self).counts()
    }

    fn dead(&mut self, most: usize) -> Result<Vec<DeadJob>, SourceError> {
        (**self).dead(most)
    }

    fn revive(&mut self, jobs: &[i64]) -> Result<usize, SourceError> {
        (**self).revive(jobs)
    }
}

/// Opens the place of this name: a PostgreSQL database by its URL, `postgresql://...`, or else a
/// file of SQLite.
///
/// # Errors
///
/// As [`Postgres::connect`](crate::Postgres::connect) or [`Sqlite::open`](crate::Sqlite::open).
///
/// # Blocking
///
/// Waits for the server, or for other processes.
#[cfg(all(feature = "sqlite", feature = "postgres"))]
pub fn open(place: &str) -> Result<Box<dyn Source>, SourceError> {
    let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| place.starts_with(scheme));
    Ok(if is_url {
        Box::new(crate::Postgres::connect(place)?)
    } else {
        Box::new(crate::Sqlite::open(place)?)
    })
}

/// Whole milliseconds, rounded up so that nothing is sooner than asked; a time too long for a
/// database is a thousand years.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) fn millis(duration: Duration) -> i64 {
    const THOUSAND_YEARS: i64 = 1000 * 366 * 24 * 60 * 60 * 1000;
    let millis = duration.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).map_or(THOUSAND_YEARS, |millis| millis.min(THOUSAND_YEARS))
}
