//! Checksums of all files under a directory, by several processes over one queue, one of which
//! is killed half way: `cargo run -p pool-durable --example consume -- --processes 4`.
//!
//! It puts a job for each file, starts the processes, kills one with -9 when half of the jobs are
//! left, and starts another in its place. At the end every file has its checksum, which
//! `sha256sum` confirms. With `--postgres URL`, the same over a PostgreSQL server.

#![allow(clippy::doc_markdown, reason = "SQLite and PostgreSQL are names, no code")]

use std::{
    collections::BTreeSet,
    error::Error,
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{self, Child, Command, ExitCode, Stdio},
    thread,
    time::Duration,
};

use clap::Parser;
use pool::{Backend, CancellationToken, Config, Context, PoolExt};
use pool_crossbeam::Crossbeam;
use pool_durable::{Consumer, Failure, Job, NewJob, Source};
use sha2::{Digest, Sha256};
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
    sqlite: Option<String>,
    /// How long each job waits before it begins, so that there is a half way
    #[arg(long, default_value_t = 5, value_name = "MILLISECONDS")]
    pace: u64,
    /// Be one of the processes, with its checksums in this directory
    #[arg(long, hide = true)]
    consume: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.consume {
        Some(sums) => consume(&arguments, sums),
        None => supervise(arguments),
    };
    if let Err(error) = outcome {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

impl Arguments {
    fn queue(&self) -> Result<Box<dyn Source>, AnyError> {
        let place = self.postgres.as_ref().or(self.sqlite.as_ref()).ok_or("no queue is named")?;
        Ok(pool_durable::open(place)?)
    }

    fn start(&self, sums: &Path) -> io::Result<Child> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--consume").arg(sums).arg("--pace").arg(self.pace.to_string());
        for (option, place) in [("--sqlite", &self.sqlite), ("--postgres", &self.postgres)] {
            if let Some(place) = place {
                command.args([option, place]);
            }
        }
        command.spawn()
    }
}

/// One of the processes: consumes until nothing is left, or a SIGTERM or Ctrl-C.
fn consume(arguments: &Arguments, sums: &Path) -> Result<(), AnyError> {
    let stop = CancellationToken::new();
    ctrlc::set_handler({
        let stop = stop.clone();
        move || stop.cancel()
    })?;

    let (sums, pace) = (sums.to_owned(), Duration::from_millis(arguments.pace));
    let handler = move |job: Job, context: &Context| {
        context.sleep(pace)?;
        let path = job.text()?;
        // An unreadable file may be readable later; a cancelled job goes back.
        let (mut file, mut buffer, mut sum) = (File::open(path)?, [0; 16 * 1024], Sha256::new());
        loop {
            context.check()?;
            match file.read(&mut buffer)? {
                0 => return write_sum(&sums, job.id, path, &hex(&sum.finalize())),
                read => sum.update(&buffer[..read]),
            }
        }
    };
    let (pool, mut results) = Crossbeam::spawn(Config::new(1).queue(8), handler)?;
    let mut queue = arguments.queue()?;
    let consumer = Consumer::new().batch(4).lease(Duration::from_secs(2)).until_empty();
    let report = consumer.run(&mut *queue, &pool, &mut results, &stop)?;
    println!("process {}: {} done, {} given back", process::id(), report.done, report.released);
    pool.shutdown(Duration::from_secs(10))?;
    Ok(())
}

/// What a job is for: a checksum, in a file under the job's id. To write it twice adds the same
/// line again, which changes nothing, and is counted.
fn write_sum(sums: &Path, job: i64, path: &str, sum: &str) -> Result<(), Failure> {
    let mut file = OpenOptions::new().create(true).append(true).open(sums.join(job.to_string()))?;
    Ok(file.write_all(format!("{sum}  {path}\n").as_bytes())?)
}

/// Puts the jobs, starts the processes, kills one, and looks at what they have done.
fn supervise(mut arguments: Arguments) -> Result<(), AnyError> {
    let directory = tempfile::tempdir()?;
    let sums = directory.path().join("sums");
    fs::create_dir(&sums)?;
    if arguments.postgres.is_none() && arguments.sqlite.is_none() {
        arguments.sqlite = Some(directory.path().join("jobs.db").to_string_lossy().into_owned());
    }
    let mut queue = arguments.queue()?;
    if queue.counts()?.all() > 0 {
        return Err("there are jobs in this queue: name another, or wait for its end".into());
    }
    let files = files(&arguments.directory)?;
    let jobs: Vec<NewJob> = files.iter().map(|path| path.as_str().into()).collect();
    for batch in jobs.chunks(64) {
        queue.put(batch)?;
    }
    println!("{} files, {} processes", files.len(), arguments.processes);

    let mut processes = Vec::new();
    for _ in 0..arguments.processes {
        processes.push(arguments.start(&sums)?);
    }
    wait_until(&mut *queue, files.len() as u64 / 2)?;
    let victim = kill(processes.swap_remove(0))?;
    println!("process {victim}: killed, with {} jobs to go", queue.counts()?.live());
    processes.push(arguments.start(&sums)?);

    wait_until(&mut *queue, 0)?;
    for mut process in processes {
        if !process.wait()?.success() {
            return Err("a process has failed".into());
        }
    }
    for dead in queue.dead(10)? {
        println!("dead: {}: {}", String::from_utf8_lossy(&dead.payload), dead.last_error);
    }
    confirm(&sums, files.len())
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
    let explain = |error| format!("{}: {error}", directory.display());
    let mut files = Vec::new();
    for entry in WalkDir::new(directory.canonicalize().map_err(explain)?) {
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

/// Every file has one checksum, and `sha256sum` has the same.
fn confirm(sums: &Path, files: usize) -> Result<(), AnyError> {
    let mut lines = String::new();
    for file in fs::read_dir(sums)? {
        lines += &fs::read_to_string(file?.path())?;
    }
    let checksums: BTreeSet<_> = lines.lines().collect();
    let twice = lines.lines().count() - checksums.len();
    println!("{} checksums, {twice} files were read twice", checksums.len());
    if checksums.len() != files {
        return Err(format!("there should be {files} checksums").into());
    }

    let sha256sum = Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict"])
        .stdin(Stdio::piped())
        .spawn();
    let Ok(mut sha256sum) = sha256sum else {
        println!("NOT CONFIRMED: there is no sha256sum here");
        return Ok(());
    };
    let mut input = sha256sum.stdin.take().ok_or("a pipe")?;
    for checksum in checksums {
        writeln!(input, "{checksum}")?;
    }
    drop(input);
    if !sha256sum.wait()?.success() {
        return Err("sha256sum has other checksums".into());
    }
    println!("sha256sum has the same");
    Ok(())
}
