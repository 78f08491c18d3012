//! Checksums of all files under a directory, by several processes over one queue, one of which
//! is killed half way: `cargo run -p pool-durable --example consume -- --processes 4`.
//!
//! It puts a job for each file, starts the processes, kills one with -9 when half of the jobs are
//! left, and starts another in its place. At the end every file has its checksum, which
//! `sha256sum` confirms. With `--postgres URL`, the same over a PostgreSQL server.

#![allow(clippy::doc_markdown, reason = "SQLite and PostgreSQL are names, no code")]

use std::{
    error::Error,
    fmt::Write as _,
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    thread,
    time::Duration,
};

use clap::Parser;
use pool::{Backend, CancellationToken, Config, Context, PoolExt, WorkerId};
use pool_crossbeam::Crossbeam;
use pool_durable::{
    Consumer, Failure, Job, NewJob, Postgres, Source, Sqlite,
    postgres::{Client, NoTls},
    rusqlite::Connection,
};
use pool_workloads::digest;
use walkdir::WalkDir;

type AnyError = Box<dyn Error + Send + Sync>;

/// Checksums of files, by processes of which one is killed.
#[derive(Parser)]
struct Arguments {
    /// Whose files; by default the sources of these crates
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/.."))]
    directory: PathBuf,
    /// How many processes
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    processes: u16,
    /// A PostgreSQL database instead of a file of SQLite; `scripts/postgres` starts one
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// The file; by default one that is removed at the end
    #[arg(long, value_name = "FILE", conflicts_with = "postgres")]
    sqlite: Option<PathBuf>,
    /// How long each job waits before it begins, so that there is a half way
    #[arg(long, default_value_t = 5, value_name = "MILLISECONDS")]
    pace: u64,
    /// Be one of the processes
    #[arg(long, hide = true)]
    consume: bool,
}

fn main() -> Result<(), AnyError> {
    let mut arguments = Arguments::parse();
    let directory = tempfile::tempdir()?;
    if arguments.postgres.is_none() && arguments.sqlite.is_none() {
        arguments.sqlite = Some(directory.path().join("jobs.db"));
    }
    if arguments.consume { consume(&arguments) } else { supervise(&arguments) }
}

/// One of the processes: consumes until nothing is left, or a SIGTERM or Ctrl-C.
fn consume(arguments: &Arguments) -> Result<(), AnyError> {
    let stop = CancellationToken::new();
    ctrlc::set_handler({
        let stop = stop.clone();
        move || stop.cancel()
    })?;

    let place = arguments.place();
    let init = move |_: WorkerId| place.effects();
    let pace = Duration::from_millis(arguments.pace);
    let handler = move |effects: &mut Effects, job: Job, context: &Context| {
        context.sleep(pace)?;
        let path = job.text()?;
        let mut buffer = [0; 16 * 1024];
        // An unreadable file may be readable later; a cancelled job goes back.
        let check = || context.check().map_err(Failure::from);
        let (sum, _) = digest(File::open(path)?, &mut buffer, check)?;
        effects.write(job.id, path, &hex(&sum))
    };
    let (pool, mut results) = Crossbeam::spawn_with_state(Config::new(1).queue(8), init, handler)?;
    let mut queue = arguments.place().open()?;
    let consumer = Consumer::new().batch(4).lease(Duration::from_secs(2)).until_empty();
    let report = consumer.run(&mut *queue, &pool, &mut results, &stop)?;
    println!("process {}: {} done, {} given back", process::id(), report.done, report.released);
    pool.shutdown(Duration::from_secs(10))?;
    Ok(())
}

/// Puts the jobs, starts the processes, kills one, and looks at what they have done.
fn supervise(arguments: &Arguments) -> Result<(), AnyError> {
    let place = arguments.place();
    let mut queue = place.open()?;
    if queue.counts()?.all() > 0 {
        return Err("there are jobs in this queue: name another, or wait for its end".into());
    }
    place.effects()?.create()?;
    let files = files(&arguments.directory)?;
    let jobs: Vec<NewJob> = files.iter().map(|path| path.as_str().into()).collect();
    for batch in jobs.chunks(64) {
        queue.put(batch)?;
    }
    println!("{} files, {} processes", files.len(), arguments.processes);

    let mut processes = Vec::new();
    for _ in 0..arguments.processes {
        processes.push(arguments.start()?);
    }
    wait_until(&mut *queue, files.len() as u64 / 2)?;
    let victim = kill(processes.swap_remove(0))?;
    println!("process {victim}: killed, with {} jobs to go", queue.counts()?.live());
    processes.push(arguments.start()?);

    wait_until(&mut *queue, 0)?;
    for mut process in processes {
        if !process.wait()?.success() {
            return Err("a process has failed".into());
        }
    }
    for dead in queue.dead(10)? {
        println!("dead: {}: {}", String::from_utf8_lossy(&dead.payload), dead.last_error);
    }
    let (sums, runs) = place.effects()?.read()?;
    println!("{} checksums, {} files were read twice", sums.len(), runs - sums.len() as u64);
    if sums.len() != files.len() {
        return Err(format!("{} files have no checksum", files.len() - sums.len()).into());
    }
    confirm(&sums)
}

/// With SIGKILL. Returns which process it was.
fn kill(mut process: Child) -> io::Result<u32> {
    let killed = process.kill();
    process.wait()?;
    killed.map(|()| process.id())
}

fn wait_until(queue: &mut dyn Source, left: u64) -> Result<(), AnyError> {
    while queue.counts()?.live() > left {
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn files(directory: &Path) -> Result<Vec<String>, AnyError> {
    let mut files = Vec::new();
    for entry in WalkDir::new(directory.canonicalize()?) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.into_path().into_os_string().into_string();
            files.push(path.map_err(|path| format!("{} is not UTF-8", path.display()))?);
        }
    }
    if files.is_empty() {
        return Err(format!("{}: there is no file under it", directory.display()).into());
    }
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        _ = write!(hex, "{byte:02x}"); // a string takes everything
        hex
    })
}

/// Has `sha256sum` compute all once more.
fn confirm(sums: &[(String, String)]) -> Result<(), AnyError> {
    let sha256sum = Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict"])
        .stdin(Stdio::piped())
        .spawn();
    let Ok(mut sha256sum) = sha256sum else {
        println!("NOT CONFIRMED: there is no sha256sum here");
        return Ok(());
    };
    let mut input = sha256sum.stdin.take().ok_or("a pipe")?;
    for (path, sum) in sums {
        writeln!(input, "{sum}  {path}")?;
    }
    drop(input);
    if !sha256sum.wait()?.success() {
        return Err("sha256sum has other checksums".into());
    }
    println!("sha256sum has the same");
    Ok(())
}

/// Where the jobs and their effects are.
#[derive(Clone)]
enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Arguments {
    fn place(&self) -> Place {
        match (&self.postgres, &self.sqlite) {
            (Some(url), _) => Place::Postgres(url.clone()),
            (None, path) => Place::Sqlite(path.clone().unwrap_or_default()),
        }
    }

    fn start(&self) -> Result<Child, AnyError> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--consume").arg("--pace").arg(self.pace.to_string());
        match self.place() {
            Place::Sqlite(path) => command.arg("--sqlite").arg(path),
            Place::Postgres(url) => command.arg("--postgres").arg(url),
        };
        Ok(command.spawn()?)
    }
}

impl Place {
    fn open(&self) -> Result<Box<dyn Source>, AnyError> {
        Ok(match self {
            Self::Sqlite(path) => Box::new(Sqlite::open(path)?),
            Self::Postgres(url) => Box::new(Postgres::connect(url)?),
        })
    }

    fn effects(&self) -> Result<Effects, AnyError> {
        Ok(match self {
            Self::Sqlite(path) => {
                let connection = Connection::open(path)?;
                connection.busy_timeout(Duration::from_secs(10))?;
                Effects::Sqlite(connection)
            }
            Self::Postgres(url) => Effects::Postgres(Client::connect(url, NoTls)?),
        })
    }
}

/// What the jobs are for: a checksum under the number of its job, so that to write it twice
/// changes nothing.
enum Effects {
    Sqlite(Connection),
    Postgres(Client),
}

const CREATE: &str = "
    DROP TABLE IF EXISTS checksum;
    CREATE TABLE checksum (job BIGINT PRIMARY KEY, path TEXT, sum TEXT, runs BIGINT DEFAULT 1);
";

const WRITE: &str = "
    INSERT INTO checksum (job, path, sum) VALUES ($1, $2, $3)
    ON CONFLICT (job) DO UPDATE SET sum = excluded.sum, runs = checksum.runs + 1
";

const READ: &str = "SELECT path, sum, runs FROM checksum";

impl Effects {
    fn create(&mut self) -> Result<(), AnyError> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(CREATE)?,
            Self::Postgres(client) => client.batch_execute(CREATE)?,
        }
        Ok(())
    }

    fn write(&mut self, job: i64, path: &str, sum: &str) -> Result<(), Failure> {
        match self {
            Self::Sqlite(connection) => _ = connection.execute(WRITE, (job, path, sum))?,
            Self::Postgres(client) => _ = client.execute(WRITE, &[&job, &path, &sum])?,
        }
        Ok(())
    }

    /// The checksums, and how many runs they took.
    fn read(&mut self) -> Result<(Vec<(String, String)>, u64), AnyError> {
        let rows: Vec<(String, String, i64)> = match self {
            Self::Sqlite(connection) => {
                let mut read = connection.prepare(READ)?;
                let rows = read.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                rows.collect::<Result<_, _>>()?
            }
            Self::Postgres(client) => {
                let rows = client.query(READ, &[])?;
                rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
            }
        };
        let runs = rows.iter().map(|row| row.2.unsigned_abs()).sum();
        Ok((rows.into_iter().map(|(path, sum, _)| (path, sum)).collect(), runs))
    }
}
