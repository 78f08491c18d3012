//! The source in a database server: any number of machines.
//!
//! Item by item the same as `sqlite.rs`; `diff` shows what differs between the engines.

use std::{collections::HashSet, fmt, io, iter, str::FromStr};

use postgres::{
    Client, Config, Error, NoTls, Row, Statement, Transaction, config::Host, error::SqlState,
    types::ToSql,
};

use crate::{
    Answer, Claim, Counts, DeadJob, Durability, Exchange, Job, NewJob, Source, SourceError,
    SourceErrorKind, Verdict, source::millis,
};

/// What the tables look like. `due` is a ready job's first moment, and a leased one's last.
/// `token` counts claims. Rows come and go, so they are swept early and often.
const SCHEMA: &str = "
    CREATE TABLE durable_version (version BIGINT NOT NULL);
    INSERT INTO durable_version VALUES (1);
    CREATE TABLE durable_job (
        id         BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        payload    BYTEA NOT NULL,
        state      TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'leased', 'dead')),
        attempts   BIGINT NOT NULL DEFAULT 0,
        due        TIMESTAMPTZ NOT NULL,
        token      BIGINT NOT NULL DEFAULT 0,
        last_error TEXT NOT NULL DEFAULT ''
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
    CREATE INDEX durable_job_due ON durable_job (due, id) WHERE state <> 'dead';
";

const VERSION: i64 = 1;

const HAS_SCHEMA: &str = "SELECT to_regclass('durable_version') IS NOT NULL";

/// Two processes that make the tables at once would get in each other's way. Any number does.
const LOCK_SCHEMA: &str = "SELECT pg_advisory_xact_lock(7236270)";

const PUT: &str = "
    INSERT INTO durable_job (payload, due)
    SELECT payload, now() + delay * interval '1 millisecond'
    FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY AS job (payload, delay, place)
    ORDER BY place
    RETURNING id
";

const DELETE_DONE: &str = "
    DELETE FROM durable_job USING unnest($1::bigint[], $2::bigint[]) AS answer (id, token)
    WHERE durable_job.id = answer.id AND durable_job.token = answer.token AND state = 'leased'
    RETURNING durable_job.id
";

const CHANGE: &str = "
    UPDATE durable_job SET
        state = answer.state,
        attempts = attempts - answer.uncounted,
        due = now() + answer.wait * interval '1 millisecond',
        last_error = CASE WHEN answer.error = '' THEN last_error ELSE answer.error END
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
        AS answer (id, token, state, uncounted, wait, error)
    WHERE durable_job.id = answer.id AND durable_job.token = answer.token
        AND durable_job.state = 'leased'
    RETURNING durable_job.id
";

const CLAIM: &str = "
    WITH ready AS (
        SELECT id FROM durable_job
        WHERE state <> 'dead' AND due <= now()
        ORDER BY due, id LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    UPDATE durable_job SET
        state = CASE WHEN attempts < $1 THEN 'leased' ELSE 'dead' END,
        attempts = least(attempts + 1, $1),
        due = now() + $2::bigint * interval '1 millisecond',
        token = token + 1,
        last_error = CASE WHEN state = 'leased' THEN 'attempt ' || attempts ||
            ' gave no answer: its process died, or its lease ran out' ELSE last_error END
    FROM ready WHERE durable_job.id = ready.id
    RETURNING durable_job.id, token, attempts, payload, state
";

const COUNTS: &str = "
    SELECT count(*) FILTER (WHERE state <> 'dead' AND due <= now()),
           count(*) FILTER (WHERE state = 'ready' AND due > now()),
           count(*) FILTER (WHERE state = 'leased' AND due > now()),
           count(*) FILTER (WHERE state = 'dead')
    FROM durable_job
";

const DEAD: &str = "
    SELECT id, payload, attempts, last_error FROM durable_job
    WHERE state = 'dead' ORDER BY id LIMIT $1
";

const REVIVE: &str = "
    UPDATE durable_job SET state = 'ready', attempts = 0, due = now()
    WHERE id = ANY ($1) AND state = 'dead'
    RETURNING id
";

/// Jobs in a PostgreSQL database, for any number of machines.
///
/// The tables are made in the first schema of the search path, next to tables of your
/// own: see [`put_in`](Self::put_in). Leases run by the server's clock, so the clocks of the
/// machines do not matter. A call that finds the connection broken is
/// [unreachable](SourceErrorKind::Unreachable), and the next one connects again.
///
/// ```no_run
/// use pool_durable::{Postgres, Source};
///
/// let url = "postgresql://worker@db.example/shop?connect_timeout=10&tcp_user_timeout=30";
/// Postgres::connect(url)?.put(&["a".into(), "b".into()])?;
/// # Ok::<(), pool_durable::SourceError>(())
/// ```
pub struct Postgres {
    connect: Box<dyn FnMut() -> Result<Client, Error> + Send>,
    durability: Durability,
    session: Option<Session>,
    place: String,
}

/// A connection, and what is prepared on it.
struct Session {
    client: Client,
    statements: Statements,
}

struct Statements {
    delete_done: Statement,
    change: Statement,
    claim: Statement,
}

impl Postgres {
    /// Connects, without encryption, and makes the tables if they are not there.
    ///
    /// Give the URL a `connect_timeout` and a `tcp_user_timeout`, in seconds, unless the server
    /// is on this machine. Without them a call may wait for minutes when the network is gone.
    ///
    /// # Errors
    ///
    /// If the URL makes no sense, the server cannot be reached, or the tables are of another
    /// version.
    ///
    /// # Blocking
    ///
    /// Waits for the server, as every call does.
    pub fn connect(url: &str) -> Result<Self, SourceError> {
        let config = Config::from_str(url)
            .map_err(|error| SourceError::new(SourceErrorKind::Other, "the URL").because(error))?;
        Self::connect_by(place(&config), move || config.connect(NoTls))
    }

    /// As [`connect`](Self::connect), by a function that connects as you need it, with TLS for
    /// instance. It is called again when the connection breaks. Errors will name `place`.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    ///
    /// # Blocking
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_by(
        place: impl Into<String>,
        connect: impl FnMut() -> Result<Client, Error> + Send + 'static,
    ) -> Result<Self, SourceError> {
        let connect = Box::new(connect);
        let durability = Durability::default();
        let mut source = Self { connect, durability, session: None, place: place.into() };
        source.session()?;
        Ok(source)
    }

    /// What the commits of this source survive; [`Durability::PowerLoss`] by default.
    ///
    /// Sets `synchronous_commit` to `on` or `off`.
    ///
    /// # Errors
    ///
    /// If the server refuses.
    pub fn durability(mut self, durability: Durability) -> Result<Self, SourceError> {
        (self.durability, self.session) = (durability, None);
        self.session()?;
        Ok(self)
    }

    /// Puts jobs in a transaction of your own: they are there if it commits, with what else it
    /// did, and not if it does not.
    ///
    /// ```no_run
    /// use pool_durable::{Postgres, postgres::{Client, NoTls}};
    ///
    /// let mut shop = Client::connect("postgresql://shop@db.example/shop", NoTls)?;
    /// let mut purchase = shop.transaction()?;
    /// purchase.execute("INSERT INTO purchase VALUES (17)", &[])?;
    /// Postgres::put_in(&mut purchase, &["send invoice 17".into()])?;
    /// purchase.commit()?;
    /// # Ok::<(), pool_durable::postgres::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The client's own.
    pub fn put_in(transaction: &mut Transaction<'_>, jobs: &[NewJob]) -> Result<Vec<i64>, Error> {
        let payloads: Vec<_> = jobs.iter().map(|job| &*job.payload).collect();
        let delays: Vec<_> = jobs.iter().map(|job| millis(job.delay)).collect();
        let mut ids = ids(&transaction.query(PUT, &[&payloads, &delays])?);
        ids.sort_unstable();
        Ok(ids)
    }

    /// Runs `body` in a transaction.
    fn transaction<R>(
        &mut self,
        body: impl FnOnce(&mut Transaction<'_>, &Statements) -> Result<R, Error>,
    ) -> Result<R, SourceError> {
        let Session { client, statements } = self.session()?;
        let run = || {
            let mut transaction = client.transaction()?;
            let result = body(&mut transaction, statements)?;
            transaction.commit()?;
            Ok(result)
        };
        let outcome = run();
        outcome.map_err(|error| {
            let error = explain(&self.place, &error);
            if error.kind == SourceErrorKind::Unreachable {
                self.session = None;
            }
            error
        })
    }

    /// The open connection; a new one, if the last broke.
    fn session(&mut self) -> Result<&mut Session, SourceError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => {
                let explain = |error| explain(&self.place, &error);
                let mut client = (self.connect)().map_err(explain)?;
                let version = prepare(&mut client, self.durability).map_err(explain)?;
                if version != VERSION {
                    let kind = SourceErrorKind::OtherVersion { found: version, known: VERSION };
                    return Err(SourceError::new(kind, &*self.place));
                }
                let statements = Statements {
                    delete_done: client.prepare(DELETE_DONE).map_err(explain)?,
                    change: client.prepare(CHANGE).map_err(explain)?,
                    claim: client.prepare(CLAIM).map_err(explain)?,
                };
                Session { client, statements }
            }
        };
        Ok(self.session.insert(session))
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Source for Postgres {
    fn put(&mut self, jobs: &[NewJob]) -> Result<Vec<i64>, SourceError> {
        self.transaction(|transaction, _| Self::put_in(transaction, jobs))
    }

    fn exchange(&mut self, answers: &[Answer], claim: &Claim) -> Result<Exchange, SourceError> {
        self.transaction(|transaction, statements| {
            let mut exchange = Exchange::default();
            let taken = take(transaction, statements, answers, claim)?;
            let refused = answers.iter().map(|it| it.lease).filter(|it| !taken.contains(&it.job));
            exchange.refused.extend(refused);

            if claim.most > 0 {
                let most = i64::try_from(claim.most).unwrap_or(i64::MAX);
                let (attempts, lease) = (i64::from(claim.attempts), millis(claim.lease));
                let rows = transaction.query(&statements.claim, &[&attempts, &lease, &most])?;
                for row in rows {
                    if row.get::<_, &str>("state") == "dead" {
                        exchange.buried.push(row.get("id"));
                    } else {
                        exchange.claimed.push(job(&row));
                    }
                }
            }
            exchange.claimed.sort_by_key(|job| job.id);
            Ok(exchange)
        })
    }

    fn counts(&mut self) -> Result<Counts, SourceError> {
        self.transaction(|transaction, _| {
            let row = transaction.query_one(COUNTS, &[])?;
            let count = |column| row.get::<usize, i64>(column).unsigned_abs();
            Ok(Counts { ready: count(0), delayed: count(1), leased: count(2), dead: count(3) })
        })
    }

    fn dead(&mut self, most: usize) -> Result<Vec<DeadJob>, SourceError> {
        self.transaction(|transaction, _| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let dead = transaction.query(DEAD, &[&most])?;
            let dead = dead.iter().map(|row| DeadJob {
                id: row.get(0),
                payload: row.get(1),
                attempts: narrow(row.get(2)),
                last_error: row.get(3),
            });
            Ok(dead.collect())
        })
    }

    fn revive(&mut self, jobs: &[i64]) -> Result<usize, SourceError> {
        self.transaction(|transaction, _| Ok(transaction.query(REVIVE, &[&jobs])?.len()))
    }
}

/// Takes the answers, all of a kind at once; returns the jobs whose leases still held.
fn take(
    transaction: &mut Transaction<'_>,
    statements: &Statements,
    answers: &[Answer],
    claim: &Claim,
) -> Result<HashSet<i64>, Error> {
    let (mut done, mut done_tokens) = (Vec::new(), Vec::new());
    let (mut changed, mut tokens, mut states) = (Vec::new(), Vec::new(), Vec::new());
    let (mut uncounted, mut waits, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for answer in answers {
        let (id, token) = (answer.lease.job, answer.lease.token);
        let (state, one, wait, error) = match &answer.verdict {
            Verdict::Done => {
                done.push(id);
                done_tokens.push(token);
                continue;
            }
            Verdict::Release => ("ready", 1_i64, 0, ""),
            Verdict::Retry { after, error } => ("ready", 0, millis(*after), error.as_str()),
            Verdict::Bury { error } => ("dead", 0, 0, error.as_str()),
            Verdict::Renew => ("leased", 0, millis(claim.lease), ""),
        };
        changed.push(id);
        tokens.push(token);
        states.push(state);
        uncounted.push(one);
        waits.push(wait);
        errors.push(error.replace('\0', " ")); // which PostgreSQL's text cannot hold
    }

    let mut taken = HashSet::new();
    if !done.is_empty() {
        let rows = transaction.query(&statements.delete_done, &[&done, &done_tokens])?;
        taken.extend(ids(&rows));
    }
    if !changed.is_empty() {
        let answers: [&(dyn ToSql + Sync); 6] =
            [&changed, &tokens, &states, &uncounted, &waits, &errors];
        taken.extend(ids(&transaction.query(&statements.change, &answers)?));
    }
    Ok(taken)
}

fn ids(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.get("id")).collect()
}

fn job(row: &Row) -> Job {
    Job {
        id: row.get("id"),
        token: row.get("token"),
        attempt: narrow(row.get("attempts")),
        payload: row.get("payload"),
    }
}

/// PostgreSQL has no unsigned numbers; what came from a `u32` goes back into one.
fn narrow(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Sets a connection up, and returns the version of the tables, which it makes if there are none.
fn prepare(client: &mut Client, durability: Durability) -> Result<i64, Error> {
    client.batch_execute(match durability {
        Durability::PowerLoss => "SET synchronous_commit = on",
        Durability::ProcessCrash => "SET synchronous_commit = off",
    })?;
    let mut transaction = client.transaction()?;
    transaction.execute(LOCK_SCHEMA, &[])?;
    if !transaction.query_one(HAS_SCHEMA, &[])?.get::<_, bool>(0) {
        transaction.batch_execute(SCHEMA)?;
    }
    let version = transaction.query_one("SELECT version FROM durable_version", &[])?.get(0);
    transaction.commit()?;
    Ok(version)
}

/// Where the server is, without the password.
fn place(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(directory) => directory.display().to_string(),
    });
    let hosts: Vec<_> = hosts.collect();
    format!("PostgreSQL at {}", hosts.join(","))
}

fn explain(place: &str, error: &Error) -> SourceError {
    // What the client's errors say is in their sources.
    let causes = || iter::successors(Some(error as &dyn std::error::Error), |it| it.source());
    let is_broken = error.is_closed() || causes().any(<dyn std::error::Error>::is::<io::Error>);
    let kind = match error.code() {
        Some(&SqlState::DISK_FULL) => SourceErrorKind::Full,
        Some(&SqlState::READ_ONLY_SQL_TRANSACTION | &SqlState::INSUFFICIENT_PRIVILEGE) => {
            SourceErrorKind::ReadOnly
        }
        Some(&SqlState::LOCK_NOT_AVAILABLE) => SourceErrorKind::Locked,
        Some(
            &SqlState::ADMIN_SHUTDOWN
            | &SqlState::CRASH_SHUTDOWN
            | &SqlState::CANNOT_CONNECT_NOW
            | &SqlState::TOO_MANY_CONNECTIONS,
        ) => SourceErrorKind::Unreachable,
        _ if is_broken => SourceErrorKind::Unreachable,
        _ => SourceErrorKind::Other,
    };
    let said: Vec<_> = causes().map(ToString::to_string).collect();
    SourceError::new(kind, place).because(said.join(": "))
}
