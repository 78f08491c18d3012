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
    /// And from which on, in its unit; 0 for any. Differences below either are ties.
    pub absolute: f64,
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
    /// Times something else.
    Times,
}

impl Quantity {
    /// From which difference on it matters, as a part of one, between values of which the lesser is
    /// about so large.
    pub fn difference_from(&self, lesser: f64) -> f64 {
        self.difference.max(self.absolute / lesser.max(self.least))
    }
}

/// Where a pool's own speed decides, and many jobs go into a value.
pub const FINE: f64 = 0.05;
/// Where a value is a percentile or one event, which vary more, and a tenth is nothing to a user.
const COARSE: f64 = 0.2;

const fn nanos(key: &'static str, title: &'static str, difference: f64) -> Quantity {
    Quantity { key, title, unit: Unit::Nanos, difference, absolute: 0.0, least: 0.1 }
}

/// What happens once in the life of a pool: less than a millisecond is nothing.
const fn once(key: &'static str, title: &'static str) -> Quantity {
    Quantity { absolute: 1e6, ..nanos(key, title, COARSE) }
}

/// Of `throughput/..`.
pub const THROUGHPUT: [Quantity; 2] = [
    nanos("time_per_job_ns", "time per job", FINE),
    nanos("cpu_per_job_ns", "CPU time per job", FINE),
];

/// Of `latency/..`: from due, or else submitted, to result received, and to started. The median
/// first, which hardly any visit lacks; the others where enough jobs lie above them.
pub const LATENCY: [Quantity; 6] = [
    nanos("sojourn_p50_ns", "latency, median", COARSE),
    nanos("sojourn_p99_ns", "latency, p99", COARSE),
    nanos("sojourn_p90_ns", "latency, p90", COARSE),
    nanos("wait_p50_ns", "wait for a worker, median", COARSE),
    nanos("wait_p99_ns", "wait for a worker, p99", COARSE),
    nanos("wait_p90_ns", "wait for a worker, p90", COARSE),
];

/// Of `latency/../burst-..`: the median over the bursts of a visit.
pub const BURST: [Quantity; 3] = [
    nanos("last_ns", "time to the last result", COARSE),
    nanos("first_ns", "time to the first result", COARSE),
    Quantity {
        unit: Unit::Times,
        ..nanos("last_over_ideal", "last result, over the ideal", COARSE)
    },
];

/// Of `shutdown/..`: from the call to all threads joined; of a drain with the jobs that are to be
/// run, of a stop under a job that does not listen without that.
pub const SHUTDOWN: [Quantity; 1] = [once("elapsed_ns", "time to end")];

/// Of `shutdown/stop-backlog`: what a caller waits for, and what it may leave to another thread.
pub const STOP: [Quantity; 2] = [
    once("in_hand_ns", "time to have the undone jobs in hand"),
    once("elapsed_ns", "time to all threads joined"),
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
    absolute: 0.0,
    least: 65_536.0,
}];
