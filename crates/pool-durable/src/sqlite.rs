//! The source in a file: any number of processes of one machine.
//!
//! Item by item the same as `postgres.rs`; `diff` shows what differs between the engines.

use std::path::Path;

use rusqlite::{
    Connection, Error, ErrorCode, Row, Transaction, TransactionBehavior, named_params, params,
};

use crate::{
    Answer, Claim, Counts, DeadJob, Durability, Exchange, Job, NewJob, Source, SourceError,
    SourceErrorKind, Verdict,
    clock::{boot, uptime},
    source::millis,
    turns::{insist, on_locked},
};

/// What the tables look like. `due` is in milliseconds since 1970: a ready job's first moment, a
/// leased one's last. `token` counts claims. `start` is when the machine was started, by the time
/// of day at the first opening since.
const SCHEMA: &str = "
    CREATE TABLE durable_version (version INTEGER NOT NULL) STRICT;
    INSERT INTO durable_version VALUES (1);
    CREATE TABLE durable_clock (boot TEXT NOT NULL, start INTEGER NOT NULL) STRICT;
    INSERT INTO durable_clock VALUES ('', 0);
    CREATE TABLE durable_job (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        payload    BLOB NOT NULL,
        state      TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'leased', 'dead')),
        attempts   INTEGER NOT NULL DEFAULT 0,
        due        INTEGER NOT NULL,
        token      INTEGER NOT NULL DEFAULT 0,
        last_error TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX durable_job_due ON durable_job (due, id) WHERE state <> 'dead';
";

const VERSION: i64 = 1;

const HAS_SCHEMA: &str =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'durable_version')";

/// A lease must not end for one process while it lasts for another. So all go by one clock: the
/// time since the start of the machine, which runs on evenly when the time of day is set. The first
/// process notes for all when that start was.
const NOTE_START: &str = "
    UPDATE durable_clock SET
        boot = :boot,
        start = CAST(unixepoch('subsec') * 1000 AS INTEGER) - :uptime
    WHERE boot <> :boot OR :boot = ''
";

const PUT: &str = "
    INSERT INTO durable_job (payload, due)
    VALUES (:payload, (SELECT start FROM durable_clock) + :uptime + :delay)
    RETURNING id
";

const DELETE_DONE: &str = "
    DELETE FROM durable_job WHERE id = :id AND token = :token AND state = 'leased'
    RETURNING id
";

const CHANGE: &str = "
    UPDATE durable_job SET
        state = :state,
        attempts = attempts - :uncounted,
        due = (SELECT start FROM durable_clock) + :uptime + :wait,
        last_error = CASE WHEN :error = '' THEN last_error ELSE :error END
    WHERE id = :id AND token = :token AND state = 'leased'
    RETURNING id
";

const CLAIM: &str = "
    UPDATE durable_job SET
        state = CASE WHEN attempts < :attempts THEN 'leased' ELSE 'dead' END,
        attempts = min(attempts + 1, :attempts),
        due = (SELECT start FROM durable_clock) + :uptime + :lease,
        token = token + 1,
        last_error = CASE WHEN state = 'leased' THEN 'attempt ' || attempts ||
            ' gave no answer: its process died, or its lease ran out' ELSE last_error END
    WHERE id IN (
        SELECT id FROM durable_job
        WHERE state <> 'dead' AND due <= (SELECT start FROM durable_clock) + :uptime
        ORDER BY due, id LIMIT :most
    )
    RETURNING id, token, attempts, payload, state
";

const COUNTS: &str = "
    SELECT count(*) FILTER (WHERE state <> 'dead' AND due <= now),
           count(*) FILTER (WHERE state = 'ready' AND due > now),
           count(*) FILTER (WHERE state = 'leased' AND due > now),
           count(*) FILTER (WHERE state = 'dead')
    FROM durable_job, (SELECT start + :uptime AS now FROM durable_clock)
";

const DEAD: &str = "
    SELECT id, payload, attempts, last_error FROM durable_job
    WHERE state = 'dead' ORDER BY id LIMIT :most
";

const REVIVE: &str = "
    UPDATE durable_job SET
        state = 'ready',
        attempts = 0,
        due = (SELECT start FROM durable_clock) + :uptime
    WHERE id = :id AND state = 'dead'
    RETURNING id
";

/// Jobs in a SQLite file, for any number of processes of one machine.
///
/// The file is made if it is not there, and may have tables of your own: see
/// [`put_in`](Self::put_in). Its directory must be on a local disk, as SQLite's shared memory
/// does not cross a network. Leases and delays run by a clock that all processes of the machine
/// share and that cannot be set; elsewhere than on Linux, by the time of day.
///
/// ```
/// use pool_durable::{Source, Sqlite};
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("jobs.db");
///
/// Sqlite::open(&path)?.put(&["a".into(), "b".into()])?;
/// assert_eq!(Sqlite::open(&path)?.counts()?.ready, 2); // in another process, say
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    place: String,
}

impl Sqlite {
    /// Opens the file, and makes it and its tables if they are not there.
    ///
    /// # Errors
    ///
    /// If the file cannot be made, opened or written, is no SQLite database, or has the tables
    /// of another version. Or if SQLite is older than 3.51.3: such a one may damage a file that
    /// several processes write ([the WAL-reset bug](https://sqlite.org/wal.html#walresetbug)).
    ///
    /// # Blocking
    ///
    /// Waits up to five seconds for other processes, as every call does.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SourceError> {
        let place = path.as_ref().display().to_string();
        let connection = Connection::open(path).map_err(|error| explain(&place, error))?;
        Self::over(place, connection)
    }

    /// As [`open`](Self::open), over a connection that you opened as you need it, with a limit to
    /// the file's size for instance. Errors will name `place`.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    ///
    /// # Blocking
    ///
    /// As [`open`](Self::open).
    pub fn over(place: impl Into<String>, mut connection: Connection) -> Result<Self, SourceError> {
        let place = place.into();
        if rusqlite::version_number() < 3_051_003 {
            return Err(SourceError::new(SourceErrorKind::OldLibrary, rusqlite::version()));
        }
        let version = insist(|| prepare(&mut connection));
        let version = version.map_err(|error| explain(&place, error))?;
        if version != VERSION {
            let kind = SourceErrorKind::OtherVersion { found: version, known: VERSION };
            return Err(SourceError::new(kind, place));
        }
        Ok(Self { connection, place })
    }

    /// What the commits of this source survive; [`Durability::PowerLoss`] by default.
    ///
    /// Sets `PRAGMA synchronous` to `FULL` or `NORMAL`.
    ///
    /// # Errors
    ///
    /// If SQLite refuses.
    pub fn durability(self, durability: Durability) -> Result<Self, SourceError> {
        let synchronous = match durability {
            Durability::PowerLoss => "FULL",
            Durability::ProcessCrash => "NORMAL",
        };
        let set = self.connection.pragma_update(None, "synchronous", synchronous);
        set.map_err(|error| explain(&self.place, error))?;
        Ok(self)
    }

    /// Puts jobs in a transaction of your own: they are there if it commits, with what else it
    /// did, and not if it does not.
    ///
    /// ```
    /// use pool_durable::{Source, Sqlite, rusqlite::Connection};
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    ///
    /// let mut source = Sqlite::open(&path)?; // makes the tables
    /// let mut shop = Connection::open(&path)?;
    /// shop.execute_batch("CREATE TABLE purchase (number INTEGER)")?;
    ///
    /// let purchase = shop.transaction()?;
    /// purchase.execute("INSERT INTO purchase VALUES (17)", ())?;
    /// Sqlite::put_in(&purchase, &["send invoice 17".into()])?;
    /// assert_eq!(source.counts()?.ready, 0);
    ///
    /// purchase.commit()?;
    /// assert_eq!(source.counts()?.ready, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// SQLite's own.
    pub fn put_in(transaction: &Transaction<'_>, jobs: &[NewJob]) -> rusqlite::Result<Vec<i64>> {
        let mut put = transaction.prepare_cached(PUT)?;
        let uptime = uptime();
        let mut put = |job: &NewJob| {
            put.query_row(params![job.payload, uptime, millis(job.delay)], |row| row.get(0))
        };
        jobs.iter().map(&mut put).collect()
    }

    /// Runs `body` in a transaction. No other process writes meanwhile.
    fn transaction<R>(
        &mut self,
        body: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<R>,
    ) -> Result<R, SourceError> {
        let run = || {
            // Locked from the start: a lock taken half way could only fail.
            let behaviour = TransactionBehavior::Immediate;
            let transaction = self.connection.transaction_with_behavior(behaviour)?;
            let result = body(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        run().map_err(|error| explain(&self.place, error))
    }
}

impl Source for Sqlite {
    fn put(&mut self, jobs: &[NewJob]) -> Result<Vec<i64>, SourceError> {
        self.transaction(|transaction| Self::put_in(transaction, jobs))
    }

    fn exchange(&mut self, answers: &[Answer], claim: &Claim) -> Result<Exchange, SourceError> {
        self.transaction(|transaction| {
            let mut exchange = Exchange::default();
            for answer in answers {
                if !take(transaction, answer, claim)? {
                    exchange.refused.push(answer.lease);
                }
            }

            if claim.most > 0 {
                let mut ready = transaction.prepare_cached(CLAIM)?;
                let mut rows = ready.query(named_params! {
                    ":attempts": claim.attempts,
                    ":lease": millis(claim.lease),
                    ":uptime": uptime(),
                    ":most": i64::try_from(claim.most).unwrap_or(i64::MAX),
                })?;
                while let Some(row) = rows.next()? {
                    if row.get_ref("state")?.as_str()? == "dead" {
                        exchange.buried.push(row.get("id")?);
                    } else {
                        exchange.claimed.push(job(row)?);
                    }
                }
            }
            exchange.claimed.sort_by_key(|job| job.id);
            Ok(exchange)
        })
    }

    fn counts(&mut self) -> Result<Counts, SourceError> {
        let counts = self.connection.query_row(COUNTS, [uptime()], |row| {
            let count = |column| row.get::<usize, i64>(column).map(i64::unsigned_abs);
            let (ready, delayed, leased, dead) = (count(0)?, count(1)?, count(2)?, count(3)?);
            Ok(Counts { ready, delayed, leased, dead })
        });
        counts.map_err(|error| explain(&self.place, error))
    }

    fn dead(&mut self, most: usize) -> Result<Vec<DeadJob>, SourceError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let read = || {
            let mut dead = self.connection.prepare(DEAD)?;
            let dead = dead.query_map([most], |row| {
                let (id, payload) = (row.get(0)?, row.get(1)?);
                Ok(DeadJob { id, payload, attempts: row.get(2)?, last_error: row.get(3)? })
            })?;
            dead.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| explain(&self.place, error))
    }

    fn revive(&mut self, jobs: &[i64]) -> Result<usize, SourceError> {
        self.transaction(|transaction| {
            let mut revive = transaction.prepare(REVIVE)?;
            let mut revived = 0;
            for id in jobs {
                revived += usize::from(revive.exists([uptime(), *id])?);
            }
            Ok(revived)
        })
    }
}

/// Takes one answer; says whether its lease still held.
fn take(transaction: &Transaction<'_>, answer: &Answer, claim: &Claim) -> rusqlite::Result<bool> {
    let (id, token) = (answer.lease.job, answer.lease.token);
    let (state, uncounted, wait, error) = match &answer.verdict {
        Verdict::Done => {
            return transaction.prepare_cached(DELETE_DONE)?.exists([id, token]);
        }
        Verdict::Release => ("ready", 1, 0, ""),
        Verdict::Retry { after, error } => ("ready", 0, millis(*after), error.as_str()),
        Verdict::Bury { error } => ("dead", 0, 0, error.as_str()),
        Verdict::Renew => ("leased", 0, millis(claim.lease), ""),
    };
    transaction.prepare_cached(CHANGE)?.exists(named_params! {
        ":state": state,
        ":uncounted": uncounted,
        ":uptime": uptime(),
        ":wait": wait,
        ":error": error,
        ":id": id,
        ":token": token,
    })
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        id: row.get("id")?,
        token: row.get("token")?,
        attempt: row.get("attempts")?,
        payload: row.get("payload")?,
    })
}

/// Sets a connection up, and returns the version of the tables, which it makes if there are none.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    connection.busy_handler(Some(on_locked()))?;
    // One writer and any number of readers at a time, which do not wait for each other.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What a burst made the log grow to is given back.
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;

    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !transaction.query_row(HAS_SCHEMA, (), |row| row.get(0))? {
        transaction.execute_batch(SCHEMA)?;
    }
    let version =
        transaction.query_row("SELECT version FROM durable_version", (), |row| row.get(0))?;
    if version == VERSION {
        transaction.execute(NOTE_START, params![boot(), uptime()])?;
    }
    transaction.commit()?;
    Ok(version)
}

fn explain(place: &str, error: Error) -> SourceError {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => SourceErrorKind::NotADatabase,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SourceErrorKind::Locked,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => SourceErrorKind::ReadOnly,
        Some(ErrorCode::DiskFull) => SourceErrorKind::Full,
        Some(ErrorCode::CannotOpen) => SourceErrorKind::Unreachable,
        _ => SourceErrorKind::Other,
    };
    SourceError::new(kind, place).because(error)
}
