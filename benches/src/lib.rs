//! What the benchmarks have in common: their order, their groups, and how a batch is timed.
//!
//! Names read `throughput/cpu-10us/crossbeam/2`: quantity, workload, backend, workers.

pub mod baseline;
pub mod loops;
pub mod variant;

use std::{env, fmt::Display, process, sync::OnceLock, time::Duration};

use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, measurement::WallTime,
};
use pool_measure::{
    contender::{Contender, Shape},
    placement::Placement,
    throughput::{self, Sample, Session, jobs_lasting, visit},
};
use pool_workloads::{Speed, Workload, fresh_seed, generator};
use rand::seq::SliceRandom;

/// The shape that contenders have unless a benchmark is about that.
pub const SHAPE: Shape =
    Shape { workers: 2, queue: 1024, results: None, linger: None, placement: Placement::System };

/// A contender that is no backend's pool, under its name.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What a table calls it.
    pub name: &'static str,
    /// Starts it; see [`throughput::start`].
    pub start: fn(Shape) -> Box<dyn Session>,
}

impl Entry {
    /// An entry for the contender `C`.
    pub const fn of<C: Contender>(name: &'static str) -> Self {
        Self { name, start: throughput::start::<C> }
    }
}

/// How long results are collected where they are received in batches.
pub const LINGER: Duration = Duration::from_micros(100);

/// The environment variable that sets the seed.
const SEED: &str = "POOL_SEED";

/// How long a batch should last: a few of them fit between two interruptions.
const BATCH: Duration = Duration::from_millis(5);

/// The seed that orders and job lengths are drawn from: `POOL_SEED`, or a fresh one. Printed
/// once, so that a run can be repeated. Ends the program, as misuse does, with status 2 if it is
/// not a number.
pub fn seed() -> u64 {
    static DRAWN: OnceLock<u64> = OnceLock::new();
    *DRAWN.get_or_init(|| {
        let seed = match env::var_os(SEED) {
            Some(text) => text.to_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| {
                eprintln!("error: {SEED}={}: expected a whole number below 2^64", text.display());
                process::exit(2)
            }),
            None => fresh_seed(),
        };
        println!("orders are drawn with {SEED}={seed}");
        seed
    })
}

/// How fast this machine works: measured, and printed, once.
pub fn speed() -> Speed {
    static MEASURED: OnceLock<Speed> = OnceLock::new();
    *MEASURED.get_or_init(|| {
        let speed = Speed::measure();
        println!("{speed}");
        speed
    })
}

/// The same entries, in an order drawn from `seed`.
pub fn shuffled<T: Clone>(entries: &[T], seed: u64) -> Vec<T> {
    let mut entries = entries.to_vec();
    entries.shuffle(&mut generator(seed));
    entries
}

/// A group of benchmarks, each of which takes about a second: for looking at one contender
/// over time. What compares contenders is `cargo compare`, which interleaves them.
pub fn group(criterion: &mut Criterion, name: impl Into<String>) -> BenchmarkGroup<'_, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800));
    group
}

/// Benchmarks batches of a workload through a contender, and prints what they cost.
///
/// # Panics
///
/// If the results are not those of the jobs.
pub fn bench_batches(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    workload: &Workload,
    seed: u64,
    shape: Shape,
    start: impl Fn(Shape) -> Box<dyn Session>,
) {
    let jobs = jobs_lasting(BATCH, workload.mean_work(), shape.workers);
    let mut all = Vec::new();
    group.throughput(Throughput::Elements(u64::try_from(jobs).unwrap_or(u64::MAX)));
    group.bench_function(BenchmarkId::new(name, shape.workers), |bencher| {
        bencher.iter_custom(|batches| {
            let batches = usize::try_from(batches).unwrap_or(usize::MAX);
            let sample = visit(start(shape), workload, batches, jobs, 1, seed)
                .unwrap_or_else(|wrong| panic!("{name}, {}: {wrong}", workload.name()));
            all.push(sample);
            sample.wall
        });
    });
    print_cost(all.into_iter().sum());
}

/// Prints what batches have cost the machine, where it tells and there were any.
fn print_cost(sample: Sample) {
    if let (Some(cpu), Some((voluntary, involuntary))) =
        (sample.cpu_nanos_per_job(), sample.switches_per_job())
        && sample.jobs > 0
    {
        let cpu = cpu / 1e3;
        println!(
            "{:24}cost:   {cpu:.3} µs of CPU, {voluntary:.3} voluntary and {involuntary:.3} \
             involuntary context switches a job",
            ""
        );
    }
}

/// Benchmarks something that times itself, once an iteration.
pub fn bench_timed(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    parameter: impl Display,
    mut once: impl FnMut() -> Duration,
) {
    group.bench_function(BenchmarkId::new(name, parameter), |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| once()).sum());
    });
}
