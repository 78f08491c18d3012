//! A sample: what one visit measured. One line of `samples.jsonl`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{cell::Cell, contender::Contender};

/// What one visit measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Which process, from 0: the unit of statistics.
    pub process: u32,
    /// Which block of that process, from 0. In a block everyone is visited once.
    pub block: u32,
    /// The place in the block's order, from 0.
    pub place: u32,
    /// What was measured.
    pub cell: Cell,
    /// Who was visited: a backend, its twin, or what is measured beside them.
    pub contender: Contender,
    /// When the visit ended, in milliseconds since 1970.
    pub at_ms: u64,
    /// How long all of the visit took: starting, warming up, measuring and ending.
    pub took_ms: f64,
    /// What was measured, by name; none is below 0. What could not be measured is absent.
    ///
    /// Most names end in their unit: `_ns`, nanoseconds; `_bytes`; `_per_s`, jobs a second;
    /// `_per_job`, context switches of a job. Of all that is compared, less is better. The others:
    ///
    /// | name | says |
    /// |---|---|
    /// | `jobs`, `bursts`, `jobs_in_flight` | how many there were |
    /// | `little_ratio` | Little's law: 1 if the contender kept up with the jobs that came, or if so many were in flight as were to be |
    /// | `last_over_ideal` | the time of a burst over that of one thread alone, divided by the workers |
    /// | `cores_used` | CPU time over the time that the visit took |
    /// | `voluntary`, `involuntary` | context switches of the visit, where they are not counted by the job |
    /// | `others_ms` | CPU time of other programs meanwhile, to 10 ms; absent if none was seen |
    /// | `stolen_ms` | the same of the host of a virtual machine |
    pub values: BTreeMap<String, f64>,
}
