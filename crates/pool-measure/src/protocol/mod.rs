//! What the program that measures and the program that plans say to each other: JSON, over
//! standard input and output.
//!
//! A *runner* is any program that understands three arguments:
//!
//! | argument | reads | writes, an object a line |
//! |---|---|---|
//! | `describe` | nothing | a [`Description`] |
//! | `check` | a list of names of backends | a [`Checked`] for each, when it has been checked |
//! | `measure` | a [`Request`] | a [`Sample`] for each visit, when it has been made |
//!
//! It exits with 0 if all went well. Otherwise the last line of standard error says why, after
//! `error: `. A case or a visit that hangs is for the other program to end.

mod axis;
pub mod cell;
pub mod configuration;
pub mod contender;
pub mod input;
pub mod quantity;
mod sample;

use serde::{Deserialize, Serialize};

pub use self::{
    axis::Axis,
    cell::Cell,
    configuration::{CellPlan, Configuration, Setting},
    contender::Contender,
    input::{Input, InputKind, Work},
    quantity::Quantity,
    sample::Sample,
};
use crate::{capability::Capability, environment::Environment};

/// What a runner is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Where it runs, and how it was built.
    pub environment: Environment,
    /// Rounds of mixing in a microsecond, measured just now: how long work is.
    pub rounds_per_micro: f64,
    /// What it can measure, in the order in which it is shown.
    pub backends: Vec<BackendFacts>,
}

/// What is known of a backend before it is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendFacts {
    /// The name it is compared under.
    pub name: String,
    /// The package it is in.
    pub package: String,
    /// How many packages of others a program gets with it; `None` if that is not known.
    pub packages_pulled_in: Option<usize>,
    /// What it can beyond the contract.
    pub capabilities: Vec<Capability>,
    /// Whether it is a native pool, which keeps the core of the contract.
    #[serde(default)]
    pub native: bool,
}

/// What came of checking a backend against the contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Its name.
    pub backend: String,
    /// Cases that were run.
    pub cases: usize,
    /// Those that failed.
    pub failures: Vec<Failure>,
    /// Whether all were run: after one that hangs, no other is.
    pub complete: bool,
    /// How long that took.
    pub seconds: f64,
}

/// A case that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its group and name: `"order/one_worker_is_first_in_first_out"`.
    pub case: String,
    /// The laws of the contract that it proves: one of them is broken.
    pub laws: Vec<u8>,
    /// The first line of what it said.
    pub message: String,
}

impl Checked {
    /// Whether it may be measured.
    pub fn passed(&self) -> bool {
        self.complete && self.failures.is_empty()
    }
}

/// What to measure in one process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Without its cells.
    pub configuration: Configuration,
    /// The cell.
    pub plan: CellPlan,
    /// The number of the process, from 0.
    pub process: u32,
    /// The visits to make, in this order.
    pub visits: Vec<Visit>,
}

/// One visit of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Which block, from 0.
    pub block: u32,
    /// The place in the order of the block, from 0.
    pub place: u32,
    /// What is measured.
    pub contender: Contender,
    /// What the jobs are drawn from: the same for all in a block.
    pub seed: u64,
}
