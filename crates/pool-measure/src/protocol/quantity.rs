//! The quantities that are compared, one list for each kind of cell. All are times or sizes:
//! less is better.

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// Its name among the values of a sample, with its unit: `"time_per_job_ns"`.
    pub key: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What its values count.
    pub unit: Unit,
    /// From which difference on it matters to anyone, as a part of one: 0.05 is 5 %. Differences
    /// below it are ties.
    pub difference: f64,
    /// Below this, a value cannot be told from any other: taken for this.
    pub least: f64,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Nanos,
    /// Bytes.
    Bytes,
}

/// Where a pool's own speed decides, and many jobs go into a value.
pub const FINE: f64 = 0.05;
/// Where a value is a percentile or one event, which vary more, and a tenth is nothing to a user.
const COARSE: f64 = 0.2;

const fn nanos(key: &'static str, title: &'static str, difference: f64) -> Quantity {
    Quantity { key, title, unit: Unit::Nanos, difference, least: 0.1 }
}

/// Of `throughput/..`.
pub const THROUGHPUT: [Quantity; 2] = [
    nanos("time_per_job_ns", "time per job", FINE),
    nanos("cpu_per_job_ns", "CPU time per job", FINE),
];

/// Of `latency/..`: from due to result received, and from due to started. The median first, which
/// hardly any visit lacks; the others where enough jobs lie above them.
pub const LATENCY: [Quantity; 6] = [
    nanos("sojourn_p50_ns", "latency, median", COARSE),
    nanos("sojourn_p99_ns", "latency, p99", COARSE),
    nanos("sojourn_p90_ns", "latency, p90", COARSE),
    nanos("wait_p50_ns", "wait for a worker, median", COARSE),
    nanos("wait_p99_ns", "wait for a worker, p99", COARSE),
    nanos("wait_p90_ns", "wait for a worker, p90", COARSE),
];

/// Of `shutdown/..`: from being told to all threads joined; of a drain with the jobs that are to be
/// run, of a stop under a job that does not listen without that.
pub const SHUTDOWN: [Quantity; 1] = [nanos("elapsed_ns", "time to end", COARSE)];

/// Of `shutdown/stop-backlog`.
pub const STOP: [Quantity; 2] = [
    nanos("elapsed_ns", "time to end", COARSE),
    nanos("in_hand_ns", "time to have the undone jobs", COARSE),
];

/// Of `cost/sparse`. Less than 0.1 µs of a job is lost in what pacing takes.
pub const SPARSE: [Quantity; 1] =
    [Quantity { least: 100.0, ..nanos("cpu_per_job_ns", "CPU time per job", COARSE) }];

/// Of `cost/idle`. Less than 10 µs in a second is nothing.
pub const IDLE: [Quantity; 1] = [Quantity {
    least: 10_000.0,
    ..nanos("cpu_per_second_ns", "CPU time per idle second", COARSE)
}];

/// Of `cost/memory`. Memory is had in pages.
pub const MEMORY: [Quantity; 1] = [Quantity {
    key: "resident_bytes",
    title: "memory",
    unit: Unit::Bytes,
    difference: COARSE,
    least: 65_536.0,
}];
