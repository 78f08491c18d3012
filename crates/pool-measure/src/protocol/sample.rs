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
    /// What was measured, by the names that `results/schema/sample.json` tells of.
    pub values: BTreeMap<String, f64>,
}

impl Sample {
    /// Which visit of a run it is of.
    pub fn visit(&self) -> (String, u32, u32, String) {
        (self.cell.to_string(), self.process, self.block, self.contender.to_string())
    }
}
