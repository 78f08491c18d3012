//! The engines that the laws are held over.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use pool_durable::{
    Memory, Postgres, Source, Sqlite,
    postgres::{Client, NoTls},
    rusqlite::Connection,
};
use tempfile::TempDir;

use crate::say;

/// Where jobs are, for tests: opened as each process opens it.
pub(crate) trait Engine: Send + Sync {
    fn open(&self) -> Box<dyn Source>;

    /// As if so much time had passed.
    fn advance(&self, time: Duration);

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
        let file = Self { directory: tempfile::tempdir().unwrap() };
        drop(file.open());
        file
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("jobs.db")
    }

    /// A connection that is not a source.
    pub(crate) fn connection(&self) -> Connection {
        connection(&self.path())
    }
}

pub(crate) fn connection(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(60)).unwrap();
    connection
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
}

/// A server that ends with this process.
pub(crate) struct Server {
    url: String,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _script: Child,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(Server::start);

impl Server {
    pub(crate) fn start() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres");
        let mut script = Command::new(script)
            // Faster; what ends here is processes, not the power.
            .args(["-c", "fsync=off", "-c", "max_connections=200"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("scripts/postgres can be run");
        let stdin = script.stdin.take().expect("piped");
        let mut stdout = BufReader::new(script.stdout.take().expect("piped"));
        let mut url = String::new();
        stdout.read_line(&mut url).expect("the script prints a line");
        if url.is_empty() {
            let status = script.wait().expect("the script ends");
            // It has said that there is no PostgreSQL. Anything else is not to be passed over.
            assert_eq!(status.code(), Some(69), "scripts/postgres failed");
            assert!(
                env::var_os("POOL_DURABLE_NEEDS_POSTGRES").is_none(),
                "PostgreSQL is needed here, and is not installed"
            );
            say("SKIPPED: what needs PostgreSQL");
            return None;
        }
        let talk = Mutex::new((stdin, stdout));
        Some(Self { url: url.trim().to_owned(), talk, _script: script })
    }

    /// As after a crash.
    pub(crate) fn restart(&self) {
        let mut talk = self.talk.lock().unwrap();
        talk.0.write_all(b"\n").unwrap();
        let mut answer = String::new();
        talk.1.read_line(&mut answer).unwrap();
        assert_eq!(answer, "ready\n");
    }
}
