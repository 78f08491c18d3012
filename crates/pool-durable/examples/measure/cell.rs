//! One measurement: so many processes have jobs of one length done.

use std::{
    convert::Infallible,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use pool::{Backend, Config, Context, Pool, Results};
use pool_crossbeam::Crossbeam;
use pool_durable::{NewJob, Source};
use pool_measure::{
    granularity::{Metg, metg},
    machine::{cores, parallelism},
};
use pool_workloads::{Mix, Speed};

use crate::{
    AnyError,
    place::{Engine, Places},
};

/// The lengths of jobs for which efficiency is measured.
pub(crate) const LENGTHS: [Duration; 8] = [
    Duration::from_micros(3),
    Duration::from_micros(10),
    Duration::from_micros(30),
    Duration::from_micros(100),
    Duration::from_micros(300),
    Duration::from_millis(1),
    Duration::from_millis(3),
    Duration::from_millis(10),
];

/// The same for the pool alone.
pub(crate) const POOL_LENGTHS: [Duration; 6] = [
    Duration::from_nanos(100),
    Duration::from_nanos(250),
    Duration::from_nanos(500),
    Duration::from_micros(1),
    Duration::from_micros(3),
    Duration::from_micros(10),
];

static SPEED: LazyLock<Speed> = LazyLock::new(Speed::measure);

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) engine: Engine,
    pub(crate) batch: usize,
    pub(crate) processes: usize,
    /// In seconds.
    pub(crate) lease: usize,
}

/// What came out.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    length: Duration,
    /// How many cores could be busy.
    cores: u32,
    elapsed: Duration,
    /// How many jobs each process did.
    done: Vec<usize>,
}

impl Measured {
    fn jobs(&self) -> usize {
        self.done.iter().sum()
    }

    /// The time of all cores that a job takes on top of its own length.
    pub(crate) fn cost_us(&self) -> f64 {
        (self.core_time() / self.jobs() as f64 - self.length.as_secs_f64()) * 1e6
    }

    pub(crate) fn jobs_per_s(&self) -> f64 {
        self.jobs() as f64 / self.elapsed.as_secs_f64()
    }

    /// The part of the cores' time that is the jobs' own.
    pub(crate) fn efficiency(&self) -> f64 {
        let work = self.length.as_secs_f64() * self.jobs() as f64;
        work / self.core_time()
    }

    /// In seconds.
    fn core_time(&self) -> f64 {
        self.elapsed.as_secs_f64() * f64::from(self.cores)
    }

    pub(crate) fn least_share(&self) -> f64 {
        *self.done.iter().min().unwrap_or(&0) as f64 / self.jobs() as f64
    }

    pub(crate) fn most_share(&self) -> f64 {
        *self.done.iter().max().unwrap_or(&0) as f64 / self.jobs() as f64
    }
}

impl Cell {
    pub(crate) fn name(&self) -> String {
        let (engine, batch, processes) = (self.engine.name(), self.batch, self.processes);
        format!("{engine}/batch-{batch}/processes-{processes}")
    }

    /// A worker a core, but one a process at least.
    pub(crate) fn workers(&self) -> usize {
        (cores() / self.processes).max(1) * self.processes
    }

    /// Measures for about as long as the budget says.
    pub(crate) fn run(
        &self,
        places: &Places,
        length: Duration,
        budget: Duration,
    ) -> Result<Measured, AnyError> {
        // Enough for everyone to have a few batches.
        let least = 8 * self.batch * self.processes;
        let pilot = self.run_jobs(places, length, least.max(16))?;
        if pilot.elapsed >= budget / 2 {
            return Ok(pilot);
        }
        let jobs = pilot.jobs() as f64 * budget.as_secs_f64() / pilot.elapsed.as_secs_f64();
        self.run_jobs(places, length, (jobs as usize).clamp(least, 500_000))
    }

    fn run_jobs(
        &self,
        places: &Places,
        length: Duration,
        count: usize,
    ) -> Result<Measured, AnyError> {
        let place = places.fresh(self.engine)?;
        let mut source = self.engine.open(&place)?;
        let sum = put(&mut *source, length, count)?;
        let mut processes = Vec::new();
        for _ in 0..self.processes {
            processes.push(Process::start(self, &place)?);
        }
        let begun = Instant::now();
        for process in &mut processes {
            process.go()?;
        }
        let mut done = Vec::new();
        let mut sums = 0_u64;
        for process in &mut processes {
            let (jobs, part) = process.end()?;
            done.push(jobs);
            sums = sums.wrapping_add(part);
        }
        let elapsed = begun.elapsed();
        // After the clock has stopped. A job that was run twice would show here.
        if sums != sum || done.iter().sum::<usize>() != count {
            let name = self.name();
            return Err(format!("{name}: of {count} jobs {done:?} are done, or wrong").into());
        }
        let cores = parallelism(self.workers(), cores());
        Ok(Measured { length, cores, elapsed, done })
    }
}

/// Puts jobs of this length, and returns the sum of their results.
fn put(source: &mut dyn Source, length: Duration, count: usize) -> Result<u64, AnyError> {
    let rounds = SPEED.rounds(length);
    let mixes: Vec<_> = (0..count).map(|key| Mix { key: key as u32, rounds }).collect();
    for batch in mixes.chunks(256) {
        let jobs: Vec<NewJob> =
            batch.iter().map(|mix| format!("{} {}", mix.key, mix.rounds).into()).collect();
        source.put(&jobs)?;
    }
    Ok(mixes.iter().fold(0, |sum, mix| sum.wrapping_add(mix.answer())))
}

struct Process {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start(cell: &Cell, place: &str) -> Result<Self, AnyError> {
        let workers = cell.workers() / cell.processes;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--consume", cell.engine.name(), place])
            .args([cell.batch, workers, cell.lease].map(|number| number.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().ok_or("a pipe")?);
        let mut process = Self { child, output };
        match &*process.line()? {
            "ready" => Ok(process),
            other => Err(format!("a process said {other:?}").into()),
        }
    }

    fn line(&mut self) -> Result<String, AnyError> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    fn go(&mut self) -> Result<(), AnyError> {
        Ok(self.child.stdin.as_mut().ok_or("a pipe")?.write_all(b"\n")?)
    }

    /// How many jobs it did, and the sum of their results.
    fn end(&mut self) -> Result<(usize, u64), AnyError> {
        let line = self.line()?;
        self.child.wait()?;
        let mut words = line.split(' ');
        let mut word = || words.next().ok_or("a process has failed");
        Ok((word()?.parse()?, word()?.parse()?))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The same jobs in a pool alone, received in batches.
pub(crate) fn pool_alone(length: Duration, budget: Duration) -> Result<Measured, AnyError> {
    let run = |count: usize| -> Result<Measured, AnyError> {
        let rounds = SPEED.rounds(length);
        let mixes: Vec<_> = (0..count).map(|key| Mix { key: key as u32, rounds }).collect();
        let sum = mixes.iter().fold(0_u64, |sum, mix| sum.wrapping_add(mix.answer()));
        let workers = cores();
        let handler = |mix: Mix, _: &Context| Ok::<_, Infallible>(mix.run());
        let (pool, mut results) = Crossbeam::spawn(Config::new(workers), handler)?;

        let begun = Instant::now();
        let submitting = thread::spawn(move || {
            for mix in mixes {
                pool.submit(mix).expect("the pool is open");
            }
            pool.close();
        });
        let (mut sums, mut batch) = (0_u64, Vec::with_capacity(64));
        while results.recv_batch(&mut batch, 64, Duration::from_micros(200)).is_ok() {
            for completion in batch.drain(..) {
                sums = sums.wrapping_add(completion.result?);
            }
        }
        let elapsed = begun.elapsed();
        submitting.join().map_err(|_| "submitting has panicked")?;
        if sums != sum {
            return Err("the pool's results are wrong".into());
        }
        Ok(Measured { length, cores: parallelism(workers, workers), elapsed, done: vec![count] })
    };
    let pilot = run(10_000)?;
    let jobs = pilot.jobs() as f64 * budget.as_secs_f64() / pilot.elapsed.as_secs_f64();
    run((jobs as usize).clamp(1000, 5_000_000))
}

/// From the kill of a process until its jobs are settled by another.
pub(crate) fn recovery(places: &Places, engine: Engine) -> Result<Duration, AnyError> {
    let cell = Cell { engine, batch: 16, processes: 2, lease: 1 };
    let place = places.fresh(engine)?;
    let mut source = engine.open(&place)?;
    // Long enough for the victim to be killed while it has its hands full.
    put(&mut *source, Duration::from_millis(5), 32)?;
    let mut victim = Process::start(&cell, &place)?;
    victim.go()?;
    while source.counts()?.leased < 16 {
        thread::sleep(Duration::from_millis(1));
    }
    let mut other = Process::start(&cell, &place)?;
    other.go()?;
    victim.child.kill()?;
    let begun = Instant::now();
    victim.child.wait()?;
    other.end()?;
    Ok(begun.elapsed())
}

/// The shortest job with which half of the cores' time is the jobs' own, in microseconds; infinite
/// if the longest that was measured has not.
pub(crate) fn metg50(curve: &[(Duration, f64)]) -> f64 {
    match metg(curve, 0.5) {
        Some(Metg::At(length) | Metg::AtMost(length)) => length.as_secs_f64() * 1e6,
        Some(Metg::Beyond(_)) => f64::INFINITY,
        None => f64::NAN,
    }
}
