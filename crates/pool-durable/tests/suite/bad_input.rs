//! What is given by mistake, and the error that says what to do.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, ExitStatus},
    time::Duration,
};

use pool::{Backend, CancellationToken, Config, Context};
use pool_durable::{
    ConsumeError, Consumer, Failure, Job, Memory, Postgres, Source, SourceErrorKind, Sqlite,
};
use pool_std::Std;

use crate::{
    cases::{jobs, take},
    engine::{Engine, PostgresSchema, SqliteFile},
    within_limit,
};

#[test]
fn a_file_that_is_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    let text = "not a database, but long enough to be looked at as one, line by line\n".repeat(20);
    fs::write(&path, &text).unwrap();
    let error = Sqlite::open(&path).unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::NotADatabase);
    let expected = format!(
        "{} is no SQLite database: name another file, or move it away (file is not a database)",
        path.display()
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "it has been written to");
}

#[test]
fn a_file_in_no_directory() {
    let error = Sqlite::open("/no/such/directory/jobs.db").unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Unreachable);
    let text = error.to_string();
    assert!(
        text.starts_with("/no/such/directory/jobs.db cannot be reached: see whether"),
        "{text}"
    );
}

#[test]
fn tables_of_another_version() {
    let file = SqliteFile::new();
    file.open().put(&jobs(1)).unwrap();
    file.connection().execute("UPDATE durable_version SET version = 2", ()).unwrap();
    let error = Sqlite::open(file.path()).unwrap_err();
    let expected = " has jobs in tables of version 2, and this program knows version 1: run the \
                    program that made them until no job is left, or use another place";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert!(!error.is_transient());

    let Some(schema) = PostgresSchema::new() else { return };
    schema.open().put(&jobs(1)).unwrap();
    schema.client().execute("UPDATE durable_version SET version = 2", &[]).unwrap();
    let error = Postgres::connect(schema.url()).unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::OtherVersion { found: 2, known: 1 });
    assert!(error.to_string().starts_with("PostgreSQL at /"), "{error}");
}

#[test]
fn a_file_that_another_keeps_locked() {
    let file = SqliteFile::new();
    let mut source = file.open();
    let other = file.connection();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = source.put(&jobs(1)).unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Locked);
    assert!(error.is_transient());
    let text = error.to_string();
    assert!(text.contains("has been locked by another process for seconds: look for"), "{text}");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(source.put(&jobs(1)).unwrap(), [1]);
}

#[test]
fn a_file_that_may_not_grow() {
    let file = SqliteFile::new();
    let connection = file.connection();
    connection.pragma_update(None, "max_page_count", 16).unwrap();
    let mut source = Sqlite::over("jobs.db", connection).unwrap();
    let mut put = 0;
    let error = loop {
        match source.put(&[vec![0; 1000].into()]) {
            Ok(ids) => put += ids.len(),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind, error.is_transient()), (SourceErrorKind::Full, true));
    let text = error.to_string();
    assert!(text.starts_with("jobs.db is full, and nothing was written: make room"), "{text}");
    assert_eq!(take(&mut *file.open(), 100).len(), put);
}

/// This program once more, as a user that is not root: permissions apply to it.
fn as_a_user(test: &str, path: &PathBuf) -> ExitStatus {
    let program = path.with_file_name("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(program);
    command.args(["--exact", test, "--ignored"]).env("POOL_DURABLE_FILE", path);
    if fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0) {
        command.uid(65534).gid(65534);
    }
    command.status().unwrap()
}

#[test]
fn a_file_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let file = SqliteFile::new();
    file.open().put(&jobs(1)).unwrap();
    let path = file.path();
    let allow = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(path.parent().unwrap(), 0o755);
    allow(&path, 0o444);
    assert!(as_a_user("bad_input::a_user_may_not_write", &path).success());
    assert_eq!(take(&mut *file.open(), 9).len(), 1);
}

#[test]
#[ignore = "run by another test, as another user"]
fn a_user_may_not_write() {
    let Ok(path) = std::env::var("POOL_DURABLE_FILE") else { return };
    let error = Sqlite::open(&path).unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::ReadOnly, "{error:?}");
    let expected = "cannot be written: give this user the right to write to it, for a file to its \
                    directory too";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn a_database_that_may_not_be_written() {
    let Some(schema) = PostgresSchema::new() else { return };
    schema.open().put(&jobs(1)).unwrap();
    let url = format!("{}%20-cdefault_transaction_read_only%3Don", schema.url());
    let error = Postgres::connect(&url).unwrap().put(&jobs(1)).unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::ReadOnly, "{error:?}");
}

#[test]
fn a_server_that_is_not_there() {
    let url = "postgresql://worker:secret@localhost:1/shop";
    let error = Postgres::connect(url).unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Unreachable);
    assert!(error.is_transient());
    let text = error.to_string();
    assert!(text.starts_with("PostgreSQL at localhost cannot be reached: see whether"), "{text}");
    assert!(!format!("{error:?} {text}").contains("secret"), "{error:?}");
}

#[test]
fn a_url_that_is_none() {
    let error = Postgres::connect("postgresql://:port").unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Other);
    assert!(error.to_string().starts_with("the URL "), "{error}");
}

fn consume(consumer: &Consumer, source: &mut dyn Source) -> Result<(), ConsumeError> {
    let handler = |_: Job, _: &Context| Ok::<_, Failure>(());
    let (pool, mut results) = Std::spawn(Config::new(1), handler).unwrap();
    consumer.run(source, &pool, &mut results, &CancellationToken::new()).map(drop)
}

#[test]
fn a_lease_shorter_than_a_transaction() {
    let mut memory = Memory::new();
    memory.put(&jobs(3)).unwrap();
    let consumer = Consumer::new().lease(Duration::from_nanos(1));
    let error = consume(&consumer, &mut memory).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("a lease of 1ns runs out before it can be renewed: "), "{text}");
    let counts = memory.counts().unwrap();
    assert_eq!((counts.ready, counts.all()), (3, 3), "nothing was claimed");
}

#[test]
fn tables_that_are_gone() {
    let Some(schema) = PostgresSchema::new() else { return };
    within_limit(move || {
        let mut source = schema.open();
        source.put(&jobs(3)).unwrap();
        schema.client().batch_execute("DROP TABLE durable_job").unwrap();
        let error = consume(&Consumer::new(), &mut *source).unwrap_err();
        let ConsumeError::Source { error, report } = error else { panic!("{error}") };
        assert_eq!((error.kind, report.claimed), (SourceErrorKind::Other, 0));
        assert!(error.to_string().contains("durable_job"), "{error}");
    });
}
