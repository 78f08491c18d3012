//! The layer's memory orderings under a model checker that knows weak memory.
//!
//! [loom] plays a scene under every schedule, and lets every load return every value that the
//! memory model allows. That is feasible for a few dozen steps. So each test is the smallest
//! scene in which one protocol of the layer's can fail. What is played is the layer's own code:
//! its modules are compiled here once more, with a `pool::sync` of loom's primitives.
//!
//! It skips schedules that it takes for equal to others, and errs there: of each word it remembers
//! the last access alone. So a scene that passes says little by itself. `scripts/shuttle` weakens
//! the orderings one at a time, and requires that the test named in each patch of `plants/` fails.
//!
//! [loom]: https://docs.rs/loom

#![cfg(test)]

// What the layer's modules find as `pool`: the contract, with other primitives.
extern crate self as pool;
pub use contract::*;

#[allow(dead_code)]
#[path = "../../pool-managed/src/admission/mod.rs"]
mod admission;

mod fences;
pub mod sync;
