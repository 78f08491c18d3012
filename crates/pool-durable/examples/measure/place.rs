//! Where the jobs are while they are measured.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use pool_durable::{
    Durability, NewJob, Postgres, Source, Sqlite,
    postgres::{Client, NoTls},
};

use crate::{AnyError, server::Server};

/// An engine, with what its commits survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    SqliteNormal,
    SqliteFull,
    Postgres,
}

impl Engine {
    pub(crate) const ALL: [Self; 3] = [Self::SqliteNormal, Self::SqliteFull, Self::Postgres];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SqliteNormal => "sqlite-normal",
            Self::SqliteFull => "sqlite-full",
            Self::Postgres => "postgres",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name() == name)
    }

    /// Opens a place of this engine.
    pub(crate) fn open(self, place: &str) -> Result<Box<dyn Source>, AnyError> {
        Ok(match self {
            Self::SqliteNormal => {
                Box::new(Sqlite::open(place)?.durability(Durability::ProcessCrash)?)
            }
            Self::SqliteFull => Box::new(Sqlite::open(place)?),
            Self::Postgres => Box::new(Postgres::connect(place)?),
        })
    }
}

/// A directory for files, and a server if there is one.
pub(crate) struct Places {
    directory: PathBuf,
    server: Option<Server>,
}

impl Places {
    pub(crate) fn new(directory: &Path) -> Result<Self, AnyError> {
        let server = Server::start(directory, &[])?;
        if server.is_none() {
            eprintln!("PostgreSQL is not measured");
        }
        Ok(Self { directory: directory.to_owned(), server })
    }

    pub(crate) fn postgres_version(&self) -> Result<String, AnyError> {
        let Some(server) = &self.server else { return Ok("none".to_owned()) };
        let version = Client::connect(&server.url, NoTls)?.query_one("SHOW server_version", &[])?;
        Ok(version.get(0))
    }

    pub(crate) fn engines(&self) -> impl Iterator<Item = Engine> {
        let has_server = self.server.is_some();
        Engine::ALL.into_iter().filter(move |it| *it != Engine::Postgres || has_server)
    }

    /// An empty place.
    pub(crate) fn fresh(&self, engine: Engine) -> Result<String, AnyError> {
        if let (Engine::Postgres, Some(Server { url, .. })) = (engine, &self.server) {
            let mut client = Client::connect(url, NoTls)?;
            client.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")?;
            return Ok(url.clone());
        }
        for file in fs::read_dir(&self.directory)? {
            let path = file?.path();
            if path.is_file() {
                fs::remove_file(path)?;
            }
        }
        let path = self.directory.join("jobs.db");
        Ok(path.to_str().ok_or("the directory's name is not UTF-8")?.to_owned())
    }

    /// Microseconds to put a job, so many in a transaction.
    pub(crate) fn put_us(
        &self,
        engine: Engine,
        batch: usize,
        budget: Duration,
    ) -> Result<f64, AnyError> {
        let mut source = engine.open(&self.fresh(engine)?)?;
        let jobs = vec![NewJob::from("12345 67890"); batch];
        let (begun, mut put) = (Instant::now(), 0);
        while begun.elapsed() < budget {
            source.put(&jobs)?;
            put += batch;
        }
        Ok(begun.elapsed().as_secs_f64() * 1e6 / put as f64)
    }
}
