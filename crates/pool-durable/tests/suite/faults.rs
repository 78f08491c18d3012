//! What may happen to a process, a clock, a disk or a server while jobs run.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fs::{self, DirEntry, OpenOptions},
    hash::{BuildHasher, RandomState},
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Barrier, Mutex, mpsc},
    thread,
    time::Duration,
};

#[cfg(unix)]
use nix::{
    sys::{
        signal::{self, Signal},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};
use pool::{Backend, CancellationToken, Config, Context};
use pool_durable::{Consumer, Failure, Job, NewJob, Source, SourceErrorKind, Sqlite, Verdict};
use pool_std::Std;
use tempfile::TempDir;

use crate::{
    LIMIT,
    cases::{LEASE, give, jobs, take},
    engine::{Engine, PostgresSchema, SqliteFile, start_server},
    eventually, say, within, within_limit,
};

/// What processes share.
struct Shared {
    /// Where the jobs are.
    place: String,
    /// What jobs leave behind: a file under a job's id, one byte longer after each run.
    effects: TempDir,
}

impl Shared {
    fn new(place: &str) -> Self {
        Self { place: place.to_owned(), effects: tempfile::tempdir().unwrap() }
    }

    fn effects(&self) -> BTreeMap<i64, u64> {
        let effect = |file: io::Result<DirEntry>| {
            let file = file.unwrap();
            let id = file.file_name().to_str().unwrap().parse().unwrap();
            (id, file.metadata().unwrap().len())
        };
        fs::read_dir(&self.effects).unwrap().map(effect).collect()
    }
}

fn add_effect(effects: &Path, id: i64) -> io::Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(effects.join(id.to_string()));
    file?.write_all(b".")
}

/// A process that consumes until its input ends; this very program, with one test.
struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

const PLACE: &str = "POOL_DURABLE_PLACE";
const EFFECTS: &str = "POOL_DURABLE_EFFECTS";
const HOLDS: &str = "POOL_DURABLE_HOLDS";

impl Process {
    fn start(shared: &Shared, holds: bool) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "faults::another_process", "--ignored", "--nocapture"]);
        command.env(PLACE, &shared.place).env(EFFECTS, shared.effects.path());
        if holds {
            command.env(HOLDS, "");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    /// The rest of the next line that begins so.
    fn reads(&mut self, beginning: &str) -> String {
        let mut line = String::new();
        while self.output.read_line(&mut line).unwrap() > 0 {
            // The test harness has begun the line.
            if let Some((_, rest)) = line.split_once(beginning) {
                return rest.trim().to_owned();
            }
            line.clear();
        }
        panic!("the process has ended before it said {beginning:?}");
    }

    fn kill(&mut self) {
        self.child.kill().unwrap(); // with SIGKILL
        self.child.wait().unwrap();
    }

    #[cfg(unix)]
    fn signal(&self, signal: Signal) {
        signal::kill(self.id(), signal).unwrap();
    }

    /// Returns once all of its threads do.
    #[cfg(unix)]
    fn stand_still(&self) {
        self.signal(Signal::SIGSTOP);
        let stopped = WaitStatus::Stopped(self.id(), Signal::SIGSTOP);
        assert_eq!(waitpid(self.id(), Some(WaitPidFlag::WUNTRACED)), Ok(stopped));
    }

    #[cfg(unix)]
    fn id(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    fn end(mut self) -> String {
        drop(self.input.take());
        let report = self.reads("report ");
        assert!(self.child.wait().unwrap().success());
        report
    }
}

/// What [`Process`] runs.
#[test]
#[ignore = "run by other tests, in a process of its own"]
fn another_process() {
    let (Ok(place), Ok(effects)) = (env::var(PLACE), env::var(EFFECTS)) else { return };
    let stop = CancellationToken::new();
    let (go, gone) = mpsc::channel();
    thread::spawn({
        let stop = stop.clone();
        move || {
            for line in io::stdin().lines().map_while(Result::ok) {
                _ = go.send(line);
            }
            stop.cancel();
        }
    });

    let holds = env::var_os(HOLDS).is_some();
    let gone = Mutex::new(gone);
    let handler = move |job: Job, _: &Context| {
        if holds {
            println!("started {}", job.id);
            gone.lock().unwrap().recv().unwrap();
        }
        Ok::<_, Failure>(add_effect(effects.as_ref(), job.id)?)
    };
    let (pool, mut results) = Std::spawn(Config::new(1).queue(8), handler).unwrap();
    let lease = if holds { LEASE } else { Duration::from_millis(400) };
    let consumer = Consumer::new()
        .batch(4)
        .lease(lease)
        .attempts(1000)
        .poll(Duration::from_millis(5))
        .linger(Duration::from_millis(1));
    let mut source = pool_durable::open(&place).unwrap();
    let report = consumer.run(&mut *source, &pool, &mut results, &stop).unwrap();
    println!("report {report:?}");
}

fn random() -> u64 {
    RandomState::new().hash_one(0)
}

/// How often a process is killed: `POOL_DURABLE_KILLS=200 cargo test -p pool-durable kills`.
fn kills() -> u32 {
    env::var("POOL_DURABLE_KILLS").map_or(20, |kills| kills.parse().expect("a number of kills"))
}

/// Processes are killed at random moments, and others take their place.
fn kills_lose_nothing(name: &str, place: &str) {
    let kills = kills();
    let mut source = pool_durable::open(place).unwrap();
    let shared = Shared::new(place);
    let mut processes: Vec<_> = (0..4).map(|_| Process::start(&shared, false)).collect();
    let mut put = BTreeSet::new();
    for _ in 0..kills {
        put.extend(source.put(&jobs(50)).unwrap());
        thread::sleep(Duration::from_micros(random() % 40_000));
        let victim = (random() % 4) as usize;
        processes[victim].kill();
        processes[victim] = Process::start(&shared, false);
    }
    eventually("all jobs are settled", || source.counts().unwrap().live() == 0);
    for process in processes {
        process.end();
    }

    assert_eq!(source.counts().unwrap().dead, 0);
    let runs = shared.effects();
    assert!(runs.keys().eq(&put), "{} of {} jobs have an effect", runs.len(), put.len());
    let repeated: u64 = runs.values().map(|runs| runs - 1).sum();
    say(&format!("{name}: {kills} kills, {} jobs, none lost, {repeated} repeated", put.len()));
}

#[test]
fn sqlite_kills_lose_nothing() {
    let file = SqliteFile::new();
    within(LIMIT + kills() * LIMIT / 60, move || {
        kills_lose_nothing("SQLite", &file.place());
    });
}

#[test]
fn postgres_kills_lose_nothing() {
    let Some(schema) = PostgresSchema::new() else { return };
    within(LIMIT + kills() * LIMIT / 60, move || {
        kills_lose_nothing("PostgreSQL", schema.url());
    });
}

/// A process stands still past its lease, another does its job, and it wakes and answers.
#[cfg(unix)]
fn a_process_that_slept_past_its_lease_settles_nothing(engine: &dyn Engine, place: &str) {
    let shared = Shared::new(place);
    let ids = engine.open().put(&jobs(1)).unwrap();
    let mut process = Process::start(&shared, true);
    assert_eq!(process.reads("started "), ids[0].to_string());
    // Not in the middle of a transaction, where it would hold up all others.
    eventually("it stands still outside of transactions", || {
        process.stand_still();
        engine.is_free() || {
            process.signal(Signal::SIGCONT);
            false
        }
    });

    engine.advance(LEASE);
    let mut other = engine.open();
    let job = &take(&mut *other, 1)[0];
    assert_eq!((job.id, job.attempt), (ids[0], 2));
    process.signal(Signal::SIGCONT);
    process.input.as_ref().unwrap().write_all(b"go\n").unwrap();
    eventually("it has done the job again", || !shared.effects().is_empty());
    let report = process.end();
    assert!(report.contains(" done: 0,") && report.contains(" lost: 1,"), "{report}");
    assert!(give(&mut *other, job, Verdict::Done), "settled by the one that slept");
}

#[cfg(unix)]
#[test]
fn sqlite_a_process_that_slept_past_its_lease_settles_nothing() {
    let file = SqliteFile::new();
    within_limit(move || {
        a_process_that_slept_past_its_lease_settles_nothing(&file, &file.place());
    });
}

#[cfg(unix)]
#[test]
fn postgres_a_process_that_slept_past_its_lease_settles_nothing() {
    let Some(schema) = PostgresSchema::new() else { return };
    within_limit(move || {
        a_process_that_slept_past_its_lease_settles_nothing(&schema, schema.url());
    });
}

/// One process has the time of day wrong by more than a lease, or it has been set meanwhile.
#[test]
fn sqlite_the_time_of_day_ends_no_lease_and_delays_no_job() {
    const HOUR: f64 = 60.0 * 60.0;
    for (first, second) in [(0.0, HOUR), (HOUR, 0.0), (0.0, -HOUR), (-HOUR, 0.0)] {
        let file = SqliteFile::new();
        let mut first = file.open_at(first);
        first.put(&jobs(3)).unwrap();
        let held = take(&mut first, 2);
        let mut second = file.open_at(second);
        assert_eq!(take(&mut second, 9).len(), 1, "what is ready, and no live lease");
        assert!(give(&mut first, &held[0], Verdict::Renew));
        assert!(take(&mut second, 9).is_empty());
        assert!(give(&mut first, &held[0], Verdict::Release));
        assert_eq!(take(&mut second, 9).len(), 1, "ready at once");
    }
}

/// The clock that all share begins anew with the machine; what was put before is not late for it.
#[test]
fn sqlite_delays_go_on_over_a_restart_of_the_machine() {
    let file = SqliteFile::new();
    file.open().put(&[NewJob::from("later").after(LEASE)]).unwrap();
    assert_eq!(file.open().counts().unwrap().delayed, 1);
    // As if it had been put before the machine was started, an hour ago.
    let earlier = "
        UPDATE durable_clock SET boot = 'another', start = start - 3600000;
        UPDATE durable_job SET due = due - 3600000;
    ";
    file.connection().execute_batch(earlier).unwrap();
    assert_eq!(take(&mut *file.open(), 9).len(), 1);
}

/// Retries until the source takes it, as a producer may that would rather put twice than not.
fn put_stubbornly(source: &mut dyn Source, jobs: &[NewJob]) {
    eventually("the source takes jobs", || match source.put(jobs) {
        Ok(_) => true,
        Err(error) => {
            assert!(error.is_transient(), "{error}");
            false
        }
    });
}

#[test]
fn postgres_restarted_under_load_loses_nothing() {
    const JOBS: usize = 3000;
    let Some(server) = start_server() else { return };
    within_limit(move || {
        let schema = PostgresSchema::on(&server);
        // One that is not ready yet, so that no consumer finds the source empty before the end.
        let mut source = schema.open();
        let last = NewJob::from(JOBS.to_string()).after(LEASE * 100);
        source.put(&[last]).unwrap();
        let done = Arc::new(Mutex::new(BTreeSet::new()));
        let consumers: Vec<_> = (0..2)
            .map(|_| {
                let (mut source, done) = (schema.open(), Arc::clone(&done));
                thread::spawn(move || {
                    let handler = move |job: Job, _: &Context| {
                        done.lock().unwrap().insert(job.parse::<usize>()?);
                        Ok::<_, Failure>(())
                    };
                    let (pool, mut results) = Std::spawn(Config::new(1).queue(8), handler).unwrap();
                    let consumer = Consumer::new()
                        .batch(4)
                        .lease(Duration::from_millis(500))
                        .attempts(1000)
                        .poll(Duration::from_millis(5));
                    let stop = CancellationToken::new();
                    // Until the last is done: then the pool is closed by its drop.
                    consumer.until_empty().run(&mut *source, &pool, &mut results, &stop).unwrap()
                })
            })
            .collect();
        let mut put = 0;
        for _ in 0..3 {
            for _ in 0..10 {
                let numbers = put..put + JOBS / 30;
                put = numbers.end;
                let jobs: Vec<NewJob> = numbers.map(|n| n.to_string().into()).collect();
                put_stubbornly(&mut *source, &jobs);
            }
            // Some are done, and most are not: the server goes down under load.
            eventually("some are done", || done.lock().unwrap().len() + JOBS / 4 > put);
            server.restart();
        }
        eventually("all are done but the last", || done.lock().unwrap().len() == JOBS);
        schema.advance(LEASE * 100);
        for consumer in consumers {
            consumer.join().unwrap();
        }
        assert!(done.lock().unwrap().iter().copied().eq(0..=JOBS));
        assert_eq!(schema.open().counts().unwrap().all(), 0);
    });
}

/// A small disk that is taken away again; `None`, said, where none can be had.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(directory.path())
            .stderr(Stdio::null())
            .status();
        if mount.is_ok_and(|status| status.success()) {
            return Some(Self(directory));
        }
        say("SKIPPED: a full disk, as this user may not mount one");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

#[test]
fn sqlite_a_full_disk_is_an_error_and_no_loss() {
    let Some(disk) = SmallDisk::new() else { return };
    within_limit(move || {
        let path = disk.path().join("jobs.db");
        let ballast = disk.path().join("ballast");
        fs::write(&ballast, vec![0; 500_000]).unwrap();
        let mut source = Sqlite::open(&path).unwrap();
        let mut put = 0;
        let error = loop {
            match source.put(&[vec![0; 1000].into()]) {
                Ok(_) => put += 1,
                Err(error) => break error,
            }
            assert!(put < 1000, "a disk of 1 MiB has room for {put} times 1 kB");
        };
        assert_eq!(error.kind, SourceErrorKind::Full);
        let (text, start) = (error.to_string(), path.display().to_string());
        assert!(text.starts_with(&format!("{start} is full, and nothing was written")), "{text}");
        assert!(error.is_transient());
        assert_eq!(source.counts().unwrap().ready, put);

        // A consumer waits for room, and then goes on.
        let (pool, mut results) =
            Std::spawn(Config::new(1).queue(32), |_: Job, _: &Context| Ok::<_, Failure>(()))
                .unwrap();
        let consumer = Consumer::new().until_empty();
        let consuming = thread::spawn(move || {
            let stop = CancellationToken::new();
            (consumer.run(&mut source, &pool, &mut results, &stop), source)
        });
        fs::remove_file(ballast).unwrap();
        let (report, mut source) = consuming.join().unwrap();
        assert_eq!(report.unwrap().done, put);
        assert_eq!(source.counts().unwrap().all(), 0);
        drop(disk);
    });
}

#[test]
fn postgres_a_full_disk_is_an_error_and_no_loss() {
    let Some(schema) = PostgresSchema::new() else { return };
    within_limit(move || {
        let mut source = schema.open();
        source.put(&jobs(3)).unwrap();
        // The server would say the same, but for all tests.
        schema
            .client()
            .batch_execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full';
                 END $$;
                 CREATE TRIGGER full_disk BEFORE INSERT ON durable_job
                 EXECUTE FUNCTION full_disk();",
            )
            .unwrap();
        let error = source.put(&jobs(1)).unwrap_err();
        assert_eq!(error.kind, SourceErrorKind::Full);
        assert_eq!(source.counts().unwrap().ready, 3);
    });
}

/// Rows come and go a hundred times; the file is that of the largest backlog.
#[test]
fn sqlite_the_file_is_bounded() {
    let file = SqliteFile::new();
    let mut source = file.open();
    let size = || {
        let files = fs::read_dir(file.path().parent().unwrap()).unwrap();
        files.map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>()
    };
    let mut sizes = Vec::new();
    for _ in 0..100 {
        let jobs: Vec<NewJob> = (0..50).map(|_| vec![7; 1000].into()).collect();
        source.put(&jobs).unwrap();
        for job in take(&mut *source, 50) {
            assert!(give(&mut *source, &job, Verdict::Done));
        }
        sizes.push(size());
    }
    // The log has its full length after 1,000 pages, which are 4 MB, and a few of the transaction
    // that came last. What is not deleted would be another 2.5 MB.
    assert!(sizes[99] < sizes[49] + 100_000 && sizes[99] < 6_000_000, "{sizes:?}");
}

/// Where SQLite's own waiting would have one of four do nearly all the work.
#[test]
fn sqlite_four_claimers_all_have_a_share() {
    const CLAIMS: u32 = 1200;
    let file = SqliteFile::new();
    file.open().put(&jobs(CLAIMS as usize)).unwrap();
    let all_are_open = Barrier::new(4);
    let shares: Vec<u32> = thread::scope(|scope| {
        let claim = || {
            let mut source = file.open();
            all_are_open.wait();
            let mut claims = 0;
            while let Some(job) = take(&mut *source, 1).pop() {
                give(&mut *source, &job, Verdict::Done);
                claims += 1;
            }
            claims
        };
        let claimers = [(); 4].map(|()| scope.spawn(claim));
        claimers.map(|claimer| claimer.join().unwrap()).into()
    });
    assert_eq!(shares.iter().sum::<u32>(), CLAIMS);
    say(&format!("SQLite: of {CLAIMS} claims, four claimers have had {shares:?}"));
    // How like they are is for the system's scheduler, too: on a loaded machine not very.
    assert!(*shares.iter().min().unwrap() >= CLAIMS / 100, "{shares:?}");
}

/// SQLite does not wait by itself while another makes the file what it is to be.
#[test]
fn sqlite_a_new_file_is_opened_by_many_at_once() {
    for _ in 0..20 {
        let file = SqliteFile::new();
        let all_are_here = Barrier::new(8);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    all_are_here.wait();
                    file.open().put(&jobs(1)).unwrap();
                });
            }
        });
        assert_eq!(file.open().counts().unwrap().ready, 8);
    }
}
