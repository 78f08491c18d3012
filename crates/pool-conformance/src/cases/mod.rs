//! The bodies of the cases, a module for each group.
//!
//! A case that is not in the list of `case_list.rs` is not run: the list is the suite.

#![allow(clippy::missing_panics_doc, reason = "a case is there to panic")]

pub mod backpressure;
pub mod batches;
pub mod cancellation;
pub mod concurrency;
pub mod conservation;
pub mod conveniences;
pub mod deadlines;
pub mod dropping;
pub mod errors;
pub mod exactly_once;
pub mod graceful_shutdown;
pub mod identity;
pub mod immediate_stop;
pub mod lifecycle;
pub mod model;
pub mod order;
pub mod panics;
pub mod pool_cancellation;
pub mod reentrancy;
pub mod regressions;
pub mod requests;
pub mod resources;
pub mod results;
pub mod tasks;
