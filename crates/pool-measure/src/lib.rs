//! What is measured of a worker pool, and how: one definition of each quantity, for the
//! benchmarks and for the comparison alike.
//!
//! | quantity | definition |
//! |---|---|
//! | throughput | [`throughput`]: a batch through a running pool, first submit to last result |
//! | efficiency, METG | [`granularity`]: against one thread alone; the shortest job worth a pool |
//! | latency of one job | [`Session::time_one`](throughput::Session::time_one) |
//! | latency | [`latency`]: of a lone job, of bursts, of so many in flight, of jobs due at drawn times |
//! | cost of submitting | [`submit`]: workers held, room for all |
//! | shutdown | [`shutdown`]: idle, drain, stop with a backlog, stop under running jobs |
//! | cost | [`cost`]: CPU time and context switches of the process |
//! | upkeep | [`upkeep`]: idle, one job a millisecond, memory |
//!
//! All of these take any pool, by its type or as one of [`words`]: this crate knows none. The pools, and the program that
//! measures them, are in `pool-runner`; what it is asked and what it answers is in [`protocol`].
//!
//! ```
//! use pool_measure::{contender::{Pooled, Shape}, placement::Placement, throughput};
//! use pool_std::Std;
//! use pool_workloads::{Speed, Workload};
//!
//! let workload = Workload::by_name("cpu-1us", Speed::new(800.0))?;
//! let placement = Placement::System; // a core each: `Placement::apart(2)`
//! let shape = Shape { workers: 2, queue: 64, results: None, linger: None, placement };
//! let mut session = throughput::start::<Pooled<Std>>(shape);
//! let sample = session.push(workload.batch(100, 42), 1)?; // and the answer is right
//! println!("{:.0} ns a job", sample.nanos_per_job());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is noted of the machine is in [`environment`].

pub mod capability;
pub mod contender;
pub mod cost;
pub mod digits;
pub mod environment;
pub mod granularity;
pub mod latency;
pub mod machine;
pub mod placement;
pub mod protocol;
pub mod shutdown;
pub mod submit;
pub mod throughput;
pub mod upkeep;
pub mod words;
