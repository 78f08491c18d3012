//! The engines that the laws are held over.

use std::{
    env,
    path::PathBuf,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use pool_durable::{
    Memory, Postgres, Source, Sqlite,
    postgres::{Client, NoTls},
    rusqlite::{
        Connection,
        functions::{Context, FunctionFlags},
    },
};
use tempfile::TempDir;

use crate::{say, server::Server};

/// A transaction that is open for longer belongs to a process that stands still.
const PATIENCE: Duration = Duration::from_millis(200);

/// Where jobs are, for tests: opened as each process opens it.
pub(crate) trait Engine: Send + Sync {
    fn open(&self) -> Box<dyn Source>;

    /// As if so much time had passed.
    fn advance(&self, time: Duration);

    /// Whether no transaction is open that would hold up this one for long.
    fn is_free(&self) -> bool {
        true
    }

    /// How many jobs the tables have, dead ones and all.
    fn rows(&self) -> u64 {
        self.open().counts().unwrap().all()
    }
}

impl Engine for Memory {
    fn open(&self) -> Box<dyn Source> {
        Box::new(self.clone())
    }

    fn advance(&self, time: Duration) {
        Memory::advance(self, time);
    }
}

pub(crate) struct SqliteFile {
    directory: TempDir,
}

impl SqliteFile {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("jobs.db")
    }

    /// As [`pool_durable::open`] takes it.
    pub(crate) fn place(&self) -> String {
        self.path().to_str().unwrap().to_owned()
    }

    /// As by a process for which the time of day is another: so many seconds ahead of ours.
    pub(crate) fn open_at(&self, ahead: f64) -> Sqlite {
        let connection = self.connection();
        let time = move |_: &mut Context<'_>| {
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
            Ok(now + ahead)
        };
        let flags = FunctionFlags::SQLITE_UTF8;
        connection.create_scalar_function("unixepoch", 1, flags, time).unwrap();
        Sqlite::over("the file", connection).unwrap()
    }

    /// A connection that is not a source.
    pub(crate) fn connection(&self) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        connection.busy_timeout(Duration::from_secs(60)).unwrap();
        connection
    }
}

impl Engine for SqliteFile {
    fn open(&self) -> Box<dyn Source> {
        Box::new(Sqlite::open(self.path()).unwrap())
    }

    fn advance(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        let sql = "UPDATE durable_job SET due = due - ?1";
        self.connection().execute(sql, [millis]).unwrap();
    }

    fn is_free(&self) -> bool {
        let connection = self.connection();
        connection.busy_timeout(PATIENCE).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").is_ok()
    }
}

/// A schema of its own in the server that all tests share.
pub(crate) struct PostgresSchema {
    url: String,
}

impl PostgresSchema {
    /// `None` if there is no PostgreSQL, which it says.
    pub(crate) fn new() -> Option<Self> {
        Some(Self::on(SERVER.as_ref()?))
    }

    pub(crate) fn on(server: &Server) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // Only has to be another each time.
        let schema = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE SCHEMA {schema}");
        Client::connect(&server.url, NoTls).unwrap().batch_execute(&create).unwrap();
        Self { url: format!("{}&options=-csearch_path%3D{schema}", server.url) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }
}

impl Engine for PostgresSchema {
    fn open(&self) -> Box<dyn Source> {
        Box::new(Postgres::connect(&self.url).unwrap())
    }

    fn advance(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        let sql = "UPDATE durable_job SET due = due - $1::bigint * interval '1 millisecond'";
        self.client().execute(sql, &[&millis]).unwrap();
    }

    fn is_free(&self) -> bool {
        let patience = PATIENCE.as_millis();
        let sql = format!("SET lock_timeout = {patience}; UPDATE durable_job SET due = due");
        self.client().batch_execute(&sql).is_ok()
    }
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(start_server);

/// `None` if there is no PostgreSQL, which it says.
pub(crate) fn start_server() -> Option<Server> {
    // Faster; what ends here is processes, not the power.
    let options = ["-c", "fsync=off", "-c", "max_connections=200"];
    let server = Server::start(&env::temp_dir(), &options).unwrap();
    if server.is_none() {
        let needed = env::var_os("POOL_DURABLE_NEEDS_POSTGRES").is_some();
        assert!(!needed, "PostgreSQL is needed here, and is not installed");
        say("SKIPPED: what needs PostgreSQL");
    }
    server
}
