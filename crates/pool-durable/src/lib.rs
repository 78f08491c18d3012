//! Jobs that outlive the process: any [`pool::Pool`] behind a queue in SQLite or PostgreSQL.
//!
//! A pool keeps its jobs in memory: they are gone with the process. Here they wait in a
//! [`Source`], a table that any number of processes share. A [`Consumer`] claims them in batches,
//! has a pool of its process run them, and settles them afterwards. So a job that was put is run
//! *at least once*, whatever dies meanwhile; its effect should be such that twice is no harm.
//!
//! The limits: a job costs tens of microseconds where a pool alone asks for a fraction of one,
//! and an idle consumer polls. [The guide](../pool_guide/outgrowing/index.html) says when it is
//! worth it, and what to take instead.
//!
//! ```
//! use pool::{Backend, CancellationToken, Config, Context};
//! use pool_durable::{Consumer, Failure, Job, Source, Sqlite};
//! use pool_std::Std;
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("jobs.db");
//!
//! let mut queue = Sqlite::open(&path)?; // each process opens its own
//! queue.put(&["a.txt".into(), "b.txt".into()])?;
//!
//! let handler = |job: Job, _: &Context| {
//!     println!("job {}, attempt {}: {}", job.id, job.attempt, job.text()?);
//!     Ok::<(), Failure>(())
//! };
//! let (pool, mut results) = Std::spawn(Config::new(2).queue(32), handler)?;
//! let stop = CancellationToken::new();
//! let report = Consumer::new().until_empty().run(&mut queue, &pool, &mut results, &stop)?;
//! assert_eq!(report.done, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//!
//! | to | see |
//! |---|---|
//! | choose the engine at run time | [`open()`] |
//! | put jobs, one, many, or in a transaction of your own | [`Source::put`], [`Sqlite::put_in`], [`Postgres::put_in`] |
//! | run them | [`Consumer`] |
//! | say that a job failed, for now or for good | [`Failure`] |
//! | look at dead jobs, and put them back | [`Source::dead`], [`Source::revive`] |
//! | know what is promised | [the laws](Source#contract) |
//! | try handlers without an engine | [`Memory`] |

#![allow(clippy::doc_markdown, reason = "SQLite and PostgreSQL are names, no code")]

#[cfg(feature = "sqlite")]
mod clock;
mod consumer;
mod error;
mod job;
mod memory;
#[cfg(feature = "postgres")]
#[path = "postgres.rs"]
mod postgres_source;
mod source;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod turns;

/// The client under [`Postgres`].
#[cfg(feature = "postgres")]
pub use postgres;
/// The library under [`Sqlite`].
#[cfg(feature = "sqlite")]
pub use rusqlite;

#[cfg(feature = "postgres")]
pub use self::postgres_source::Postgres;
#[cfg(all(feature = "sqlite", feature = "postgres"))]
pub use self::source::open;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use self::{
    consumer::{ConsumeError, Consumer, Report},
    error::{SourceError, SourceErrorKind},
    job::{Failure, Job, Lease, NewJob},
    memory::Memory,
    source::{Answer, Claim, Counts, DeadJob, Durability, Exchange, Source, Verdict},
};
